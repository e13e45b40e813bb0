// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// How far the half-steps of a run go ahead.

#include <nmf/acceleration/extrapolation.hpp>
#include <nmf/acceleration/positive_extrapolation.hpp>

namespace nmf::detail {

/// How an iteration is made: where its half-steps start, and how far what they make is moved on.
struct Pace {
    double beta = 0;       ///< See Extrapolation.
    PositiveStep start{};  ///< See PositiveExtrapolation.
};

/// The schedule that a solver asks for: that of Extrapolation, that of PositiveExtrapolation, or
/// none.
class Acceleration {
public:
    Acceleration(const Extrapolation& ahead, const PositiveExtrapolation& start)
        : goes_ahead_(ahead.enabled),
          starts_ahead_(start.enabled),
          momentum_(ahead),
          growth_(start) {}

    /// Half-steps move on what they make.
    [[nodiscard]] bool goes_ahead() const { return goes_ahead_; }

    /// Half-steps start ahead.
    [[nodiscard]] bool starts_ahead() const { return starts_ahead_; }

    /// The pace of the next iteration.
    [[nodiscard]] Pace next() {
        return goes_ahead_ ? Pace{momentum_.beta(), {}} : Pace{0, growth_.next()};
    }

    /// The pair that it led to was accepted, or taken back.
    void accept() { momentum_.accept(); }
    void reject() { goes_ahead_ ? momentum_.reject() : growth_.restart(); }

    /// No extrapolation for some steps, and then as at the start.
    void rest(Index steps) { momentum_.rest(steps); }
    [[nodiscard]] bool resting() const { return momentum_.resting(); }

private:
    bool goes_ahead_;
    bool starts_ahead_;
    Momentum momentum_;
    PositiveMomentum growth_;
};

/// For a solver; `allowed` tells whether the problem allows PositiveExtrapolation.
template <class Solver>
[[nodiscard]] Acceleration acceleration_of(const Solver& solver, bool allowed) {
    PositiveExtrapolation start = positive_extrapolation_of(solver);
    start.enabled = start.enabled && allowed;
    return {extrapolation_of(solver), start};
}

}  // namespace nmf::detail
