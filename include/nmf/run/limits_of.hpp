// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The bounds of a run, made of its constraints.

#include <concepts>

#include <nmf/arguments/checked_penalties.hpp>
#include <nmf/arguments/checked_signs.hpp>
#include <nmf/constraint/concept.hpp>
#include <nmf/half_step/problem.hpp>

namespace nmf::detail {

/// NoLimits where there are no constraints.
template <RealScalar S, class ConstraintSet>
[[nodiscard]] auto limits_of(const ConstraintSet& constraints, Index rank, Index rows, Index cols) {
    if constexpr (ConstraintSet::none) {
        return NoLimits{};
    } else {
        return Limits<S>{constraints.template bounds<S>(Side::w, rank, rows),
                         constraints.template bounds<S>(Side::h, rank, cols)};
    }
}

/// The same for further columns of V and a W that stays, or for further rows and an H that does.
template <RealScalar S, class ConstraintSet>
[[nodiscard]] auto limits_of_coefficients(const ConstraintSet& constraints, Side side,
                                          const Matrix<S>& w, const Matrix<S>& h, Index further) {
    if constexpr (ConstraintSet::none) {
        return NoLimits{};
    } else {
        const Index rank = w.cols();
        const auto bounds = [&](Side of, Index stays) {
            if (of == side) return constraints.template bounds<S>(of, rank, further, true);
            return Bounds<S>(rank, stays, constraints.any_sign(of));
        };
        return Limits<S>{bounds(Side::w, w.rows()), bounds(Side::h, h.cols())};
    }
}

/// Whether a component of a factor can grow for ever.
template <class LimitsOf>
[[nodiscard]] NMF_COLD bool can_grow([[maybe_unused]] const LimitsOf& limits,
                                     [[maybe_unused]] Side side) {
    if constexpr (!std::same_as<LimitsOf, NoLimits>) {
        const auto& bounds = limits.of(side);
        for (Index a = 0; a < bounds.rank(); ++a) {
            if (bounds.can_grow(a)) return true;
        }
        return false;
    } else {
        return true;
    }
}

/// Throws InputError where the components of one factor are to have norm 1, and the other one has
/// bounds that would have to be scaled.
template <class LimitsOf>
NMF_COLD void check_unit_limits([[maybe_unused]] const LimitsOf& limits,
                                [[maybe_unused]] Side unit) {
    if constexpr (!std::same_as<LimitsOf, NoLimits>) {
        const auto& bounds = limits.of(other(unit));
        for (Index a = 0; a < bounds.rank(); ++a) {
            if (!bounds.holds(a)) continue;
            const bool of_w = unit == Side::w;
            throw_input_error({"the components of ", of_w ? "W" : "H",
                               " cannot be given norm 1 by nmf::UnitComponents: component ",
                               decimal(a), " of ", of_w ? "H" : "W", " has bounds"});
        }
    }
}

template <class LimitsOf>
[[nodiscard]] bool can_be_scaled([[maybe_unused]] const LimitsOf& limits,
                                 [[maybe_unused]] Index a) {
    if constexpr (!std::same_as<LimitsOf, NoLimits>) return limits.scalable(a);
    return true;
}

/// Throws InputError for penalties without a minimiser, if that is asked for, and for components
/// that cannot have norm 1.
template <class PenaltySet, class LimitsOf>
void check_problem(const PenaltySet& penalties, const LimitsOf& limits, Index rank,
                   bool minimiser) {
    if (!minimiser) return;
    check_minimiser(penalties, rank, [&](Side side) { return can_grow(limits, side); });
}
template <class PenaltySet, class LimitsOf>
NMF_COLD void check_problem(UnitPenalties<PenaltySet>& penalties, const LimitsOf& limits,
                            Index rank, bool minimiser) {
    if (!penalties.unit) return check_problem(penalties.given, limits, rank, minimiser);
    check_unit(penalties, rank);
    check_unit_limits(limits, *penalties.unit);
    for (Index a = 0; a < rank; ++a) {
        penalties.held.push_back(can_be_scaled(limits, a) ? 0 : 1);
    }
}

/// Brings a start into its bounds.
template <class LimitsOf, RealScalar S>
void clip_start([[maybe_unused]] const LimitsOf& limits, [[maybe_unused]] Factor<S>& w,
                [[maybe_unused]] Factor<S>& h) {
    if constexpr (!std::same_as<LimitsOf, NoLimits>) {
        limits.w.clip(w);
        limits.h.clip(h);
    }
}

}  // namespace nmf::detail
