// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The schedule of a run whose subproblems hold near one X only. The half-step that starts at a
/// pair measures it.

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <nmf/core/precision.hpp>
#include <nmf/data/complete_columns.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/factor/balance.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/run/late_steps.hpp>
#include <nmf/run/measure.hpp>
#include <nmf/run/run_state.hpp>

namespace nmf::detail {

/// Alternates half-steps, each a pass over V.
///
/// The measured pair is (L, R_y), where R_y is the extrapolated R. The half-step that starts at
/// this pair makes the next R and gives the objective and the KKT sums of R_y. A pair that raises
/// the objective is taken back. The next pair is then measured without extrapolation. The KKT
/// residual of L is an estimate from the half-step that made it; settle() measures it.
template <DataView View, class ProblemOf>
class LateSchedule : public LateSteps<View, ProblemOf> {
    using Steps = LateSteps<View, ProblemOf>;
    using Steps::costs_;
    using Steps::flipped_;
    using Steps::learn;
    using Steps::left_;
    using Steps::left_mass_;
    using Steps::look_left;
    using Steps::look_right;
    using Steps::measured;
    using Steps::opened;
    using Steps::problem_;
    using Steps::residual;
    using Steps::right_;
    using Steps::right_mass_;
    using Steps::rounding_now_;
    using Steps::scale_free_;
    using Steps::several;
    using Steps::state_;
    using Steps::step_left;
    using Steps::step_right;
    using Steps::view_;

public:
    using S = typename View::Scalar;
    using Steps::Steps;

    void begin() {
        for (FactorState<S>* half : {&state_.left, &state_.right}) {
            half->seen.curvature.setZero(problem_.rank);
        }
        if (state_.frozen) row_norms(state_.left.pair, flipped_, state_.left.seen.size);
        if constexpr (opened) {
            const Index first = opening_iterations(problem_.solver);
            const bool ends = several(view_, problem_) || first == 0;
            state_.opening = ends ? first : opening_without_end;
        }
    }

    void first_step() {
        RunState<S>& s = state_;
        if constexpr (opened) {
            // From a start with zeros there is no opening: it could not leave them.
            const bool ends = s.opening != opening_without_end;
            if (ends && !(positive(flipped_, s.left.pair) && positive(view_, s.right.pair))) {
                s.opening = 0;
            }
            costs_.prepare(s.left.pair.stride());
            if (ends) right_.prepare(view_);
            if (ends && !s.frozen) left_.prepare(flipped_);
        }
        learn(view_, right_mass_.mass, s.right, s.left.pair, [&] { look_right(s.right.pair); });
        if (!s.frozen) {
            learn(flipped_, left_mass_.mass, s.left, s.right.pair,
                  [&] { look_left(s.right.pair); });
            look_left(s.right.pair);
        }
        step_right(s.left.pair, next_pace(), true);
        s.best.kkt_residual = 1;
        const Measure now = measured(s.left.pair);
        s.best.objective = now.objective;
        take(now);
        left_room_ = s.left.seen;
        right_room_ = s.right.seen;
    }

    /// False where a NaN or an infinity came up: then the pair is the one before.
    [[nodiscard]] bool iterate() {
        RunState<S>& s = state_;
        if (!s.finite) return false;
        s.estimated = !s.frozen || ProblemOf::Penalties::touches;
        if (!s.frozen) {
            step_left();
            if (!s.finite) return false;
        }
        const Factor<S>& left = s.frozen ? s.left.pair : s.left.made;
        if (s.opening > 0 && --s.opening == 0 && !s.frozen) hand_over();
        step_right(left, next_pace(), true);
        const Measure now = measured(left);
        if (!std::isfinite(now.objective)) return s.finite = false;
        const double noise = rounding_noise<S> * s.best.objective + s.rounding + rounding_now_;
        if (now.objective <= s.best.objective + noise) {
            if (!s.frozen) s.left.pair.swap(s.left.made);
            if (extrapolates()) s.acceleration.accept();
            take(now);
        } else {
            take_back();
        }
        return true;
    }

    /// The measured pair is the best one.
    static void to_best() {}

    /// Measures the KKT residual of the pair where it is an estimate; true if it was. Changes
    /// nothing else.
    [[nodiscard]] bool settle() {
        if (!std::exchange(state_.estimated, false)) return false;
        const KeptSums left(state_.left.seen, left_room_);
        const KeptSums right(state_.right.seen, right_room_);
        for (int round = 0; round < 2; ++round) {
            look_right(state_.right.pair);
            if (!state_.frozen) look_left(state_.right.pair);
        }
        see_residual();
        return true;
    }

private:
    /// Whether all entries are positive, except in columns without an observed entry.
    template <class Direction>
    [[nodiscard]] static bool positive(const Direction& view, const Factor<S>& x) {
        bool all = true;
        for (Index j = 0; j < x.cols() && all; ++j) {
            const S* const column = x.data() + j * x.stride();
            all = std::all_of(column, column + x.rows(), [](S entry) { return entry > S(0); }) ||
                  observed(view, j) == 0;
        }
        return all;
    }

    /// Balances the components for the half-steps after the opening. Entries of unbalanced
    /// components could lie below their floor.
    void hand_over() {
        if (!opened || !state_.rescaled || !scale_free_ || !problem_.penalties.none()) return;
        Vector<double>& left = left_room_.size;
        Vector<double>& right = right_room_.size;
        row_norms(state_.left.made, flipped_, left);
        row_norms(state_.right.made, view_, right);
        balance(
            state_.left.made, state_.right.made, left, right,
            [&](Index a) { return problem_.scalable(a); }, [](Index, double) {});
    }

    /// Half-steps that come after an opening are not extrapolated.
    [[nodiscard]] bool extrapolates() const { return !opened || state_.opening > 0; }
    [[nodiscard]] PositiveStep next_pace() {
        return extrapolates() ? state_.acceleration.next().start : PositiveStep{};
    }

    /// The candidate becomes the pair.
    void take(const Measure& now) {
        RunState<S>& s = state_;
        s.right.pair.swap(s.right.ahead);
        s.rounding = rounding_now_;
        s.best.objective = std::min(s.best.objective, now.objective);
        s.best.relative_error = now.relative_error;
        see_residual();
    }

    /// Goes on from the pair by plain steps. The first of them is measured without extrapolation,
    /// so its objective is not above the pair's if the update descends. With an opening, it is a
    /// step of the opening.
    void take_back() {
        RunState<S>& s = state_;
        ++s.taken_back;
        s.acceleration.reject();
        s.right.made.padded_matrix() = s.right.pair.padded_matrix();
        if (!s.frozen) look_left(s.right.pair);
        if (opened) s.opening = std::max<Index>(s.opening, 1);
        step_right(s.left.pair, {}, false);
        see_residual();
    }

    /// Of the pair; the last one that was a number stays.
    void see_residual() {
        RunState<S>& s = state_;
        const double now = residual();
        s.finite = s.finite && std::isfinite(now);
        if (s.finite) s.best.kkt_residual = now;
    }
    KktSums left_room_;
    KktSums right_room_;
};

}  // namespace nmf::detail
