// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The half-steps of another solver that come before those of a run's own.

#include <type_traits>

#include <nmf/core/types.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/half_step/former_of.hpp>
#include <nmf/half_step/half_step.hpp>
#include <nmf/half_step/ratios.hpp>
#include <nmf/solvers/concept.hpp>
#include <nmf/solvers/multiplicative_update.hpp>

namespace nmf::detail {

/// The solver of the first iterations, of measurements without a step, and of the step after one
/// that was taken back. A solver of entries names it; otherwise it is the multiplicative update.
/// Other solvers have no opening.
template <class Solver>
struct OpeningOf {
    using Type = MultiplicativeUpdate;
};
template <class Solver>
requires requires { typename Solver::Opening; }
struct OpeningOf<Solver> {
    using Type = typename Solver::Opening;
};
template <class ProblemOf, class S>
inline constexpr bool has_opening =
    UpdatesColumns<typename ProblemOf::Solver, typename ProblemOf::Loss, S>;

/// The solver of the opening, as the solver of the run asks for it.
template <class Solver>
[[nodiscard]] typename OpeningOf<Solver>::Type opening_of([[maybe_unused]] const Solver& solver) {
    if constexpr (requires { solver.opening(); }) {
        return solver.opening();
    } else {
        return {};
    }
}

/// How many iterations of a solver's opening come first.
template <class Solver>
[[nodiscard]] Index opening_iterations(const Solver& solver) {
    if constexpr (requires { solver.opening_iterations(); }) return solver.opening_iterations();
    return 0;
}

/// The half-steps on one view: the solver's own and those of the opening.
template <DataView View, class ProblemOf, class Opening>
class OpenedHalfStep {
public:
    OpenedHalfStep(const View& view, const ProblemOf& problem, const Opening& opening)
        : own_(view, problem), first_(view, opening) {}

    /// Calls f with the half-step that is asked for.
    template <class F>
    decltype(auto) with(bool opening, const F& f) {
        if constexpr (opened) {
            if (opening) return f(first_);
        }
        return f(own_);
    }

    void prepare(const View& view) { own_.prepare(view); }

private:
    static constexpr bool opened = has_opening<ProblemOf, typename View::Scalar>;
    struct None {
        None(const View& /*view*/, const Opening& /*opening*/) {}
    };

    HalfStep<View, Former<View, ProblemOf>, ProblemOf> own_;
    std::conditional_t<opened, HalfStep<View, RatioFormer<View, Opening>, Opening>, None> first_;
};

}  // namespace nmf::detail
