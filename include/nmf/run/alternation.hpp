// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// One iteration of a run: the two half-steps, extrapolation, and what they lead to.

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <nmf/core/factor.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/gram.hpp>
#include <nmf/loss/frobenius.hpp>
#include <nmf/penalty/concept.hpp>
#include <nmf/run/measure.hpp>
#include <nmf/solvers/concept.hpp>
#include <nmf/solvers/extrapolation.hpp>
#include <nmf/solvers/positive_extrapolation.hpp>

namespace nmf::detail {

template <class P>
[[nodiscard]] Extrapolation extrapolation_of(const P& solver) {
    if constexpr (requires(Extrapolation & of) { of = solver.extrapolation; }) {
        return solver.extrapolation;
    } else {
        return {.enabled = false};
    }
}

template <class P>
[[nodiscard]] PositiveExtrapolation positive_extrapolation_of(const P& solver) {
    if constexpr (requires(PositiveExtrapolation & of) { of = solver.extrapolation; }) {
        return solver.extrapolation;
    } else if constexpr (requires { solver.positive_extrapolation; }) {
        return solver.positive_extrapolation;
    } else {
        return {.enabled = false};
    }
}

/// V ~ L'R with L (k x rows) and R (k x cols), where R is updated first. L is W' and R is H, or, on
/// the view of V', the other way round: nothing here knows which.
///
/// An iteration takes the two products with V that least squares needs, L V and R V', and nothing
/// else that is as large. They are taken of the pair of factors that is measured; the product of an
/// extrapolated L follows from those of the last two, being linear.
///
/// With extrapolation the measured pair is (L, R_y), R_y being the extrapolated and projected R;
/// see solvers/extrapolation.hpp. The best pair is kept.
template <DataView View, class SolverPolicy, class PenaltySet>
class Alternation {
public:
    using S = typename View::Scalar;

    Alternation(View view, const Summary& sums, SolverPolicy solver, PenaltySet penalties,
                Side right_side)
        : view_(std::move(view)),
          flipped_(view_.transposed()),
          squared_norm_(sums.squared_norm),
          solver_(std::move(solver)),
          penalties_(std::move(penalties)),
          scale_free_(penalties_.scale_free()),
          extrapolation_(extrapolation_of(solver_)),
          momentum_(extrapolation_),
          growing_(positive_extrapolation_of(solver_).enabled),
          growth_(positive_extrapolation_of(solver_)) {
        left_.side = other(right_side);
        right_.side = right_side;
    }

    /// Takes the start, scales it if asked to, and measures it: two products with V.
    void start(Factor<S> left, Factor<S> right, bool rescale) {
        const Index k = left.rows();
        left_.prepare(k, view_.rows(), view_.cols(), view_.stored(), view_.threads());
        right_.prepare(k, view_.cols(), view_.rows(), view_.stored(), view_.threads());
        left_.factor.swap(left);
        right_.factor.swap(right);
        gram(left_.factor, left_.gram);
        gram(right_.factor, right_.gram);
        view_.product(left_.factor, right_.equations.cross);
        if (rescale) {
            scale();
            balance();
        }
        flipped_.product(right_.factor, left_.equations.cross);
        pose(left_, right_.gram);
        pose(right_, left_.gram);
        measure(inner_product(right_.equations.cross, right_.factor, threads()));
        last_ = best_;
        if (extrapolation_.enabled) {
            left_.point = left_.factor;
            left_.fresh = left_.factor;
            right_.point = right_.factor;
            right_.fresh = right_.factor;
            right_.accepted = right_.factor;
            accepted_cross_ = right_.equations.cross;
        }
        if (growing_) {
            left_.accepted = left_.factor;
            right_.accepted = right_.factor;
        }
    }

    void iterate() {
        if (extrapolation_.enabled) {
            iterate_extrapolated();
        } else {
            iterate_plain();
        }
    }

    /// Of the best pair so far.
    [[nodiscard]] const Measure& best() const { return best_; }

    /// The best pair, L and R. Ends the run. Without penalties and if asked to, the components are
    /// balanced: they have the same norm in both factors.
    std::pair<Factor<S>, Factor<S>> finish(bool balanced) {
        if (saved_) {
            left_.factor.swap(saved_left_);
            right_.factor.swap(saved_right_);
            gram(left_.factor, left_.gram);
            gram(right_.factor, right_.gram);
        }
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
    [[nodiscard]] Index rank() const { return left_.factor.rows(); }

private:
    /// One factor and its half-step.
    struct Half {
        Side side = Side::h;
        Factor<S> factor;     ///< Of the pair that was measured last.
        Matrix<double> gram;  ///< Its Gram matrix, without penalties.
        NormalEquations<S> equations;
        typename SolverPolicy::template Workspace<S> work;
        KktSums<S> kkt;
        // With extrapolation only:
        Factor<S> fresh;  ///< What the solver makes of it.
        Factor<S> point;  ///< The extrapolated factor. Of the right one it is the next candidate.
        Factor<S> accepted;  ///< The last accepted one before extrapolation; of the left one with
                             ///< positive extrapolation only.

        void prepare(Index rank, Index size, Index fixed_size, double stored, int threads) {
            const auto k = static_cast<double>(rank);
            const auto n = static_cast<double>(size);
            equations.cross.resize(rank, size);
            equations.gram.resize(rank, rank);
            equations.threads = threads;
            equations.observations = static_cast<double>(fixed_size);
            equations.sweeps_worth = (stored + static_cast<double>(fixed_size) * k) / (n * k + n);
        }
    };

    [[nodiscard]] int threads() const { return view_.threads(); }

    void gram(const Factor<S>& x, Matrix<double>& out) { gram_kernel_(x, threads(), out); }

    /// Sets the equations of a half-step, whose cross product is there, up for a Gram matrix.
    void pose(Half& half, const Matrix<double>& fixed_gram) {
        half.equations.gram.assign(fixed_gram.template cast<S>());
        half.equations.linear = S(0);
        penalties_.add_to(half.side, half.equations);
    }

    void iterate_plain() {
        const double growth = growth_.next();
        advance(right_, growth);
        flipped_.product(right_.factor, left_.equations.cross);
        pose(left_, right_.gram);
        advance(left_, growth);
        view_.product(left_.factor, right_.equations.cross);
        pose(right_, left_.gram);
        const double before = best_.objective;
        measure(inner_product(left_.equations.cross, left_.factor, threads()));
        if (growing_ && !(best_.objective <= before + noise())) take_back();
    }

    /// One half-step, from where positive extrapolation leads.
    void advance(Half& half, double growth) {
        if (growing_) {
            auto& x = half.factor.padded_matrix();
            auto& before = half.accepted.padded_matrix();
            const auto step = static_cast<S>(growth);
            // The factor and the one before change places on the way.
            before = (x - before).cwiseMax(S(0)) * step + x;
            half.factor.swap(half.accepted);
        }
        solver_.update(half.equations, half.factor, half.work);
        gram(half.factor, half.gram);
    }

    /// Back to the pair before the iteration; two products with V.
    void take_back() {
        ++restarts_;
        growth_.restart();
        for (Half* half : {&left_, &right_}) {
            half->factor.padded_matrix() = half->accepted.padded_matrix();
            gram(half->factor, half->gram);
        }
        view_.product(left_.factor, right_.equations.cross);
        flipped_.product(right_.factor, left_.equations.cross);
        pose(left_, right_.gram);
        pose(right_, left_.gram);
        measure(inner_product(left_.equations.cross, left_.factor, threads()));
    }

    void iterate_extrapolated() {
        const auto beta = static_cast<S>(momentum_.beta());
        right_.fresh.padded_matrix() =
            (restarting_ ? right_.accepted : right_.factor).padded_matrix();
        restarting_ = false;
        solver_.update(right_.equations, right_.fresh, right_.work);
        right_.point.padded_matrix() =
            (right_.fresh.padded_matrix() +
             beta * (right_.fresh.padded_matrix() - right_.accepted.padded_matrix()))
                .cwiseMax(S(0));
        gram(right_.point, point_gram_);

        flipped_.product(right_.point, left_.equations.cross);
        pose(left_, point_gram_);
        left_.fresh.padded_matrix() = left_.point.padded_matrix().cwiseMax(S(0));
        solver_.update(left_.equations, left_.fresh, left_.work);
        gram(left_.fresh, fresh_gram_);

        Measure candidate = errors_of(left_.fresh, right_.point,
                                      inner_product(left_.equations.cross, left_.fresh, threads()),
                                      fresh_gram_.cwiseProduct(point_gram_).sum());
        // Comparisons that a NaN fails.
        bool worse = !(candidate.objective <= last_.objective + noise());
        if (!worse) {
            view_.product(left_.fresh, right_.equations.cross);
            pose(right_, fresh_gram_);
            candidate.kkt_residual =
                stationarity(left_.fresh, fresh_gram_, right_.point, point_gram_);
            // Where the objective is only rounding, the KKT residual still tells.
            worse = candidate.objective > last_.objective - noise() &&
                    candidate.kkt_residual > last_.kkt_residual;
            last_.kkt_residual = candidate.kkt_residual;
        }
        last_.objective = candidate.objective;
        if (worse) {
            reject();
        } else {
            accept(candidate, beta);
        }
    }

    void reject() {
        ++restarts_;
        momentum_.reject();
        left_.point.padded_matrix() = left_.factor.padded_matrix();
        restarting_ = true;
        right_.equations.cross.padded_matrix() = accepted_cross_.padded_matrix();
        pose(right_, left_.gram);
    }

    /// The equations of both halves are those of the candidate (left_.fresh, right_.point).
    void accept(const Measure& candidate, S beta) {
        const bool better = candidate.objective < best_.objective - noise() ||
                            (candidate.objective <= best_.objective + noise() &&
                             candidate.kkt_residual <= best_.kkt_residual);
        if (better) {
            best_ = candidate;
            saved_ = false;
        } else if (!saved_) {
            saved_left_ = left_.factor;
            saved_right_ = right_.factor;
            saved_ = true;
        }
        momentum_.accept();
        left_.point.padded_matrix() =
            left_.fresh.padded_matrix() +
            beta * (left_.fresh.padded_matrix() - left_.factor.padded_matrix());
        left_.factor.swap(left_.fresh);
        left_.gram.swap(fresh_gram_);
        right_.factor.swap(right_.point);
        right_.gram.swap(point_gram_);
        right_.accepted.swap(right_.fresh);

        auto& cross = right_.equations.cross;
        accepted_cross_.padded_matrix() =
            cross.padded_matrix() +
            beta * (cross.padded_matrix() - accepted_cross_.padded_matrix());
        cross.swap(accepted_cross_);
        gram(left_.point, fresh_gram_);
        pose(right_, fresh_gram_);
    }

    /// The measure of (left_.factor, right_.factor), whose equations both halves have; `cross` is
    /// <V, L'R>.
    void measure(double cross) {
        best_ = errors_of(left_.factor, right_.factor, cross,
                          left_.gram.cwiseProduct(right_.gram).sum());
        best_.kkt_residual = stationarity(left_.factor, left_.gram, right_.factor, right_.gram);
    }

    [[nodiscard]] Measure errors_of(const Factor<S>& left, const Factor<S>& right, double cross,
                                    double reconstruction) const {
        const double residual =
            Frobenius::squared_residual(view_, squared_norm_, left, right, cross, reconstruction);
        Measure measure;
        measure.objective = 0.5 * residual +
                            penalties_.value(left_.side, left, left_.equations.observations) +
                            penalties_.value(right_.side, right, right_.equations.observations);
        measure.relative_error = std::sqrt(ratio_or_zero(residual, squared_norm_));
        return measure;
    }

    /// The KKT residual of a pair, whose equations both halves have.
    [[nodiscard]] double stationarity(const Factor<S>& left, const Matrix<double>& left_gram,
                                      const Factor<S>& right, const Matrix<double>& right_gram) {
        return std::max(kkt_residual(left_.kkt(left_.equations, left), right_gram.diagonal(),
                                     left_gram.diagonal(), scale_free_),
                        kkt_residual(right_.kkt(right_.equations, right), left_gram.diagonal(),
                                     right_gram.diagonal(), scale_free_));
    }

    [[nodiscard]] double noise() const { return 0.5 * rounding_noise<S> * squared_norm_; }

    /// Multiplies L'R by the number that brings it closest to V.
    void scale() {
        const double along = inner_product(right_.equations.cross, right_.factor, threads());
        const double square = left_.gram.cwiseProduct(right_.gram).sum();
        if (!(along > 0 || squared_norm_ <= 0) || !(square > 0)) return;
        const double root = std::sqrt(along / square);
        for (Half* half : {&left_, &right_}) {
            half->factor.padded_matrix() *= static_cast<S>(root);
            half->gram *= root * root;
        }
        right_.equations.cross.padded_matrix() *= static_cast<S>(root);
    }

    /// Scales the components so that ||l_a|| = ||r_a||; L'R stays.
    void balance() {
        for (Index a = 0; a < left_.gram.rows(); ++a) {
            const double left = left_.gram(a, a);
            const double right = right_.gram(a, a);
            if (!(left > 0 && right > 0)) continue;
            const double by = std::sqrt(std::sqrt(right / left));
            scale_component(left_, a, by);
            scale_component(right_, a, 1.0 / by);
            right_.equations.cross.matrix().row(a) *= static_cast<S>(by);
        }
    }

    static void scale_component(Half& half, Index a, double by) {
        half.factor.matrix().row(a) *= static_cast<S>(by);
        half.gram.row(a) *= by;
        half.gram.col(a) *= by;
    }

    using Flipped = decltype(std::declval<const View&>().transposed());

    View view_;
    Flipped flipped_;
    double squared_norm_;
    SolverPolicy solver_;
    PenaltySet penalties_;
    bool scale_free_;
    Extrapolation extrapolation_;
    Momentum momentum_;
    bool growing_;
    PositiveMomentum growth_;
    Half left_;
    Half right_;
    GramKernel<S> gram_kernel_;
    Matrix<double> fresh_gram_;
    Matrix<double> point_gram_;
    Factor<S> accepted_cross_;  ///< L V for the accepted L.
    Measure best_;
    Measure last_;  ///< Of the last candidate, accepted or not.
    Index restarts_ = 0;
    Factor<S> saved_left_;
    Factor<S> saved_right_;
    bool saved_ = false;       ///< The best pair is the saved one.
    bool restarting_ = false;  ///< The last step was taken back.
};

}  // namespace nmf::detail
