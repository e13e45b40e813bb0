// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What a schedule of extrapolation has to provide.

#include <concepts>

#include <nmf/core/requirements.hpp>

namespace nmf {

/// The extrapolation of a multiplicative step.
struct PositiveStep {
    double momentum = 0;  ///< a of PositiveExtrapolation.
    double power = 1;     ///< Of the ratios.
};

/// The extrapolation of one iteration: where its half-steps start, and how far their results are
/// moved.
struct Pace {
    double beta = 0;       ///< See Extrapolation. In [0, 1].
    PositiveStep start{};  ///< See PositiveExtrapolation. Momentum in [0, 1), power in [1, 2).
};

/// An extrapolation schedule. A solver makes one for each run by its member
///
///     auto acceleration() const
///
/// With `goes_ahead` the results of half-steps are extrapolated by Pace::beta. This suits solvers
/// of normal equations. Otherwise half-steps start from a point extrapolated by Pace::start. This
/// suits multiplicative updates. A run calls next() once an iteration. It then calls accept() if it
/// keeps the pair, or reject() if the objective rose. The run itself decides on plain steps in
/// between, and begins again with a copy of the schedule. Laws, tested by
/// nmf/testing/acceleration_laws.hpp:
///
///   1. Paces are within their ranges, and of the kind that goes_ahead says.
///   2. After reject() the next pace is not longer than the one that was rejected.
///   3. A copy goes on like its original.
template <class A>
concept AccelerationSchedule = std::copyable<A> && requires(A& schedule) {
    { bool(A::goes_ahead) } -> std::same_as<bool>;
    { schedule.next() } -> std::same_as<Pace>;
    schedule.accept();
    schedule.reject();
};

}  // namespace nmf
