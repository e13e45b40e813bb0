// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// One iteration of a run whose half-steps each take a pass over V.

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <nmf/core/precision.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/tile_pass.hpp>
#include <nmf/penalty/concept.hpp>
#include <nmf/run/half_pass.hpp>
#include <nmf/run/measure.hpp>
#include <nmf/run/pair_costs.hpp>
#include <nmf/solvers/positive_extrapolation.hpp>

namespace nmf::detail {

/// V ~ L'R with L (k x rows) and R (k x cols), where R is updated first, by passes over V.
///
/// `Passes` makes the pass of a view: `Passes::Pass<View>` and `make<View>()`. `Opening` makes
/// those of the first iterations; it may be the same.
///
/// The objective is measured after each iteration, and an iteration that raises it is taken back.
/// The KKT residual is estimated on the way, from the half-steps as they were made; settle()
/// measures it.
template <DataView View, class Loss, class Passes, class Opening, class PenaltySet>
class StreamedAlternation {
public:
    using S = typename View::Scalar;

    /// How a run goes on.
    struct Plan {
        PositiveExtrapolation extrapolation{.enabled = false};
        bool joint = false;
        Index opening = 0;  ///< Iterations with the opening passes, extrapolated.
    };

    StreamedAlternation(View view, const Summary& sums, const Loss& loss,
                        const PenaltySet& penalties, Side right_side, Plan plan,
                        const Passes& passes, const Opening& opening)
        : view_(std::move(view)),
          flipped_(view_.transposed()),
          squared_norm_(sums.squared_norm),
          mean_(mean_entry(view_, sums)),
          scale_(passes.objective_scale()),
          loss_(loss),
          penalties_(penalties),
          scale_free_(penalties_.scale_free()),
          plan_(plan),
          momentum_(with_opening(plan)),
          costs_(view_, loss_),
          right_pass_(passes.template make<View>()),
          left_pass_(passes.template make<Flipped>()),
          right_opening_(opening.template make<View>()),
          left_opening_(opening.template make<Flipped>()) {
        left_.side = other(right_side);
        right_.side = right_side;
    }

    /// Takes the start, scales it if asked to, and measures it.
    void start(Factor<S> left, Factor<S> right, bool rescale) {
        left_.factor.swap(left);
        right_.factor.swap(right);
        for (Half* half : {&left_, &right_}) half->curvature.setZero(rank());
        if (rescale) {
            scale();
            balance();
        }
        Factor<S>::allocate_together(
            rank(), {{&left_.previous, view_.rows()}, {&right_.previous, view_.cols()}},
            pages_beside(view_));
        left_.previous = left_.factor;
        right_.previous = right_.factor;
        best_.kkt_residual = exact_residual(true);
        const Candidate now = measure(left_pass_);
        best_.objective = now.objective;
        best_.relative_error = now.relative_error;
        rounding_ = now.rounding;
        settled_ = true;
    }

    void iterate() {
        settled_ = false;
        if (plan_.opening > 0) {
            --plan_.opening;
            step(right_opening_, left_opening_, momentum_.next());
        } else {
            step(right_pass_, left_pass_,
                 plan_.extrapolation.enabled ? momentum_.next() : PositiveStep{});
        }
    }

    /// Of the pair so far; no pair had a lower objective.
    [[nodiscard]] const Measure& best() const { return best_; }

    /// Measures the KKT residual of the pair where it is an estimate; true if it was.
    bool settle() {
        if (settled_) return false;
        best_.kkt_residual = exact_residual(false);
        settled_ = true;
        return true;
    }

    /// The pair, L and R. Ends the run. Without penalties and if asked to, the components are
    /// balanced.
    std::pair<Factor<S>, Factor<S>> finish(bool balanced) {
        // What nobody needs any more makes room for the result.
        for (Factor<S>* spare : {&left_.previous, &right_.previous, &joint_top_, &joint_bottom_}) {
            *spare = Factor<S>();
        }
        if (balanced && scale_free_) balance();
        left_.size = row_norms(left_.factor);
        right_.size = row_norms(right_.factor);
        return {std::move(left_.factor), std::move(right_.factor)};
    }

    /// ||w_a|| ||h_a|| for each component a of the pair that finish() returned.
    [[nodiscard]] double component_norm(Index a) const {
        return std::sqrt(left_.size[a]) * std::sqrt(right_.size[a]);
    }

    [[nodiscard]] Index restarts() const { return restarts_; }
    [[nodiscard]] Index rank() const { return right_.factor.rows(); }

private:
    using Flipped = decltype(std::declval<const View&>().transposed());
    using RightPass = typename Passes::template Pass<View>;
    using LeftPass = typename Passes::template Pass<Flipped>;
    static constexpr bool least_squares = RightPass::least_squares;

    /// What a pass does beside its sums; see PassTarget.
    struct Task {
        PositiveStep step{};
        bool update = false;
        bool costs = false;
    };

    struct Candidate {
        double objective;
        double relative_error;
        double rounding;  ///< Of the objective, beside that of its own size.
    };

    struct Half {
        Side side = Side::h;
        Factor<S> factor;
        Factor<S> previous;        ///< Before the last step.
        Vector<double> curvature;  ///< Of the components, from the last pass.
        Vector<double> distance;   ///< KKT sums of the last pass.
        Vector<double> size;       ///< ||x_a||^2 in the last pass.
        double penalty = 0;
    };

    [[nodiscard]] static PositiveExtrapolation with_opening(const Plan& plan) {
        PositiveExtrapolation rule = plan.extrapolation;
        rule.enabled = rule.enabled || plan.opening > 0;
        return rule;
    }

    template <class Right, class Left>
    void step(Right& right, Left& left, PositiveStep how) {
        run_pass(right, view_, PassFactors<S>(left_.factor), right_, {.step = how, .update = true});
        if (plan_.joint) {
            pass_jointly(left);
        } else {
            run_pass(left, flipped_, PassFactors<S>(right_.factor), left_,
                     {.step = how, .update = true, .costs = true});
        }
        const Candidate now = measure(left);
        const double noise = rounding_noise<S> * best_.objective + rounding_ + now.rounding;
        if (!(now.objective <= best_.objective + noise)) {
            take_back();
            return;
        }
        rounding_ = now.rounding;
        best_.objective = std::min(best_.objective, now.objective);
        best_.relative_error = now.relative_error;
        best_.kkt_residual = residual();
    }

    template <class Pass, class Direction>
    void run_pass(Pass& pass, const Direction& view, const PassFactors<S>& factors, Half& half,
                  const Task& task) {
        const PassTarget<S> target{half.factor, half.previous, task.step, task.update, task.costs};
        pass.run(view, factors, half.side, target, half.curvature);
        const PassSums& sums = pass.sums();
        half.distance = sums.distance();
        half.size = sums.size();
        half.penalty = sums[PassSums::penalty];
        sums.curvature(half.curvature);
    }

    /// The second half of a joint step: the majorant is that at the pair before.
    template <class Pass>
    void pass_jointly(Pass& left) {
        if constexpr (requires(Factor<S> & f) { loss_.joint_factors(f, f, f, f); }) {
            loss_.joint_factors(right_.factor, right_.previous, joint_top_, joint_bottom_);
            run_pass(left, flipped_, PassFactors<S>(right_.previous, joint_top_, joint_bottom_),
                     left_, {.update = true});
        }
    }

    void take_back() {
        ++restarts_;
        momentum_.restart();
        left_.factor.padded_matrix() = left_.previous.padded_matrix();
        right_.factor.padded_matrix() = right_.previous.padded_matrix();
    }

    /// From the sums of the pass that updated L last.
    template <class Pass>
    [[nodiscard]] Candidate measure(const Pass& pass) {
        const PassSums& sums = pass.sums();
        Candidate now{};
        now.rounding = 2.0 * std::numeric_limits<double>::epsilon() * scale_;
        double residual = 0;
        if constexpr (least_squares) {
            const double along = 2.0 * sums[PassSums::along];
            const double square = sums[PassSums::square];
            residual = sums[PassSums::squares] - along + square;
            if (residual > digits_lost<S> * squared_norm_) {
                now.rounding += 0.5 * RightPass::sum_rounding * (along + square);
            } else {
                residual = std::max(0.0, view_.squared_residual(left_.factor, right_.factor, 0));
            }
            now.objective = 0.5 * residual + left_.penalty + right_.penalty;
        } else {
            const CostSums costs = costs_after(pass);
            residual = costs.squared_residual;
            now.objective = costs.cost + penalties_.value(left_.side, left_.factor, 0) +
                            penalties_.value(right_.side, right_.factor, 0);
        }
        now.relative_error = std::sqrt(ratio_or_zero(residual, squared_norm_));
        return now;
    }

    /// What the pass knows of the costs of a joint step are those with the factor before.
    template <class Pass>
    [[nodiscard]] CostSums costs_after(const Pass& pass) {
        if constexpr (requires { pass.costs(); }) {
            if (!plan_.joint) return costs_.complete(pass.costs(), left_.factor, right_.factor);
        }
        return costs_(left_.factor, right_.factor);
    }

    /// Of the pair, by passes that change nothing. The first ones learn the curvature. With what
    /// measure() needs of the left pass, if asked to.
    [[nodiscard]] double exact_residual(bool measured) {
        for (const bool last : {false, true}) {
            run_pass(right_pass_, view_, PassFactors<S>(left_.factor), right_, {});
            run_pass(left_pass_, flipped_, PassFactors<S>(right_.factor), left_,
                     {.costs = measured && last && !plan_.joint});
        }
        return residual();
    }

    [[nodiscard]] double residual() const {
        return std::max(kkt_residual(right_.distance, left_.size, right_.size, scale_free_),
                        kkt_residual(left_.distance, right_.size, left_.size, scale_free_));
    }

    /// Multiplies L'R by the number that brings it closest to V; first to the size of V, in which
    /// the floors of a pass are given.
    void scale() {
        const double model = costs_.model_sum(left_.factor, right_.factor) /
                             static_cast<double>(view_.rows()) / static_cast<double>(view_.cols());
        if (model > 0 && mean_ > 0) scale_by(std::sqrt(mean_ / model));
        run_pass(right_pass_, view_, PassFactors<S>(left_.factor), right_, {});
        const double along = right_pass_.sums()[PassSums::along];
        const double square = right_pass_.sums()[PassSums::square];
        if (!(square > 0) || !(along > 0 || squared_norm_ <= 0)) return;
        scale_by(std::sqrt(along / square));
    }

    void scale_by(double root) {
        left_.factor.padded_matrix() *= static_cast<S>(root);
        right_.factor.padded_matrix() *= static_cast<S>(root);
    }

    /// Scales the components so that ||l_a|| = ||r_a||; L'R stays.
    void balance() {
        const Vector<double> left = row_norms(left_.factor);
        const Vector<double> right = row_norms(right_.factor);
        for (Index a = 0; a < rank(); ++a) {
            if (!(left[a] > 0 && right[a] > 0)) continue;
            const double by = std::sqrt(std::sqrt(right[a] / left[a]));
            left_.factor.matrix().row(a) *= static_cast<S>(by);
            right_.factor.matrix().row(a) *= static_cast<S>(1.0 / by);
        }
    }

    /// Squared norms of the rows.
    [[nodiscard]] static Vector<double> row_norms(const Factor<S>& x) {
        return x.matrix().template cast<double>().rowwise().squaredNorm();
    }

    View view_;
    Flipped flipped_;
    double squared_norm_;
    double mean_;
    double scale_;
    const Loss& loss_;
    const PenaltySet& penalties_;
    bool scale_free_;
    Plan plan_;
    PositiveMomentum momentum_;
    PairCosts<View, Loss> costs_;
    RightPass right_pass_;
    LeftPass left_pass_;
    typename Opening::template Pass<View> right_opening_;
    typename Opening::template Pass<Flipped> left_opening_;
    Half left_;
    Half right_;
    Factor<S> joint_top_;
    Factor<S> joint_bottom_;
    Measure best_;
    double rounding_ = 0;  ///< Of its objective.
    bool settled_ = false;
    Index restarts_ = 0;
};

}  // namespace nmf::detail
