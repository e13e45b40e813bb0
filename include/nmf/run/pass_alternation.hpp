// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// One iteration of a run whose half-steps each take a pass over V.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <utility>

#include <nmf/acceleration/positive_extrapolation.hpp>
#include <nmf/core/precision.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/reconstruction_tile.hpp>
#include <nmf/factor/balance.hpp>
#include <nmf/factor/gram.hpp>
#include <nmf/half_step/target_and_sums.hpp>
#include <nmf/loss/column_mass.hpp>
#include <nmf/loss/separable.hpp>
#include <nmf/penalty/concept.hpp>
#include <nmf/run/candidate.hpp>
#include <nmf/run/measure.hpp>
#include <nmf/subproblem/ratios.hpp>

namespace nmf::detail {

/// V ~ L'R with L (k x rows) and R (k x cols), where R is updated first, by passes over V.
///
/// `Passes` makes the pass of a view: `Passes::Pass<View>` and `make<View>()`. `Opening` makes
/// those of the first iterations, of looks without a step, and of the step that follows one that
/// was taken back; it may be the same.
///
/// The measured pair is (L, R_y), R_y being the extrapolated R: the pass that starts there to make
/// the next R knows the objective, and its KKT sums. A pair that raises the objective is taken
/// back, and what follows is measured without extrapolation first. The KKT residual of L is an
/// estimate, from the half-step that made it; settle() measures it.
template <DataView View, class Loss, class Passes, class Opening, class PenaltySet>
class StreamedAlternation {
public:
    using S = typename View::Scalar;

    /// How a run goes on.
    struct Plan {
        PositiveExtrapolation extrapolation{.enabled = false};
        bool joint = false;
        Index opening = 0;  ///< Iterations with the opening passes, which come first.
        bool opening_needs_positive = false;  ///< From a start with zeros there is none.
    };

    StreamedAlternation(View view, const Summary& sums, const Loss& loss,
                        const PenaltySet& penalties, Side right_side, Plan plan,
                        const Passes& passes, const Opening& opening)
        : view_(std::move(view)),
          flipped_(view_.transposed()),
          squared_norm_(sums.squared_norm),
          mean_(mean_entry(view_, sums)),
          loss_(loss),
          penalties_(penalties),
          scale_free_(penalties_.scale_free()),
          unit_denominator_(!View::weighted && nmf::detail::unit_denominator(loss)),
          plan_(plan),
          momentum_(plan.extrapolation),
          measure_(view_, loss_, penalties_, right_side, squared_norm_, passes.objective_scale()),
          right_pass_(passes.template make<View>()),
          left_pass_(passes.template make<Flipped>()),
          right_opening_(opening.template make<View>()),
          left_opening_(opening.template make<Flipped>()) {
        left_.side = other(right_side);
        right_.side = right_side;
        right_.gauge.mass = passes.mass(view_);
        left_.gauge.mass = passes.mass(flipped_);
    }

    /// Takes the start, scales it if asked to, measures it, and makes the first half-step.
    void start(Factor<S> left, Factor<S> right, bool rescale) {
        left_.latest.swap(left);
        right_.latest.swap(right);
        for (Half* half : {&left_, &right_}) half->gauge.curvature.setZero(rank());
        rescaled_ = rescale;
        if (rescale) {
            scale();
            balance_(left_.latest, right_.latest);
        }
        make_rooms();
        if constexpr (!std::same_as<Passes, Opening>) {
            if (plan_.opening_needs_positive &&
                !(positive(left_.latest) && positive(right_.latest))) {
                plan_.opening = 0;
            }
            measure_.prepare(left_.latest.stride());
            right_pass_.prepare(view_, left_.latest);
            left_pass_.prepare(flipped_, right_.latest);
        }
        learn(right_);
        learn(left_);
        look(left_, right_.latest);
        step_right(next_step(), true);
        const Candidate now = measured();
        best_.objective = now.objective;
        best_.kkt_residual = 1;
        take(now);
        settled_ = true;
    }

    /// False where a NaN or an infinity came up: then the pair is the one before.
    [[nodiscard]] bool iterate() {
        if (!finite_) return false;
        settled_ = false;
        step_left();
        if (!finite_) return false;
        if (plan_.opening > 0 && --plan_.opening == 0) hand_over();
        step_right(next_step(), true);
        const Candidate now = measured();
        if (!std::isfinite(now.objective)) return finite_ = false;
        const double noise = rounding_noise<S> * best_.objective + rounding_ + now.rounding;
        if (now.objective <= best_.objective + noise) {
            take(now);
        } else {
            take_back();
        }
        return true;
    }

    /// Drops what an iteration left that did not get to its end.
    void abandon() {
        if (left_stepped_) left_.latest.swap(left_.previous);
        left_stepped_ = false;
    }

    /// Of the pair so far; no pair had a lower objective.
    [[nodiscard]] const Measure& best() const { return best_; }

    /// Measures the KKT residual of the pair where it is an estimate; true if it was.
    bool settle() {
        if (settled_) return false;
        for (int round = 0; round < 2; ++round) {
            look(right_, point_);
            look(left_, point_);
        }
        see_residual();
        settled_ = true;
        return true;
    }

    /// The pair, L and R. Ends the run. Without penalties and if asked to, the components are
    /// balanced.
    std::pair<Factor<S>, Factor<S>> finish(bool balanced) {
        right_.latest.swap(point_);
        // What nobody needs any more makes room for the result.
        for (Factor<S>* spare : {&left_.previous, &right_.previous, &point_, &candidate_,
                                 &joint_top_, &joint_bottom_}) {
            *spare = Factor<S>();
        }
        if (balanced && scale_free_) balance_(left_.latest, right_.latest);
        row_norms(left_.latest, left_.size);
        row_norms(right_.latest, right_.size);
        return {std::move(left_.latest), std::move(right_.latest)};
    }

    /// ||w_a|| ||h_a|| for each component a of the pair that finish() returned.
    [[nodiscard]] double component_norm(Index a) const {
        return std::sqrt(left_.size[a]) * std::sqrt(right_.size[a]);
    }

    [[nodiscard]] Index restarts() const { return restarts_; }
    [[nodiscard]] Index rank() const { return right_.latest.rows(); }

private:
    using Flipped = decltype(std::declval<const View&>().transposed());
    using RightPass = typename Passes::template Pass<View>;
    using LeftPass = typename Passes::template Pass<Flipped>;
    static constexpr bool least_squares = RightPass::least_squares;

    struct Half {
        Side side = Side::h;
        Factor<S> latest;         ///< What the last half-step made.
        Factor<S> previous;       ///< Before that step; room for the next one.
        KktGauge gauge;           ///< Its curvature is from the last pass.
        Vector<double> distance;  ///< KKT sums of the last pass.
        double mass = 0;          ///< And the mass that those are parts of.
        Vector<double> size;      ///< ||x_a||^2 in the last pass.
    };

    /// For all that is as large as the factors, each on its own: any may be the result.
    void make_rooms() {
        const Pages pages = pages_beside(view_);
        Factor<S>::allocate_together(rank(), {{&left_.previous, view_.rows()}}, pages);
        for (Factor<S>* right : {&right_.previous, &point_, &candidate_}) {
            Factor<S>::allocate_together(rank(), {{right, view_.cols()}}, pages);
        }
        left_.previous = left_.latest;
        right_.previous = right_.latest;
    }

    template <class Pass, class Direction>
    void run_pass(Pass& pass, const Direction& view, const PassFactors<S>& factors, Half& half,
                  const PassTarget<S>& target) {
        pass.run(view, factors, half.side, target, half.gauge);
        const PassSums& sums = pass.sums();
        half.distance = sums.distance();
        half.mass = sums[PassSums::mass];
        half.size = sums.size();
        sums.curvature(half.gauge.curvature);
        if constexpr (!least_squares) add_curvature_of_zeros(half, factors.bottom);
        finite_ = finite_ && sums.finite();
    }

    /// The KKT sums of one factor of the pair (L, right), by a pass that changes nothing.
    void look(Half& half, const Factor<S>& right) {
        if (&half == &right_) {
            run_pass(looking(right_pass_, right_opening_), view_, PassFactors<S>(left_.latest),
                     right_, {right, right});
        } else {
            auto& pass = looking(left_pass_, left_opening_);
            run_pass(pass, flipped_, PassFactors<S>(right), left_, {left_.latest, left_.latest});
            left_penalty_ = pass.sums()[PassSums::penalty];
        }
    }

    /// The curvature of the components of a factor of the start, for the KKT sums of its first
    /// pass.
    void learn(Half& half) {
        if constexpr (!least_squares) {
            const Half& fixed = &half == &right_ ? left_ : right_;
            if (learn_curvature(half, fixed)) return;
        }
        look(half, right_.latest);
    }

    /// Where every entry weighs 1 and q is 1, V has no part in it.
    [[nodiscard]] bool learn_curvature(Half& half, const Half& fixed) {
        if (!unit_denominator_) return false;
        MultiplicativeStep<S> step;
        penalties_.add_to(half.side, step);
        row_sums_(fixed.latest, view_.threads(), fixed_sums_);
        row_sums_(half.latest, view_.threads(), half.gauge.curvature);
        Vector<double> norms;
        row_norms(half.latest, norms);
        for (Index a = 0; a < rank(); ++a) {
            const double down =
                (fixed_sums_[a] + static_cast<double>(step.linear)) * half.gauge.curvature[a];
            half.gauge.curvature[a] =
                ratio_or_zero(down, norms[a]) + static_cast<double>(step.ridge);
        }
        half.size = norms;
        add_curvature_of_zeros(half, fixed.latest);
        return true;
    }

    /// Gives a curvature to the components that are 0. An entry of theirs can rise to mass / d at
    /// most, where d is the sum of their row of A (see MultiplicativePass). The mass is the mean
    /// over the columns.
    void add_curvature_of_zeros(Half& half, const Factor<S>& fixed) {
        if (!unit_denominator_ || half.gauge.mass.weighted.size() == 0 || half.size.minCoeff() > 0)
            return;
        const double mass = half.gauge.mass.weighted.mean();
        row_sums_(fixed, view_.threads(), fixed_sums_);
        for (Index a = 0; a < rank(); ++a) {
            if (half.size[a] > 0) continue;
            half.gauge.curvature[a] = ratio_or_zero(fixed_sums_[a] * fixed_sums_[a], mass);
        }
    }

    /// Of the passes of a direction that which looks without a step: it visits tiles, not columns.
    template <class Pass, class Other>
    [[nodiscard]] static auto& looking(Pass& pass, Other& opening) {
        if constexpr (std::same_as<Pass, Other>) {
            return pass;
        } else {
            return opening;
        }
    }

    /// L for the latest R, extrapolated as that was.
    void step_left() {
        const PassTarget<S> target{left_.latest, left_.previous, step_, &left_.previous};
        const auto run = [&](auto& pass) {
            if (plan_.joint) {
                step_jointly(pass, target);
            } else {
                run_pass(pass, flipped_, PassFactors<S>(right_.latest), left_, target);
            }
            left_penalty_ = pass.sums()[PassSums::updated_penalty];
        };
        plan_.opening > 0 ? run(left_opening_) : run(left_pass_);
        left_.latest.swap(left_.previous);
        left_stepped_ = true;
    }

    /// The second half of a joint step: the majorant is that at the pair before.
    template <class Pass>
    void step_jointly(Pass& pass, const PassTarget<S>& target) {
        if constexpr (requires(Factor<S> & f) { loss_.joint_factors(f, f, f, f); }) {
            loss_.joint_factors(right_.latest, point_, joint_top_, joint_bottom_);
            run_pass(pass, flipped_, PassFactors<S>(point_, joint_top_, joint_bottom_), left_,
                     target);
        }
    }

    /// Columns of zeros may be those of what is not observed.
    [[nodiscard]] static bool positive(const Factor<S>& x) {
        for (Index j = 0; j < x.cols(); ++j) {
            const auto column = x.matrix().col(j);
            if (View::weighted && !(column.maxCoeff() > S(0))) continue;
            if (!(column.minCoeff() > S(0))) return false;
        }
        return true;
    }

    /// To the passes that come after the opening: what that left out of balance could lie below
    /// their floor.
    void hand_over() {
        if (!std::same_as<Passes, Opening> && rescaled_ && scale_free_) {
            balance_(left_.latest, right_.latest);
        }
    }

    /// Passes that come after an opening of others are not extrapolated.
    [[nodiscard]] PositiveStep next_step() {
        const bool extrapolated = std::same_as<Passes, Opening> || plan_.opening > 0;
        return extrapolated ? momentum_.next() : PositiveStep{};
    }

    /// The next R for the latest L, from the extrapolated one, which becomes the candidate's. With
    /// what it takes to measure that, if asked to.
    void step_right(PositiveStep step, bool measure) {
        step_ = step;
        const PassTarget<S> target{right_.latest,    right_.previous, step_,
                                   &right_.previous, &candidate_,     measure};
        const auto run = [&](auto& pass) {
            run_pass(pass, view_, PassFactors<S>(left_.latest), right_, target);
        };
        in_opening_ = plan_.opening > 0;
        in_opening_ ? run(right_opening_) : run(right_pass_);
        right_.latest.swap(right_.previous);
    }

    /// (L, candidate), from the pass that started there.
    [[nodiscard]] Candidate measured() {
        const auto measure = [&](const auto& pass) {
            return measure_(pass, left_.latest, candidate_, left_penalty_);
        };
        return in_opening_ ? measure(right_opening_) : measure(right_pass_);
    }

    /// The candidate becomes the pair.
    void take(const Candidate& now) {
        point_.swap(candidate_);
        rounding_ = now.rounding;
        best_.objective = std::min(best_.objective, now.objective);
        best_.relative_error = now.relative_error;
        left_stepped_ = false;
        see_residual();
    }

    /// From the pair on, by plain steps, the first of which is to be measured as it is: so
    /// it is not above the pair where the update descends. Where other passes come first, it is one
    /// of theirs.
    void take_back() {
        ++restarts_;
        momentum_.restart();
        left_.latest.padded_matrix() = left_.previous.padded_matrix();
        left_stepped_ = false;
        right_.latest.padded_matrix() = point_.padded_matrix();
        look(left_, point_);
        if (!std::same_as<Passes, Opening>) plan_.opening = std::max<Index>(plan_.opening, 1);
        step_right(PositiveStep{}, false);
        see_residual();
    }

    /// Of the pair; the last one that was a number stays.
    void see_residual() {
        const double now = residual();
        finite_ = finite_ && std::isfinite(now);
        if (finite_) best_.kkt_residual = now;
    }

    /// A model of zeros has no curvature. It counts as 1 where any component would do better.
    [[nodiscard]] double residual() const {
        const bool nothing = !(left_.size.sum() > 0) || !(right_.size.sum() > 0);
        if (nothing && mean_ > 0 && zeros_are_no_minimum()) return 1;
        const auto of = [&](const Half& half, const Half& fixed) {
            return PassSums::residual_of(half.distance, half.mass, fixed.size, half.size,
                                         scale_free_);
        };
        return std::max(of(right_, left_), of(left_, right_));
    }

    /// Whether some model is better than zeros: there are no penalties, or the loss of zeros is
    /// infinite.
    [[nodiscard]] bool zeros_are_no_minimum() const {
        if (scale_free_) return true;
        if constexpr (requires { loss_.degree(); }) return loss_.degree() <= 1;
        return false;
    }

    /// Multiplies L'R by the number that brings it closest to V; first to the size of V, in which
    /// the floors of a pass are given.
    void scale() {
        const double model = measure_.model_sum(left_.latest, right_.latest) /
                             static_cast<double>(view_.rows()) / static_cast<double>(view_.cols());
        if (model > 0 && mean_ > 0) scale_by(std::sqrt(mean_ / model));
        // With the sum of V the model is the best one, but for what it cannot reach.
        if (unit_denominator_ && mean_ > 0) return;
        look(right_, right_.latest);
        const PassSums& sums = looking(right_pass_, right_opening_).sums();
        const double along = sums[PassSums::along];
        const double square = sums[PassSums::square];
        if (!(square > 0) || !(along > 0 || squared_norm_ <= 0) || !sums.finite()) return;
        scale_by(std::sqrt(along / square));
    }

    void scale_by(double root) {
        left_.latest.padded_matrix() *= static_cast<S>(root);
        right_.latest.padded_matrix() *= static_cast<S>(root);
    }

    View view_;
    Flipped flipped_;
    double squared_norm_;
    double mean_;
    const Loss& loss_;
    const PenaltySet& penalties_;
    bool scale_free_;
    bool unit_denominator_;  ///< Of every entry.
    bool rescaled_ = false;  ///< Components may be scaled.
    Plan plan_;
    PositiveMomentum momentum_;
    CandidateMeasure<View, Loss, PenaltySet> measure_;
    RightPass right_pass_;
    LeftPass left_pass_;
    typename Opening::template Pass<View> right_opening_;
    typename Opening::template Pass<Flipped> left_opening_;
    Half left_;
    Half right_;
    Balance<S> balance_;
    RowSumsKernel<S> row_sums_;
    Vector<double> fixed_sums_;
    Factor<S> point_;      ///< R_y of the measured pair.
    Factor<S> candidate_;  ///< That of the next one.
    PositiveStep step_{};  ///< How R_y was extrapolated, and L will be.
    double left_penalty_ = 0;
    Factor<S> joint_top_;
    Factor<S> joint_bottom_;
    Measure best_;
    double rounding_ = 0;  ///< Of its objective.
    bool settled_ = false;
    bool finite_ = true;         ///< No update has left a NaN or an infinity.
    bool left_stepped_ = false;  ///< left_.latest is ahead of the pair, which has the one before.
    bool in_opening_ = false;    ///< The last right pass was an opening one.
    Index restarts_ = 0;
};

}  // namespace nmf::detail
