// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What a run minimises, and with which solver.

#include <nmf/core/types.hpp>
#include <nmf/data/summary.hpp>

namespace nmf::detail {

/// The policies of a run, and the size of its data.
template <class LossPolicy, class SolverPolicy, class PenaltySet>
struct Problem {
    using Loss = LossPolicy;
    using Solver = SolverPolicy;
    using Penalties = PenaltySet;

    const LossPolicy& loss;
    const SolverPolicy& solver;
    const PenaltySet& penalties;
    Index rank;
    double mean;          ///< Of the entries of V that count.
    double entries;       ///< How many these are.
    double sum;           ///< Of the entries of V.
    double squared_norm;  ///< ||V||^2

    /// The same with another solver.
    template <class Other>
    [[nodiscard]] Problem<LossPolicy, Other, PenaltySet> with(const Other& other) const {
        return {loss, other, penalties, rank, mean, entries, sum, squared_norm};
    }
};

/// For a view of V and its sums.
template <class View, class LossPolicy, class SolverPolicy, class PenaltySet>
[[nodiscard]] Problem<LossPolicy, SolverPolicy, PenaltySet> problem_of(
    const View& view, const Summary& sums, Index rank, const LossPolicy& loss,
    const SolverPolicy& solver, const PenaltySet& penalties) {
    return {loss,
            solver,
            penalties,
            rank,
            mean_entry(view, sums),
            counted_entries(view, sums),
            sums.sum,
            sums.squared_norm};
}

}  // namespace nmf::detail
