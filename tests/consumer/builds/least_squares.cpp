// SPDX-License-Identifier: MIT
// Least squares on a dense V. The values are of the project's golden.json, or of a plain NumPy
// program for the same steps; those of Als are the library's own.

#include <variant>

#include "check.hpp"

namespace {

/// The solvers behind one policy, which is compiled once.
struct AnySolver {
    using Axis = nmf::axis::Solver;
    static constexpr std::string_view name = "any";

    nmf::Extrapolation extrapolation{.enabled = false};
    std::variant<nmf::Hals, nmf::Als, nmf::Anls, nmf::MultiplicativeUpdate> solver;

    template <nmf::RealScalar S>
    struct Workspace {
        std::tuple<nmf::Hals::Workspace<S>, nmf::Als::Workspace<S>, nmf::Anls::Workspace<S>,
                   nmf::MultiplicativeUpdate::Workspace<S>>
            of;
    };

    template <nmf::RealScalar S>
    void update(const nmf::NormalEquations<S>& eq, nmf::Factor<S>& x, Workspace<S>& work) const {
        std::visit(
            [&](const auto& chosen) {
                using Solver = std::decay_t<decltype(chosen)>;
                chosen.update(eq, x, std::get<typename Solver::template Workspace<S>>(work.of));
            },
            solver);
    }
};

constexpr nmf::MaxIterations twenty{20};
const nmf::Hals one_sweep{.inner_iterations = 1, .inner_tolerance = 0};

}  // namespace

int main() {
    const auto v = check::golden_v<double>();
    const auto run = [&](const char* what, const AnySolver& solver, const check::Lines& lines) {
        const auto fit = nmf::factorize(v, 5, solver, check::start(), twenty);
        check::reported(what, fit, 2, v);
        check::trajectory(what, fit, lines);
    };
    run("Hals", {.solver = one_sweep},
        {{1, 22.57321659945425}, {10, 13.868774878825143}, {20, 12.62349910432171}});
    run("Hals, extrapolated", {.extrapolation = {}, .solver = nmf::Hals{}}, {});
    run("Als", {.solver = nmf::Als{}}, {});
    run("Anls", {.solver = nmf::Anls{}},
        {{1, 15.930894248832947}, {2, 13.972104608954218}, {10, 12.600951503461008}});
    run("MultiplicativeUpdate", {.solver = nmf::MultiplicativeUpdate{}},
        {{1, 23.09837578747892}, {10, 17.460242197436372}});

    const auto single = check::golden_v<float>();
    const auto fit = nmf::factorize(single, 5, nmf::Hals{}, twenty);
    check::reported("Hals, float", fit, 2, single, 1e-4);
    return check::verdict("least squares");
}
