// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A run from its start to its result.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <type_traits>
#include <utility>

#include <nmf/core/progress.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/extent.hpp>
#include <nmf/data/flipped.hpp>
#include <nmf/factor/balance.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/factor/gram.hpp>
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
          flipped_(flipped_view(view_)),
          problem_(problem),
          state_(Schedule::acceleration(view_, problem), right_side, Frozen),
          schedule_(view_, flipped_, problem, state_) {}
    Alternation(const Alternation&) = delete;
    Alternation& operator=(const Alternation&) = delete;

    /// Takes the start, measures it, and makes the first half-step. `rescale`: components may be
    /// scaled, and are, unless the start is `ready`.
    NMF_COLD void start(Factor<S> left, Factor<S> right, bool rescale, bool ready = false) {
        state_.left.pair.swap(left);
        state_.right.pair.swap(right);
        state_.rescaled = rescale;
        const bool scales = rescale && !ready;
        const bool all = scalable();
        if (scales && !all) scale_rest();
        schedule_.begin();
        if (scales && all) {
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

    /// A factor of it.
    [[nodiscard]] const Factor<S>& best_of(Side side) const {
        const bool of_left = state_.left.side == side;
        if (state_.saved) return of_left ? state_.saved_left : state_.saved_right;
        return of_left ? state_.left.pair : state_.right.pair;
    }

    /// Where that lies.
    [[nodiscard]] FactorPlace place_of_best(Side side) const {
        const Factor<S>& x = best_of(side);
        return {x.data(), x.rows(), x.cols(), x.stride(), std::same_as<S, float>};
    }

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
        bool made_unit = false;
        if constexpr (ProblemOf::Penalties::scale_free) {
            made_unit = problem_.penalties.is_scale_free();
            if (made_unit) make_unit(*problem_.penalties.unit);
        }
        if (!made_unit && balanced && problem_.penalties.none()) make_equal();
        left_norms_ = schedule_.norms(state_.left);
        right_norms_ = schedule_.norms(state_.right);
        return {std::move(state_.left.pair), std::move(state_.right.pair)};
    }

    /// The norms of component a in the two factors that finish() returned.
    [[nodiscard]] std::pair<double, double> component_norms(Index a) const {
        return {std::sqrt(left_norms_[a]), std::sqrt(right_norms_[a])};
    }

    [[nodiscard]] Index steps_taken_back() const { return state_.taken_back; }

    /// All that changes in the course of the run, for which it can be left and gone on with.
    [[nodiscard]] const RunState<S>& state() const { return state_; }
    void resume(const RunState<S>& from) { state_ = from; }

    /// Before a run, for a solver that extrapolates what half-steps make or does not.
    [[nodiscard]] static constexpr FactorCopies copies(bool goes_ahead) {
        return Schedule::copies(goes_ahead);
    }

private:
    using Flipped = FlippedOf<View>;
    using Early =
        std::conditional_t<Frozen, FrozenSchedule<View, ProblemOf>, EarlySchedule<View, ProblemOf>>;
    using Schedule =
        std::conditional_t<is_exact<Former<View, ProblemOf>>, Early, LateSchedule<View, ProblemOf>>;

    [[nodiscard]] bool scalable() const {
        if constexpr (ProblemOf::bounded) return problem_.limits.scalable();
        return true;
    }

    /// Multiplies the components that may be scaled so that the model has the sum of V, of which
    /// they get a tenth at least. In a factor that has held ones they get the size of these.
    NMF_COLD void scale_rest() {
        RowSumsKernel<S> row_sums;
        Vector<double> left;
        Vector<double> right;
        row_sums(state_.left.pair, RowsOf<View>{view_}, left);
        row_sums(state_.right.pair, view_, right);
        double held = 0;
        double rest = 0;
        for (Index a = 0; a < left.size(); ++a) {
            (problem_.scalable(a) ? rest : held) += left[a] * right[a];
        }
        const double whole = problem_.mean * entries_of_whole(view_);
        if (!(rest > 0) || !(whole > 0)) return;
        const double by = std::sqrt(std::max(whole - held, 0.1 * whole) / rest);
        for (FactorState<S>* half : {&state_.left, &state_.right}) {
            for (Index a = 0; a < left.size(); ++a) {
                if (problem_.scalable(a)) scale_row(half->pair, a, static_cast<S>(by));
            }
        }
        if (!size_like_held(state_.left, state_.right)) size_like_held(state_.right, state_.left);
    }

    [[nodiscard]] Vector<double> squares_of(const FactorState<S>& of) const {
        Vector<double> squares;
        if (&of == &state_.right) {
            row_norms(of.pair, view_, squares);
        } else {
            row_norms(of.pair, flipped_, squares);
        }
        return squares;
    }

    /// The components of a factor that may be scaled get the mean norm of those that have bounds
    /// there; L'R stays. False where there are none.
    NMF_COLD bool size_like_held(FactorState<S>& of, FactorState<S>& rest) {
        const Vector<double> squares = squares_of(of);
        double norms = 0;
        double count = 0;
        for (Index a = 0; a < squares.size(); ++a) {
            if (!problem_.holds(of.side, a) || !(squares[a] > 0)) continue;
            norms += std::sqrt(squares[a]);
            ++count;
        }
        if (count == 0) return false;
        for (Index a = 0; a < squares.size(); ++a) {
            if (!problem_.scalable(a) || !(squares[a] > 0)) continue;
            const double factor = norms / count / std::sqrt(squares[a]);
            scale_row(of.pair, a, static_cast<S>(factor));
            scale_row(rest.pair, a, static_cast<S>(1.0 / factor));
        }
        return true;
    }

    /// The components of one factor that may be scaled get norm 1; L'R stays.
    NMF_COLD void make_unit(Side side) {
        const bool of_left = state_.left.side == side;
        FactorState<S>& unit = of_left ? state_.left : state_.right;
        FactorState<S>& rest = of_left ? state_.right : state_.left;
        const Vector<double> squares = schedule_.norms(unit);
        for (Index a = 0; a < squares.size(); ++a) {
            if (!problem_.scalable(a)) continue;
            const double norm = std::sqrt(squares[a]);
            if (!(norm > 0)) {
                scale_row(rest.pair, a, S(0));
                schedule_.scaled(rest, a, 0);
                continue;
            }
            scale_row(unit.pair, a, static_cast<S>(1.0 / norm));
            scale_row(rest.pair, a, static_cast<S>(norm));
            schedule_.scaled(unit, a, 1.0 / norm);
            schedule_.scaled(rest, a, norm);
        }
    }

    /// The norms of the components that may be scaled become equal; L'R stays.
    NMF_COLD void make_equal() {
        const Vector<double> left = schedule_.norms(state_.left);
        const Vector<double> right = schedule_.norms(state_.right);
        const auto scalable = [&](Index a) { return problem_.scalable(a); };
        balance(state_.left.pair, state_.right.pair, left, right, scalable,
                [&](Index a, double by) {
                    schedule_.scaled(state_.left, a, by);
                    schedule_.scaled(state_.right, a, 1.0 / by);
                });
    }

    View view_;
    Flipped flipped_;
    const ProblemOf& problem_;
    RunState<S> state_;
    Schedule schedule_;
    Vector<double> left_norms_;
    Vector<double> right_norms_;
};

}  // namespace nmf::detail
