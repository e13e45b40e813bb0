// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The half-steps of a run whose subproblems hold near one X only, and the measurement of the
/// resulting pairs.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <type_traits>
#include <utility>

#include <nmf/core/precision.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/extent.hpp>
#include <nmf/data/flipped.hpp>
#include <nmf/factor/balance.hpp>
#include <nmf/half_step/curvature.hpp>
#include <nmf/half_step/former_of.hpp>
#include <nmf/half_step/half_step.hpp>
#include <nmf/half_step/pair_costs.hpp>
#include <nmf/half_step/reading_back.hpp>
#include <nmf/run/free_sizes.hpp>
#include <nmf/run/opening.hpp>
#include <nmf/run/penalty_of.hpp>
#include <nmf/run/run_state.hpp>

namespace nmf::detail {

/// V ~ L'R by half-steps that are each a pass over V.
template <DataView View, class ProblemOf>
class LateSteps {
public:
    using S = typename View::Scalar;
    using Flipped = FlippedOf<View>;
    static constexpr bool opened = has_opening<ProblemOf, S>;

    LateSteps(const View& view, const Flipped& flipped, const ProblemOf& problem,
              RunState<S>& state)
        : view_(view),
          flipped_(flipped),
          problem_(problem),
          scale_free_(problem.scale_free()),
          scale_(problem.entries * problem.mean * step_scale(problem.loss, problem.mean)),
          state_(state),
          opening_solver_(opening_of(problem.solver)),
          opening_(problem.with(opening_solver_)),
          right_(view, problem, opening_),
          left_(flipped, problem, opening_),
          costs_(view, problem.loss) {
        right_mass_.mass = mass_of<Former<View, ProblemOf>>(view);
        if (!state.frozen) left_mass_.mass = mass_of<Former<Flipped, ProblemOf>>(flipped);
    }

    /// Where there is one row, column or component plain multiplicative updates get there soonest.
    [[nodiscard]] static Acceleration acceleration(const View& view, const ProblemOf& problem) {
        const bool allowed = several(view, problem) && convex_in_each_factor(problem.loss) &&
                             !is_joint(problem.solver);
        if constexpr (opened) return acceleration_of(opening_of(problem.solver), allowed);
        return acceleration_of(problem.solver, allowed);
    }

    /// Multiplies L'R by the number that brings it closest to V. First scales it to the size of V,
    /// for which the floors of a former are meant.
    void scale() {
        const double model =
            costs_.model_sum(state_.left.pair, state_.right.pair) / entries_of_whole(view_);
        if (model > 0 && problem_.mean > 0) scale_by(std::sqrt(problem_.mean / model));
        // With the sum of V the model is the best one, but for what it cannot reach.
        if (Unit::applies(view_, problem_) && problem_.mean > 0) return;
        look_right(state_.right.pair);
        right_.with(true, [&](const auto& half) {
            const double along = half.sums()[StepSums::along];
            const double square = half.sums()[StepSums::square];
            if (!(square > 0) || !(along > 0 || problem_.squared_norm <= 0)) return;
            if (half.sums().finite()) scale_by(std::sqrt(along / square));
        });
    }

    [[nodiscard]] Vector<double> norms(const FactorState<S>& of) const {
        Vector<double> squares;
        of.side == state_.right.side ? row_norms(of.pair, view_, squares)
                                     : row_norms(of.pair, flipped_, squares);
        return squares;
    }
    static void scaled(FactorState<S>& /*of*/, Index /*a*/, double /*by*/) {}

    /// With make_rooms(). Half-steps over entries keep A by components, too.
    [[nodiscard]] static constexpr FactorCopies copies(bool /*goes_ahead*/) {
        return opened ? FactorCopies{3, 5} : FactorCopies{2, 4};
    }

    /// For all that is as large as the factors, each on its own: any may be the result.
    void make_rooms() {
        const Pages pages = pages_beside(view_);
        if (!state_.frozen) {
            Factor<S>::allocate_together(problem_.rank, {{&state_.left.made, view_.rows()}}, pages);
            state_.left.made = state_.left.pair;
            if constexpr (OneSidedView<View>) {
                state_.ratios.prepare(problem_.rank, view_.rows(),
                                      back_chunks(view_, problem_.rank),
                                      !unit_denominator(problem_.loss));
            }
        }
        for (Factor<S>* right : {&state_.right.made, &state_.right.before, &state_.right.ahead}) {
            Factor<S>::allocate_together(problem_.rank, {{right, view_.cols()}}, pages);
        }
        state_.right.made = state_.right.pair;
        state_.right.before = state_.right.pair;
    }

protected:
    using OpeningSolver = typename OpeningOf<typename ProblemOf::Solver>::Type;
    using Opening =
        decltype(std::declval<const ProblemOf&>().with(std::declval<const OpeningSolver&>()));
    using Unit = UnitCurvature<S>;

    template <class F, class Direction>
    [[nodiscard]] ColumnMass mass_of(const Direction& view) const {
        if constexpr (requires { F::mass(view, problem_); }) return F::mass(view, problem_);
        return {};
    }

    [[nodiscard]] static bool several(const View& view, const ProblemOf& problem) {
        return std::min({problem.rank, view.rows(), view.cols()}) > 1;
    }

    /// A half-step on a factor; its KKT sums become those of the factor.
    template <class Half, class Direction>
    void run(Half& half, const Direction& view, KktGauge& gauge, const FixedFactor<S>& fixed,
             FactorState<S>& of, const StepTarget<S>& target) {
        gauge.curvature.swap(of.seen.curvature);
        if constexpr (OneSidedView<View>) share_reading(half, view, fixed.a, target);
        half.run(view, fixed, of.side, target, gauge);
        gauge.curvature.swap(of.seen.curvature);
        const StepSums& sums = half.sums();
        of.seen.distance = sums.distance();
        of.seen.mass = sums[StepSums::mass];
        of.seen.size = sums.size();
        sums.curvature(of.seen.curvature);
        if (Unit::applies(view, problem_)) {
            unit_.of_zeros(view, fixed.bottom != nullptr ? *fixed.bottom : fixed.a,
                           gauge.mass.weighted, of.seen.size, of.seen.curvature);
        }
        state_.finite = state_.finite && sums.finite();
    }

    /// For a one-sided V, a step of R also makes the sums of the step of L that follows. They are
    /// those at the L that step starts at if the pair is accepted. Looks read V again.
    template <class Half, class Direction>
    void share_reading(Half& half, const Direction& /*view*/, const Factor<S>& left,
                       const StepTarget<S>& target) {
        RunState<S>& s = state_;
        ReadingBack<S>& back = half.former().back;
        const bool steps = target.next != nullptr && !s.frozen;
        back.from = steps && is_flipped<Direction> ? &s.ratios : nullptr;
        back.to = steps && !is_flipped<Direction> ? &s.ratios : nullptr;
        back.joint = is_joint(problem_.solver);
        if (back.to == nullptr) return;
        const Factor<S>& before = &left == &s.left.pair ? s.left.made : s.left.pair;
        StepTarget<S> start{.x = left, .previous = before, .step = target.step};
        if constexpr (ProblemOf::bounded) start.bounds = &problem_.limits.of(s.left.side);
        start.load(0, left.cols(), s.ratios.point.data());
    }

    /// The KKT sums of R for the L of the pair, by a half-step that changes nothing.
    void look_right(const Factor<S>& r) {
        right_.with(true, [&](auto& half) {
            run(half, view_, right_mass_, {.a = state_.left.pair}, state_.right,
                {.x = r, .previous = r});
        });
    }

    /// The same of the L of the pair for an R.
    void look_left(const Factor<S>& r) {
        const Factor<S>& l = state_.left.pair;
        left_.with(true, [&](auto& half) {
            run(half, flipped_, left_mass_, {.a = r}, state_.left, {.x = l, .previous = l});
        });
    }

    /// The curvature of the components of a factor of the start, for the KKT sums of its first
    /// half-step.
    template <class Direction, class Look>
    void learn(const Direction& view, const ColumnMass& mass, FactorState<S>& half,
               const Factor<S>& fixed, const Look& look) {
        if (!Unit::applies(view, problem_)) return look();
        unit_.learn(view, problem_, half.side, fixed, half.pair, mass.weighted, half.seen.curvature,
                    half.seen.size);
    }

    /// L for the latest R, extrapolated as that was. In a joint update the majorant is that at the
    /// pair before.
    void step_left() {
        RunState<S>& s = state_;
        const StepTarget<S> target{
            .x = s.left.pair, .previous = s.left.made, .step = s.pace.start, .next = &s.left.made};
        FixedFactor<S> fixed{.a = s.right.made};
        if constexpr (requires(Factor<S> & f) {
                          problem_.solver.joint;
                          problem_.loss.joint_factors(f, f, f, f);
                      }) {
            if (is_joint(problem_.solver)) {
                problem_.loss.joint_factors(s.right.made, s.right.pair, joint_top_, joint_bottom_);
                const FixedFactor<S> both{
                    .a = s.right.pair, .top = &joint_top_, .bottom = &joint_bottom_};
                return left_.with(s.opening > 0, [&](auto& half) {
                    run(half, flipped_, left_mass_, both, s.left, target);
                });
            }
        }
        left_.with(s.opening > 0,
                   [&](auto& half) { run(half, flipped_, left_mass_, fixed, s.left, target); });
    }

    /// The next R for an L, from the extrapolated one, which becomes the candidate's. With what it
    /// takes to measure that, if asked to.
    void step_right(const Factor<S>& left, PositiveStep start, bool measure) {
        RunState<S>& s = state_;
        s.pace.start = start;
        in_opening_ = s.opening > 0;
        right_.with(in_opening_, [&](auto& half) {
            run(half, view_, right_mass_, {.a = left}, s.right,
                {.x = s.right.made,
                 .previous = s.right.before,
                 .step = start,
                 .next = &s.right.before,
                 .point = &s.right.ahead,
                 .costs = measure});
        });
        s.right.made.swap(s.right.before);
    }

    /// (L, candidate), from the half-step that started there.
    [[nodiscard]] Measure measured(const Factor<S>& left) {
        const RunState<S>& s = state_;
        const CostSums costs = right_.with(in_opening_, [&](const auto& half) {
            if (!half.knows_costs()) return costs_(left, s.right.ahead);
            return costs_.complete(half.sums().costs(), left, s.right.ahead);
        });
        rounding_now_ = 2.0 * std::numeric_limits<double>::epsilon() * scale_;
        Measure now;
        now.objective = costs.cost + penalty_of_pair(problem_.penalties, s.right.side, view_,
                                                     flipped_, left, s.right.ahead, room_);
        now.relative_error =
            std::sqrt(ratio_or_zero(costs.squared_residual, problem_.squared_norm));
        return now;
    }

    /// A model of zeros has no curvature. It counts as 1 where any component would do better.
    [[nodiscard]] double residual() {
        const KktSums& left = state_.left.seen;
        const KktSums& right = state_.right.seen;
        const bool nothing = !(left.size.sum() > 0) || !(right.size.sum() > 0);
        take_free_sizes(problem_, view_, flipped_, state_.left.pair, state_.right.pair, state_);
        if (state_.frozen) return residual_of(right, left.size, false);
        if (nothing && problem_.mean > 0 && zeros_are_no_minimum()) return 1;
        return pair_residual(left, right, scale_free_);
    }

    /// Whether some model is better than zeros: there are no penalties, or the loss of zeros is
    /// infinite.
    [[nodiscard]] bool zeros_are_no_minimum() const {
        if (!problem_.allows_model()) return false;
        if (problem_.penalties.none()) return true;
        if (problem_.penalties.is_scale_free()) return false;
        if constexpr (requires { problem_.loss.degree(); }) return problem_.loss.degree() <= 1;
        return false;
    }

    void scale_by(double root) {
        for (FactorState<S>* half : {&state_.left, &state_.right}) {
            half->pair.for_each([&](S& x) { x *= static_cast<S>(root); });
        }
    }

    const View& view_;
    const Flipped& flipped_;
    const ProblemOf& problem_;
    bool scale_free_;
    double scale_;  ///< Of what the objective is a difference of.
    RunState<S>& state_;
    OpeningSolver opening_solver_;
    Opening opening_;
    OpenedHalfStep<View, ProblemOf, Opening> right_;
    OpenedHalfStep<Flipped, ProblemOf, Opening> left_;
    PairCosts<View, typename ProblemOf::Loss> costs_;
    KktGauge right_mass_;
    KktGauge left_mass_;
    Unit unit_;
    PenaltyRoom<S> room_;
    Factor<S> joint_top_;
    Factor<S> joint_bottom_;
    double rounding_now_ = 0;  ///< Of the objective of the candidate.
    bool in_opening_ = false;  ///< The last right half-step was one of the opening.
};

}  // namespace nmf::detail
