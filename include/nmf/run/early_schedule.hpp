// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// How a run of least squares goes on: a pair is measured as soon as it is made.

#include <algorithm>
#include <cmath>
#include <utility>

#include <nmf/data/concept.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/run/early_steps.hpp>
#include <nmf/run/measure.hpp>
#include <nmf/run/run_state.hpp>

namespace nmf::detail {

/// Alternates half-steps whose subproblems hold for every X, measures the pairs they lead to, and
/// accepts them or takes them back.
///
/// With extrapolation the measured pair is (L, R_y), R_y being the extrapolated and projected R;
/// see acceleration/extrapolation.hpp. The best pair is kept. Where the run does not get below it
/// for some iterations, it goes on from there by plain steps, which cannot raise the objective.
///
/// With extrapolation, a step that is taken back costs no product with V.
template <DataView View, class ProblemOf>
class EarlySchedule : public EarlySteps<View, ProblemOf> {
    using Steps = EarlySteps<View, ProblemOf>;
    using Steps::candidate_right;
    using Steps::candidate_right_gram;
    using Steps::errors_of;
    using Steps::flipped_;
    using Steps::gram_;
    using Steps::left_;
    using Steps::look;
    using Steps::noise;
    using Steps::residual;
    using Steps::right_;
    using Steps::see_residual;
    using Steps::squared_model;
    using Steps::state_;
    using Steps::step_left;
    using Steps::step_right;
    using Steps::view_;

public:
    using S = typename View::Scalar;
    using Steps::Steps;

    /// Measures the start and makes the first half-step: two products with V.
    void first_step() {
        look(left_, flipped_, state_.right, state_.left, state_.left.pair);
        state_.best =
            errors_of(state_.left.pair, state_.right.pair, left_.sums()[StepSums::along],
                      squared_model(left_, state_.left.pair_gram, state_.right.pair_gram));
        step_right(true, false);
        see_residual();
        note_estimate();
        state_.last = state_.best;
        left_room_ = state_.left.seen;
        right_room_ = state_.right.seen;
        left_gram_ = state_.left.pair_gram;
        right_gram_ = state_.right.pair_gram;
    }

    /// False where a NaN or an infinity came up: then the pair is the one before.
    [[nodiscard]] bool iterate() {
        if (!state_.finite) return false;
        step_left();
        if (!state_.finite) return false;
        const Measure candidate =
            errors_of(state_.left.made, candidate_right(), left_.sums()[StepSums::along],
                      squared_model(left_, state_.left.made_gram, candidate_right_gram()));
        if (!std::isfinite(candidate.objective)) return false;
        if (state_.acceleration.goes_ahead()) {
            judge(candidate);
        } else if (state_.acceleration.starts_ahead() &&
                   !(candidate.objective <= state_.best.objective + noise())) {
            ++state_.taken_back;
            state_.acceleration.reject();
            step_right(false, false);
        } else {
            state_.acceleration.accept();
            accept();
            state_.best.objective = candidate.objective;
            state_.best.relative_error = candidate.relative_error;
            step_right(true, false);
            see_residual();
            note_estimate();
        }
        return true;
    }

    /// The measured pair becomes the best one.
    void to_best() {
        RunState<S>& s = state_;
        if (!s.saved) return;
        gram_(s.saved_left, flipped_, s.left.made_gram);
        gram_(s.saved_right, view_, s.right.made_gram);
        swap_saved();
        s.saved = false;
    }

    /// Measures the KKT residual of the best pair where it is an estimate; true if it was. Changes
    /// nothing else.
    [[nodiscard]] bool settle() {
        if (!std::exchange(state_.estimated, false)) return false;
        RunState<S>& s = state_;
        const KeptSums left(s.left.seen, left_room_);
        const KeptSums right(s.right.seen, right_room_);
        const Factor<S>& l = s.saved ? s.saved_left : s.left.pair;
        const Factor<S>& r = s.saved ? s.saved_right : s.right.pair;
        gram_(l, flipped_, left_gram_);
        gram_(r, view_, right_gram_);
        look(left_, flipped_, r, right_gram_, s.left, l);
        look(right_, view_, l, left_gram_, s.right, r);
        s.best.kkt_residual = residual(l, left_gram_, r, right_gram_);
        return true;
    }

private:
    /// Swaps the saved pair, whose Gram matrices are in made_gram, with the measured one.
    void swap_saved() {
        RunState<S>& s = state_;
        s.left.pair.swap(s.saved_left);
        s.right.pair.swap(s.saved_right);
        s.left.pair_gram.swap(s.left.made_gram);
        s.right.pair_gram.swap(s.right.made_gram);
    }

    /// The KKT sums of R are those for an L ahead where columns have equations of their own. Those
    /// of penalties that touch at one X are for that.
    void note_estimate() {
        const bool ahead = state_.ahead_by != 0 && !right_.former().complete();
        state_.estimated = ProblemOf::Penalties::touches || ahead;
    }

    /// Accepts the candidate or takes the step back. Where the objective is only rounding, the KKT
    /// residual still tells, and is measured first.
    void judge(Measure candidate) {
        RunState<S>& s = state_;
        // Comparisons that a NaN fails.
        const bool close =
            !(candidate.objective < std::min(s.last.objective, s.best.objective) - noise());
        bool worse = !(candidate.objective <= s.last.objective + noise());
        if (close && !worse) {
            look(right_, view_, s.left.made, s.left.made_gram, s.right, s.right.ahead);
            candidate.kkt_residual =
                residual(s.left.made, s.left.made_gram, s.right.ahead, s.right.ahead_gram);
            worse = candidate.objective > s.last.objective - noise() &&
                    candidate.kkt_residual > s.last.kkt_residual && !s.acceleration.resting();
            s.last.kkt_residual = candidate.kkt_residual;
        }
        s.last.objective = candidate.objective;
        s.rejected = worse ? s.rejected + 1 : 0;
        constexpr Index most_rejected = 3;
        constexpr Index most_above = 10;
        if (s.rejected > most_rejected || ++s.above_best > most_above) return go_on_plainly();
        if (worse) return take_back();

        const bool better = candidate.objective < s.best.objective - noise() ||
                            (candidate.objective <= s.best.objective + noise() &&
                             candidate.kkt_residual <= s.best.kkt_residual);
        if (!better && !s.saved) {
            s.saved_left = s.left.pair;
            s.saved_right = s.right.pair;
        }
        s.saved = !better;
        if (better) s.above_best = 0;
        s.acceleration.accept();
        accept();
        if (better) {
            s.best.objective = candidate.objective;
            s.best.relative_error = candidate.relative_error;
            if (close) s.best.kkt_residual = candidate.kkt_residual;
            s.estimated = ProblemOf::Penalties::touches;
        }
        step_right(!close, false);
        if (close) return;
        s.last.kkt_residual =
            residual(s.left.pair, s.left.pair_gram, s.right.pair, s.right.pair_gram);
        if (!better) return;
        s.best.kkt_residual = s.last.kkt_residual;
        note_estimate();
    }

    /// The candidate becomes the pair.
    void accept() {
        FactorState<S>& left = state_.left;
        FactorState<S>& right = state_.right;
        left.pair.swap(left.made);
        left.pair_gram.swap(left.made_gram);
        if (state_.acceleration.goes_ahead()) {
            right.pair.swap(right.ahead);
            right.pair_gram.swap(right.ahead_gram);
        } else {
            right.pair.swap(right.made);
            right.pair_gram.swap(right.made_gram);
        }
    }

    void take_back() {
        ++state_.taken_back;
        state_.acceleration.reject();
        state_.left.ahead.padded_matrix() = state_.left.pair.padded_matrix();
        step_right(false, true);
    }

    void go_on_plainly() {
        RunState<S>& s = state_;
        constexpr Index plain_steps = 5;
        ++s.taken_back;
        s.rejected = 0;
        s.above_best = 0;
        to_best();
        s.last = s.best;
        s.acceleration.rest(plain_steps);
        s.left.ahead.padded_matrix() = s.left.pair.padded_matrix();
        s.right.made.padded_matrix() = s.right.pair.padded_matrix();
        s.ahead_by = 0;
        step_right(false, false);
    }

    KktSums left_room_;
    KktSums right_room_;
    Matrix<double> left_gram_;
    Matrix<double> right_gram_;
};

}  // namespace nmf::detail
