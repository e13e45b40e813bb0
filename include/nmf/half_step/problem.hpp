// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What a run minimises, and with which solver.

#include <nmf/core/types.hpp>
#include <nmf/data/summary.hpp>
#include <nmf/subproblem/bounds.hpp>
#include <nmf/subproblem/region.hpp>

namespace nmf::detail {

/// W, H >= 0, and nothing else.
struct NoLimits {
    using Region = NonNegative;
};
inline constexpr NoLimits no_limits{};

/// The bounds of both factors.
template <RealScalar S>
struct Limits {
    using Region = Box<S>;

    Bounds<S> w;
    Bounds<S> h;

    [[nodiscard]] const Bounds<S>& of(Side side) const { return side == Side::w ? w : h; }

    /// Whether a component can be scaled, up in one factor and down in the other.
    [[nodiscard]] bool scalable(Index a) const { return !w.holds(a) && !h.holds(a); }
    [[nodiscard]] bool scalable() const {
        bool all = true;
        for (Index a = 0; a < w.rank(); ++a) all = all && scalable(a);
        return all;
    }

    /// Whether W H can have an entry that is not 0.
    [[nodiscard]] bool allow_model() const {
        for (Index a = 0; a < w.rank(); ++a) {
            if (!w.only_zeros(a) && !h.only_zeros(a)) return true;
        }
        return false;
    }
};

/// The policies of a run, and the size of its data.
template <class LossPolicy, class SolverPolicy, class PenaltySet, class LimitsOf = NoLimits>
struct Problem {
    using Loss = LossPolicy;
    using Solver = SolverPolicy;
    using Penalties = PenaltySet;
    using Region = typename LimitsOf::Region;
    static constexpr bool bounded = is_bounded<Region>;

    const LossPolicy& loss;
    const SolverPolicy& solver;
    const PenaltySet& penalties;
    Index rank;
    double mean;                ///< Of the entries of V that count.
    double entries;             ///< How many these are.
    double sum;                 ///< Of the entries of V.
    double squared_norm;        ///< ||V||^2
    bool some_positive = true;  ///< Some entry of V is > 0, if any is not 0.
    const LimitsOf& limits = no_limits;

    /// The same with another solver.
    template <class Other>
    [[nodiscard]] Problem<LossPolicy, Other, PenaltySet, LimitsOf> with(const Other& other) const {
        return {loss,    other, penalties,    rank,          mean,
                entries, sum,   squared_norm, some_positive, limits};
    }

    /// Whether the objective stays when components are scaled up in W and down in H.
    [[nodiscard]] bool scale_free() const {
        const bool free_of_penalties = penalties.is_scale_free() || penalties.none();
        if constexpr (bounded) return free_of_penalties && limits.scalable();
        return free_of_penalties;
    }

    /// Whether W H can have an entry that is not 0.
    [[nodiscard]] bool allows_model() const {
        if constexpr (bounded) return limits.allow_model();
        return true;
    }

    /// Whether the entries of a factor may be negative.
    [[nodiscard]] bool any_sign([[maybe_unused]] Side side) const {
        if constexpr (bounded) return limits.of(side).any_sign();
        return false;
    }

    /// Whether component a of a factor has bounds.
    [[nodiscard]] bool holds([[maybe_unused]] Side side, [[maybe_unused]] Index a) const {
        if constexpr (bounded) return limits.of(side).holds(a);
        return false;
    }

    /// Whether component a has no bound that keeps it from being scaled.
    [[nodiscard]] bool scalable(Index a) const {
        if constexpr (bounded) return limits.scalable(a);
        return true;
    }
};

/// For a view of V and its sums.
template <class View, class LossPolicy, class SolverPolicy, class PenaltySet,
          class LimitsOf = NoLimits>
[[nodiscard]] Problem<LossPolicy, SolverPolicy, PenaltySet, LimitsOf> problem_of(
    const View& view, const Summary& sums, Index rank, const LossPolicy& loss,
    const SolverPolicy& solver, const PenaltySet& penalties, const LimitsOf& limits = no_limits) {
    return {loss,
            solver,
            penalties,
            rank,
            mean_entry(view, sums),
            counted_entries(view, sums),
            sums.sum,
            sums.squared_norm,
            sums.some_positive,
            limits};
}

}  // namespace nmf::detail
