// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Which alternation serves the policies of a run on the view that it works on.

#include <algorithm>
#include <limits>
#include <type_traits>

#include <nmf/data/summary.hpp>
#include <nmf/run/least_squares_alternation.hpp>
#include <nmf/run/pass_alternation.hpp>
#include <nmf/run/passes.hpp>
#include <nmf/solvers/multiplicative_update.hpp>

namespace nmf::detail {

/// The policies of a run.
template <class LossPolicy, class SolverPolicy, class PenaltySet>
struct Problem {
    const LossPolicy& loss;
    const SolverPolicy& solver;
    const PenaltySet& penalties;
};

/// Calls go(alternation) with the alternation that serves these policies on this view.
template <class View, class P, class Go>
auto with_alternation(const View& view, const Summary& sums, const P& problem, Side right_side,
                      Index rank, const Go& go) {
    using S = typename View::Scalar;
    using LossPolicy = std::decay_t<decltype(problem.loss)>;
    using SolverPolicy = std::decay_t<decltype(problem.solver)>;
    using PenaltySet = std::decay_t<decltype(problem.penalties)>;
    if constexpr (least_squares<LossPolicy>) {
        if constexpr (View::weighted) {
            using Passes = ColumnEquationsPasses<SolverPolicy, PenaltySet>;
            const Passes passes{problem.solver, problem.penalties, sums.squared_norm};
            using Streamed = StreamedAlternation<View, LossPolicy, Passes, Passes, PenaltySet>;
            Streamed alternation(view, sums, problem.loss, problem.penalties, right_side,
                                 {.extrapolation = positive_extrapolation_of(problem.solver)},
                                 passes, passes);
            return go(alternation);
        } else {
            Alternation<View, SolverPolicy, PenaltySet> alternation(view, sums, problem.solver,
                                                                    problem.penalties, right_side);
            return go(alternation);
        }
    } else {
        const double typical = mean_entry(view, sums);
        const double entries = counted_entries(view, sums);
        const MultiplicativeUpdate opening_solver;
        using Opening =
            DivergencePasses<MultiplicativePass, LossPolicy, MultiplicativeUpdate, PenaltySet>;
        const Opening opening{problem.loss, opening_solver, problem.penalties,
                              typical,      entries,        rank};
        // Where there is one row, column or component plain multiplicative updates get there
        // soonest.
        const bool several = std::min({rank, view.rows(), view.cols()}) > 1;
        constexpr bool by_columns = UpdatesColumns<SolverPolicy, LossPolicy, S>;
        if constexpr (by_columns) {
            using Passes = DivergencePasses<EntryColumnPass, LossPolicy, SolverPolicy, PenaltySet>;
            const Passes passes{problem.loss, problem.solver, problem.penalties,
                                typical,      entries,        rank};
            using Streamed = StreamedAlternation<View, LossPolicy, Passes, Opening, PenaltySet>;
            typename Streamed::Plan plan;
            if constexpr (requires { problem.solver.after; }) {
                constexpr Index always = std::numeric_limits<Index>::max();
                plan.opening = several || problem.solver.after == 0 ? problem.solver.after : always;
                plan.opening_needs_positive = several;
                plan.extrapolation = opening_solver.extrapolation;
            }
            plan.extrapolation.enabled =
                plan.extrapolation.enabled && several && convex_in_each_factor(problem.loss);
            Streamed alternation(view, sums, problem.loss, problem.penalties, right_side, plan,
                                 passes, opening);
            return go(alternation);
        } else {
            using Passes =
                DivergencePasses<MultiplicativePass, LossPolicy, SolverPolicy, PenaltySet>;
            const Passes passes{problem.loss, problem.solver, problem.penalties,
                                typical,      entries,        rank};
            using Streamed = StreamedAlternation<View, LossPolicy, Passes, Passes, PenaltySet>;
            typename Streamed::Plan plan;
            if constexpr (requires { problem.solver.joint; }) plan.joint = problem.solver.joint;
            plan.extrapolation = positive_extrapolation_of(problem.solver);
            plan.extrapolation.enabled = plan.extrapolation.enabled && !plan.joint && several &&
                                         convex_in_each_factor(problem.loss);
            Streamed alternation(view, sums, problem.loss, problem.penalties, right_side, plan,
                                 passes, passes);
            return go(alternation);
        }
    }
}

}  // namespace nmf::detail
