// SPDX-License-Identifier: MIT
#include "support/any_solver.hpp"

template <nmf::RealScalar S>
void AnySolver::update(const nmf::NormalEquations<S>& eq, nmf::Factor<S>& x,
                       Workspace<S>& work) const {
    if (const auto* hals = std::get_if<nmf::Hals>(&solver)) {
        hals->update(eq, x, work.hals);
    } else if (const auto* mu = std::get_if<nmf::MultiplicativeUpdate>(&solver)) {
        mu->update(eq, x, work.mu);
    } else if (const auto* als = std::get_if<nmf::Als>(&solver)) {
        als->update(eq, x, work.als);
    } else {
        std::get<nmf::Anls>(solver).update(eq, x, work.anls);
    }
}

template void AnySolver::update(const nmf::NormalEquations<double>&, nmf::Factor<double>&,
                                Workspace<double>&) const;
template void AnySolver::update(const nmf::NormalEquations<float>&, nmf::Factor<float>&,
                                Workspace<float>&) const;

nmf::Hals plain_hals(nmf::Index sweeps) {
    return {.inner_iterations = sweeps, .inner_tolerance = 0, .extrapolation = {.enabled = false}};
}

nmf::Anls plain_anls() { return {.extrapolation = {.enabled = false}}; }

std::vector<NamedSolver> default_solvers() {
    return {{"hals", nmf::Hals{}},
            {"mu", nmf::MultiplicativeUpdate{}, false},
            {"als", nmf::Als{}, false},
            {"anls", nmf::Anls{}}};
}

std::vector<NamedSolver> all_solvers() {
    auto solvers = default_solvers();
    solvers.push_back({"hals, 1 sweep", plain_hals(1)});
    solvers.push_back({"hals, 3 sweeps", plain_hals(3)});
    solvers.push_back(
        {"mu, 3 steps",
         nmf::MultiplicativeUpdate{.extrapolation = {.enabled = false}, .inner_iterations = 3},
         false});
    solvers.push_back({"anls, not extrapolated", plain_anls()});
    return solvers;
}
