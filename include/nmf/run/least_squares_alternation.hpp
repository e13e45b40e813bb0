// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A run of least squares: what becomes of the half-steps, and of extrapolation.

#include <algorithm>
#include <cmath>
#include <utility>

#include <nmf/core/precision.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/loss/frobenius.hpp>
#include <nmf/penalty/concept.hpp>
#include <nmf/run/least_squares_steps.hpp>
#include <nmf/run/measure.hpp>

namespace nmf::detail {

/// Alternates half-steps, measures the pairs they lead to, and accepts them or takes them back.
///
/// With extrapolation the measured pair is (L, R_y), R_y being the extrapolated and projected R;
/// see acceleration/extrapolation.hpp. The best pair is kept. Where the run does not get below it
/// for some iterations, it goes on from there by plain steps, which cannot raise the objective.
template <DataView View, class SolverPolicy, class PenaltySet>
class Alternation {
public:
    using S = typename View::Scalar;

    Alternation(View view, const Summary& sums, SolverPolicy solver, PenaltySet penalties,
                Side right_side)
        : steps_(std::move(view), std::move(solver), std::move(penalties), right_side),
          left_(steps_.left()),
          right_(steps_.right()),
          squared_norm_(sums.squared_norm),
          sum_(sums.sum),
          scale_free_(steps_.penalties().scale_free()),
          momentum_(extrapolation_of(steps_.solver())),
          growth_(positive_extrapolation_of(steps_.solver())) {}
    Alternation(const Alternation&) = delete;
    Alternation& operator=(const Alternation&) = delete;

    /// Takes the start, scales it if asked to, measures it, and makes the first half-step: two
    /// products with V, and one to scale.
    void start(Factor<S> left, Factor<S> right, bool rescale) {
        steps_.take(std::move(left), std::move(right));
        if (rescale) {
            scale();
            balance();
        }
        steps_.make_rooms(saved_pair_);
        const double cross = steps_.look_left();
        best_ = errors_of(left_.factor, right_.factor, cross,
                          left_.gram.cwiseProduct(right_.gram).sum());
        step_right(Products::of_view, true);
        best_.kkt_residual = residual(left_.gram, right_.gram);
        last_ = best_;
    }

    /// False where a NaN or an infinity came up: then the pair is the one before.
    [[nodiscard]] bool iterate() {
        if (!steps_.finite()) return false;
        steps_.step_left(momentum_.beta());
        if (!steps_.finite()) return false;
        Measure candidate = errors_of(left_.next, right_.next, steps_.inner(),
                                      left_.next_gram.cwiseProduct(right_.next_gram).sum());
        if (!std::isfinite(candidate.objective)) return false;
        if (steps_.extrapolated()) {
            judge(candidate);
        } else if (steps_.growing() && !(candidate.objective <= best_.objective + noise())) {
            ++restarts_;
            growth_.restart();
            step_right(Products::of_view, false);
        } else {
            steps_.accept();
            best_.objective = candidate.objective;
            best_.relative_error = candidate.relative_error;
            step_right(Products::of_view, true);
            best_.kkt_residual = residual(left_.gram, right_.gram);
        }
        return true;
    }

    /// Drops what an iteration left that did not get to its end: nothing, since candidates have
    /// rooms of their own.
    static void abandon() {}

    /// Of the best pair so far.
    [[nodiscard]] const Measure& best() const { return best_; }

    /// The best pair, L and R. Ends the run. Without penalties and if asked to, the components are
    /// balanced: they have the same norm in both factors.
    std::pair<Factor<S>, Factor<S>> finish(bool balanced) {
        to_best();
        if (balanced && scale_free_) balance();
        return {std::move(left_.factor), std::move(right_.factor)};
    }

    /// ||w_a|| ||h_a|| for each component a of the pair that finish() returned.
    [[nodiscard]] double component_norm(Index a) const {
        return std::sqrt(left_.gram(a, a)) * std::sqrt(right_.gram(a, a));
    }

    /// Everything is measured as it goes.
    static bool settle() { return false; }

    [[nodiscard]] Index restarts() const { return restarts_; }
    [[nodiscard]] Index rank() const { return steps_.rank(); }

private:
    using Steps = LeastSquaresSteps<View, SolverPolicy, PenaltySet>;
    using Half = typename Steps::Half;
    using Products = typename Steps::Products;

    void step_right(Products products, bool measured) {
        steps_.step_right(products, measured, momentum_.beta(), growth_.next());
    }

    /// Accepts the candidate or takes the step back. Where the objective is only rounding, the KKT
    /// residual still tells, and is measured first.
    void judge(Measure candidate) {
        // Comparisons that a NaN fails.
        const bool close =
            !(candidate.objective < std::min(last_.objective, best_.objective) - noise());
        bool worse = !(candidate.objective <= last_.objective + noise());
        if (close && !worse) {
            steps_.look_right_next();
            candidate.kkt_residual = residual(left_.next_gram, right_.next_gram);
            worse = candidate.objective > last_.objective - noise() &&
                    candidate.kkt_residual > last_.kkt_residual && !momentum_.resting();
            last_.kkt_residual = candidate.kkt_residual;
        }
        last_.objective = candidate.objective;
        rejected_ = worse ? rejected_ + 1 : 0;
        constexpr Index most_rejected = 3;
        constexpr Index most_above = 10;
        if (rejected_ > most_rejected || ++above_best_ > most_above) return go_on_plainly();
        if (worse) return take_back();

        const bool better = candidate.objective < best_.objective - noise() ||
                            (candidate.objective <= best_.objective + noise() &&
                             candidate.kkt_residual <= best_.kkt_residual);
        if (!better && !saved_) {
            saved_pair_.left = left_.factor;
            saved_pair_.right = right_.factor;
        }
        saved_ = !better;
        if (better) above_best_ = 0;
        momentum_.accept();
        steps_.accept();
        if (better) {
            best_.objective = candidate.objective;
            best_.relative_error = candidate.relative_error;
            if (close) best_.kkt_residual = candidate.kkt_residual;
        }
        step_right(Products::of_view, !close);
        if (close) return;
        last_.kkt_residual = residual(left_.gram, right_.gram);
        if (better) best_.kkt_residual = last_.kkt_residual;
    }

    void take_back() {
        ++restarts_;
        momentum_.reject();
        steps_.take_back();
        step_right(Products::kept, false);
    }

    void go_on_plainly() {
        constexpr Index plain_steps = 5;
        ++restarts_;
        rejected_ = 0;
        above_best_ = 0;
        to_best();
        last_ = best_;
        momentum_.rest(plain_steps);
        steps_.start_again();
        step_right(Products::of_view, false);
    }

    /// The measured pair becomes the best one.
    void to_best() {
        if (!saved_) return;
        left_.factor.swap(saved_pair_.left);
        right_.factor.swap(saved_pair_.right);
        steps_.make_grams();
        saved_ = false;
    }

    [[nodiscard]] Measure errors_of(const Factor<S>& left, const Factor<S>& right, double cross,
                                    double reconstruction) const {
        const double residual = Frobenius::squared_residual(steps_.view(), squared_norm_, left,
                                                            right, cross, reconstruction);
        Measure measure;
        measure.objective =
            0.5 * residual +
            steps_.penalties().value(left_.side, left, left_.equations.observations) +
            steps_.penalties().value(right_.side, right, right_.equations.observations);
        measure.relative_error = std::sqrt(ratio_or_zero(residual, squared_norm_));
        return measure;
    }

    /// Whether some pair is better than two factors of zeros. Vectors w and h of equal entries gain
    /// sum(V) |w| |h| / sqrt(m n), and cost half of the ridges.
    [[nodiscard]] bool zeros_are_no_minimum() const {
        if (scale_free_) return squared_norm_ > 0;
        const auto ridge = [](const Half& half) {
            return static_cast<double>(half.equations.gram.matrix()(0, 0));
        };
        const bool lasso = left_.equations.linear > S(0) || right_.equations.linear > S(0);
        const double entries =
            static_cast<double>(left_.factor.cols()) * static_cast<double>(right_.factor.cols());
        return !lasso && sum_ * sum_ > entries * ridge(left_) * ridge(right_);
    }

    /// The KKT residual of a pair with these Gram matrices, whose sums both halves have.
    [[nodiscard]] double residual(const Matrix<double>& left_gram,
                                  const Matrix<double>& right_gram) const {
        const bool nothing = !(left_gram.trace() > 0) && !(right_gram.trace() > 0);
        if (nothing && zeros_are_no_minimum()) return 1;
        return std::max(
            kkt_residual(left_.distance, right_gram.diagonal(), left_gram.diagonal(), scale_free_),
            kkt_residual(right_.distance, left_gram.diagonal(), right_gram.diagonal(),
                         scale_free_));
    }

    [[nodiscard]] double noise() const { return 0.5 * rounding_noise<S> * squared_norm_; }

    /// Multiplies L'R by the number that brings it closest to V.
    void scale() {
        const double along = steps_.look_right();
        const double square = left_.gram.cwiseProduct(right_.gram).sum();
        if (!(along > 0 || squared_norm_ <= 0) || !(square > 0)) return;
        const double root = std::sqrt(along / square);
        for (Half* half : {&left_, &right_}) {
            half->factor.padded_matrix() *= static_cast<S>(root);
            half->gram *= root * root;
        }
    }

    /// Scales the components so that ||l_a|| = ||r_a||; L'R stays.
    void balance() {
        for (Index a = 0; a < rank(); ++a) {
            const double left = left_.gram(a, a);
            const double right = right_.gram(a, a);
            if (!(left > 0 && right > 0)) continue;
            const double by = std::sqrt(std::sqrt(right / left));
            scale_component(left_, a, by);
            scale_component(right_, a, 1.0 / by);
        }
    }

    static void scale_component(Half& half, Index a, double by) {
        half.factor.matrix().row(a) *= static_cast<S>(by);
        half.gram.row(a) *= by;
        half.gram.col(a) *= by;
    }

    Steps steps_;
    Half& left_;
    Half& right_;
    double squared_norm_;
    double sum_;  ///< Of V.
    bool scale_free_;
    Momentum momentum_;
    PositiveMomentum growth_;
    Measure best_;
    Measure last_;  ///< Of the last candidate, accepted or not.
    Index restarts_ = 0;
    Index rejected_ = 0;    ///< Steps in a row that were taken back.
    Index above_best_ = 0;  ///< Iterations since the best pair.
    SavedPair<S> saved_pair_;
    bool saved_ = false;  ///< The best pair is the saved one.
};

}  // namespace nmf::detail
