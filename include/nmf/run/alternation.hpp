// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A run from its start to its result.

#include <cmath>
#include <type_traits>
#include <utility>

#include <nmf/core/progress.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/factor/balance.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/half_step/former_of.hpp>
#include <nmf/half_step/problem.hpp>
#include <nmf/run/early_schedule.hpp>
#include <nmf/run/frozen_schedule.hpp>
#include <nmf/run/late_schedule.hpp>
#include <nmf/run/measure.hpp>
#include <nmf/run/run_state.hpp>

namespace nmf::detail {

/// V ~ L'R with L (k x rows) and R (k x cols), where R is updated first. L is W' and R is H, or, on
/// the view of V', the other way round: nothing here knows which. Alternates their half-steps, or
/// makes those of R alone where L is frozen.
template <DataView View, class ProblemOf, bool Frozen = false>
class Alternation {
public:
    using S = typename View::Scalar;

    Alternation(View view, const ProblemOf& problem, Side right_side)
        : view_(std::move(view)),
          flipped_(view_.transposed()),
          scale_free_(problem.penalties.scale_free()),
          state_(Schedule::acceleration(view_, problem), right_side, Frozen),
          schedule_(view_, flipped_, problem, state_) {}
    Alternation(const Alternation&) = delete;
    Alternation& operator=(const Alternation&) = delete;

    /// Takes the start, scales it if asked to, measures it, and makes the first half-step.
    NMF_COLD void start(Factor<S> left, Factor<S> right, bool rescale) {
        state_.left.pair.swap(left);
        state_.right.pair.swap(right);
        state_.rescaled = rescale;
        schedule_.begin();
        if (rescale) {
            schedule_.scale();
            make_equal();
        }
        schedule_.make_rooms();
        schedule_.first_step();
    }

    /// False where a NaN or an infinity came up: then the pair is the one before.
    [[nodiscard]] bool iterate() { return schedule_.iterate(); }

    /// Of the best pair so far.
    [[nodiscard]] const Measure& best() const { return state_.best; }

    /// Measures what best() has as an estimate; true if there was any.
    bool settle() { return schedule_.settle(); }

    /// The best pair, L and R. Ends the run. Without penalties and if asked to, the components are
    /// balanced: they have the same norm in both factors.
    NMF_COLD std::pair<Factor<S>, Factor<S>> finish(bool balanced) {
        schedule_.to_best();
        // What nobody needs any more makes room for the result.
        for (FactorState<S>* half : {&state_.left, &state_.right}) {
            for (Factor<S>* spare : {&half->made, &half->before, &half->ahead}) {
                *spare = Factor<S>();
            }
        }
        for (Factor<S>* spare : {&state_.saved_left, &state_.saved_right, &state_.kept}) {
            *spare = Factor<S>();
        }
        if (balanced && scale_free_) make_equal();
        left_norms_ = schedule_.norms(state_.left);
        right_norms_ = schedule_.norms(state_.right);
        return {std::move(state_.left.pair), std::move(state_.right.pair)};
    }

    /// The norms of component a in the two factors that finish() returned.
    [[nodiscard]] std::pair<double, double> component_norms(Index a) const {
        return {std::sqrt(left_norms_[a]), std::sqrt(right_norms_[a])};
    }

    [[nodiscard]] Index restarts() const { return state_.taken_back; }

    /// All that changes in the course of the run, for which it can be left and gone on with.
    [[nodiscard]] const RunState<S>& state() const { return state_; }
    void resume(const RunState<S>& from) { state_ = from; }

private:
    using Flipped = decltype(std::declval<const View&>().transposed());
    using Early =
        std::conditional_t<Frozen, FrozenSchedule<View, ProblemOf>, EarlySchedule<View, ProblemOf>>;
    using Schedule =
        std::conditional_t<is_exact<Former<View, ProblemOf>>, Early, LateSchedule<View, ProblemOf>>;

    /// The norms of the components become equal; L'R stays.
    NMF_COLD void make_equal() {
        const Vector<double> left = schedule_.norms(state_.left);
        const Vector<double> right = schedule_.norms(state_.right);
        balance(state_.left.pair, state_.right.pair, left, right, [&](Index a, double by) {
            schedule_.scaled(state_.left, a, by);
            schedule_.scaled(state_.right, a, 1.0 / by);
        });
    }

    View view_;
    Flipped flipped_;
    bool scale_free_;
    RunState<S> state_;
    Schedule schedule_;
    Vector<double> left_norms_;
    Vector<double> right_norms_;
};

}  // namespace nmf::detail
