// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The half-steps of least squares on a pair of factors, with their memory.

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <nmf/acceleration/extrapolation.hpp>
#include <nmf/acceleration/positive_extrapolation.hpp>
#include <nmf/data/back_product.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/factor/gram.hpp>
#include <nmf/half_step/shared_gram.hpp>
#include <nmf/machine/finite.hpp>
#include <nmf/penalty/concept.hpp>
#include <nmf/solvers/concept.hpp>

namespace nmf::detail {

/// Room for a pair of factors.
template <RealScalar S>
struct SavedPair {
    Factor<S> left;
    Factor<S> right;
};

/// V ~ L'R with L (k x rows) and R (k x cols), where R is updated first. L is W' and R is H, or, on
/// the view of V', the other way round: nothing here knows which.
///
/// An iteration takes the two products with V that least squares needs, L V and R V', block by
/// block, and does the rest with a block while it is in cache. The pass that measures the KKT
/// residual of R makes its next half-step too. The product of an extrapolated L follows from those
/// of the last two, being linear.
template <DataView View, class SolverPolicy, class PenaltySet>
class LeastSquaresSteps {
public:
    using S = typename View::Scalar;

    /// Where the cross products of a half-step come from.
    enum class Products { of_view, kept };

    /// One factor and its half-step.
    struct Half {
        Side side = Side::h;
        Factor<S> factor;     ///< Of the pair that was measured last.
        Matrix<double> gram;  ///< Its Gram matrix, without penalties.
        Factor<S> next;       ///< Of the next candidate.
        Matrix<double> next_gram;
        NormalEquations<S> equations;  ///< All but the cross products.
        KktRows<S> kkt;
        Vector<double> distance;  ///< The KKT sums.
        Factor<S> before;  ///< Positive extrapolation: of the pair before. Else: the last accepted
                           ///< right factor before extrapolation.
        Factor<S> point;   ///< Extrapolation: where the left step starts; what the right step made
                           ///< before extrapolation.

        void take(Factor<S>& start, Index size, Index fixed_size, double stored) {
            const auto k = static_cast<double>(start.rows());
            const auto n = static_cast<double>(size);
            factor.swap(start);
            equations.gram.resize(factor.rows(), factor.rows());
            equations.observations = static_cast<double>(fixed_size);
            equations.sweeps_worth = (stored + static_cast<double>(fixed_size) * k) / (n * k + n);
        }
    };

    LeastSquaresSteps(View view, SolverPolicy solver, PenaltySet penalties, Side right_side)
        : view_(std::move(view)),
          flipped_(view_.transposed()),
          solver_(std::move(solver)),
          penalties_(std::move(penalties)),
          extrapolated_(extrapolation_of(solver_).enabled),
          growing_(positive_extrapolation_of(solver_).enabled),
          left_pass_(solver_),
          right_pass_(solver_) {
        left_.side = other(right_side);
        right_.side = right_side;
    }
    LeastSquaresSteps(const LeastSquaresSteps&) = delete;
    LeastSquaresSteps& operator=(const LeastSquaresSteps&) = delete;

    [[nodiscard]] const View& view() const { return view_; }
    [[nodiscard]] const SolverPolicy& solver() const { return solver_; }
    [[nodiscard]] const PenaltySet& penalties() const { return penalties_; }
    [[nodiscard]] bool extrapolated() const { return extrapolated_; }
    [[nodiscard]] bool growing() const { return growing_; }
    [[nodiscard]] Half& left() { return left_; }
    [[nodiscard]] Half& right() { return right_; }
    [[nodiscard]] Index rank() const { return left_.gram.rows(); }

    /// Takes the pair of the start, and its Gram matrices.
    void take(Factor<S> left, Factor<S> right) {
        prepare_products(view_, left.rows());
        prepare_products(flipped_, left.rows());
        once_ = read_once(view_, left.rows());
        if (once_) back_.prepare(left.rows(), view_.rows());
        left_.take(left, view_.rows(), view_.cols(), view_.stored());
        right_.take(right, view_.cols(), view_.rows(), view_.stored());
        make_grams();
    }

    void make_grams() {
        gram_kernel_(left_.factor, view_.threads(), left_.gram);
        gram_kernel_(right_.factor, view_.threads(), right_.gram);
    }

    /// Room for all that is as large as the factors, and with extrapolation for one more pair,
    /// which is needed late in a run.
    void make_rooms(SavedPair<S>& saved) {
        const Index m = view_.rows();
        const Index n = view_.cols();
        const Pages pages = pages_beside(view_);
        if (extrapolated_) {
            Factor<S>::allocate_together(rank(),
                                         {{&left_.next, m},
                                          {&left_.point, m},
                                          {&right_.next, n},
                                          {&right_.before, n},
                                          {&right_.point, n},
                                          {&cross_, n},
                                          {&saved.left, m},
                                          {&saved.right, n}},
                                         pages);
            left_.point = left_.factor;
            right_.before = right_.factor;
        } else if (growing_) {
            Factor<S>::allocate_together(
                rank(),
                {{&left_.next, m}, {&left_.before, m}, {&right_.next, n}, {&right_.before, n}},
                pages);
            left_.before = left_.factor;
            right_.before = right_.factor;
        } else {
            Factor<S>::allocate_together(rank(), {{&left_.next, m}, {&right_.next, n}}, pages);
        }
    }

    /// The KKT sums of L. Returns <V, L'R>.
    double look_left() {
        return look(flipped_, left_pass_, right_.factor, right_.gram, left_, left_.factor);
    }

    /// The same of R.
    double look_right() {
        return look(view_, right_pass_, left_.factor, left_.gram, right_, right_.factor);
    }

    /// The KKT sums of the R of the candidate.
    void look_right_next() {
        look(view_, right_pass_, left_.next, left_.next_gram, right_, right_.next);
    }

    /// Makes right_.next for left_.factor, extrapolated by what the last left step was, and
    /// `measured` the KKT sums of right_.factor. From kept products after a step was taken back:
    /// then nothing is extrapolated before. Does nothing where finite() is false.
    void step_right(Products products, bool measured, double beta, PositiveStep growth) {
        const bool of_view = products == Products::of_view;
        const bool from_point = extrapolated_ && of_view && left_beta_ != S(0);
        const auto ahead = static_cast<S>(beta);
        growing_by_ = growth;
        if (measured) {
            pose(right_.side, left_.gram, measured_);
            right_.kkt.prepare(measured_);
        }
        pose(right_.side, from_point ? point_gram_ : left_.gram, right_.equations);
        if (!finite_) return;
        right_.equations.exponent = growing_by_.power;
        sums_.prepare(rank());
        std::optional<decltype(view_.multiplier(left_.factor))> multiply;
        if (of_view) multiply.emplace(view_.multiplier(left_.factor));
        const auto begin = [&](const Block& block) {
            if (of_view) (*multiply)(block.first, block.cols, block.cross);
            if (measured) {
                right_.kkt.add(columns(std::as_const(right_.factor), block).data(), block.cross,
                               block.cols, block.scratch, sums_.distance(block.chunk));
            }
            if (extrapolated_) extrapolate_cross(block, of_view);
            set_start(right_, of_view || !extrapolated_ ? right_.factor : right_.before, block);
        };
        const auto end = [&](const Block& block) {
            Entries next = columns(right_.next, block);
            const ConstEntries x(block.x, next.size());
            sums_.look(block.chunk, block.x, block.cols);
            if (extrapolated_) {
                columns(right_.point, block) = x;
                next = (x + ahead * (x - columns(right_.before, block))).max(S(0));
            } else {
                next = x;
            }
            sums_.add_gram(block.chunk, 0, next.data(), block.cols);
            if (once_) back_.add(view_, block.chunk, block.first, block.cols, next.data());
        };
        if (once_) back_.begin();
        right_pass_.solve(view_, right_.equations, begin, end);
        finite_ = sums_.finite();
        sums_.gram(0, right_.next_gram);
        if (measured) sums_.distance(right_.distance);
    }

    /// Makes left_.next for right_.next, with its KKT sums and <V, L'R>. Does nothing where
    /// finite() is false.
    void step_left(double beta) {
        const auto ahead = static_cast<S>(beta);
        pose(left_.side, right_.next_gram, left_.equations);
        if (!finite_) return;
        left_.equations.exponent = growing_by_.power;
        left_.kkt.prepare(left_.equations);
        sums_.prepare(rank());
        const auto multiply = flipped_.multiplier(right_.next);
        const auto begin = [&](const Block& block) {
            if (once_) {
                back_.copy(block.first, block.cols, block.cross);
            } else {
                multiply(block.first, block.cols, block.cross);
            }
            set_start(left_, extrapolated_ ? left_.point : left_.factor, block);
        };
        const auto end = [&](const Block& block) {
            Entries next = columns(left_.next, block);
            const ConstEntries x(block.x, next.size());
            next = x;
            sums_.look(block.chunk, block.x, block.cols);
            left_.kkt.add(block.x, block.cross, block.cols, block.scratch,
                          sums_.distance(block.chunk));
            sums_.add_inner(block.chunk, block.cross, block.x, block.cols);
            sums_.add_gram(block.chunk, 0, block.x, block.cols);
            if (!extrapolated_) return;
            Entries point = columns(left_.point, block);
            point = x + ahead * (x - columns(left_.factor, block));
            sums_.add_gram(block.chunk, 1, point.data(), block.cols);
        };
        left_pass_.solve(flipped_, left_.equations, begin, end);
        finite_ = sums_.finite();
        sums_.gram(0, left_.next_gram);
        if (extrapolated_) sums_.gram(1, point_gram_);
        sums_.distance(left_.distance);
        left_beta_ = extrapolated_ ? ahead : S(0);
    }

    /// No update and no penalty has left a NaN or an infinity.
    [[nodiscard]] bool finite() const { return finite_; }

    /// <V, L'R> of the candidate, after the left step.
    [[nodiscard]] double inner() { return sums_.inner(); }

    /// The candidate becomes the pair.
    void accept() {
        for (Half* half : {&left_, &right_}) {
            if (growing_) half->before.swap(half->factor);
            half->factor.swap(half->next);
            half->gram.swap(half->next_gram);
        }
        if (extrapolated_) right_.before.swap(right_.point);
    }

    /// Back to the pair from the candidate: what comes next starts there.
    void take_back() { left_.point.padded_matrix() = left_.factor.padded_matrix(); }

    /// The same, from R as it was measured.
    void start_again() {
        take_back();
        right_.before.padded_matrix() = right_.factor.padded_matrix();
        left_beta_ = S(0);
    }

private:
    using Flipped = decltype(std::declval<const View&>().transposed());
    using Block = EquationsBlock<S>;
    using Entries = ArrayMap<S>;
    using ConstEntries = ConstArrayMap<S>;

    /// Sets equations up for a Gram matrix of the other factor.
    void pose(Side side, const Matrix<double>& fixed_gram, NormalEquations<S>& equations) {
        equations.gram.assign(fixed_gram.template cast<S>());
        equations.linear = S(0);
        penalties_.add_to(side, equations);
        finite_ = finite_ && std::isfinite(equations.linear) &&
                  all_finite(equations.gram.data(), equations.gram.stride() * rank());
    }

    /// The columns of a factor that a block is about.
    [[nodiscard]] static Entries columns(Factor<S>& x, const Block& block) {
        return Entries(x.data() + block.first * x.stride(), block.cols * x.stride());
    }
    [[nodiscard]] static ConstEntries columns(const Factor<S>& x, const Block& block) {
        return ConstEntries(x.data() + block.first * x.stride(), block.cols * x.stride());
    }

    /// The KKT sums of a factor X whose equations come from `fixed`, without a step. Returns the
    /// inner product of V with the pair's product.
    template <class Direction, class Pass>
    double look(const Direction& view, Pass& pass, const Factor<S>& fixed,
                const Matrix<double>& fixed_gram, Half& half, const Factor<S>& x) {
        pose(half.side, fixed_gram, half.equations);
        half.kkt.prepare(half.equations);
        sums_.prepare(rank());
        const auto multiply = view.multiplier(fixed);
        pass.visit(view, half.equations, [&](const Block& block) {
            const S* const at = columns(x, block).data();
            multiply(block.first, block.cols, block.cross);
            half.kkt.add(at, block.cross, block.cols, block.scratch, sums_.distance(block.chunk));
            sums_.add_inner(block.chunk, block.cross, at, block.cols);
        });
        sums_.distance(half.distance);
        return sums_.inner();
    }

    /// Keeps the cross products of left_.factor and moves on to those of the extrapolated one.
    void extrapolate_cross(const Block& block, bool of_view) {
        Entries kept = columns(cross_, block);
        Entries cross(block.cross, kept.size());
        if (!of_view) {
            cross = kept;
        } else if (left_beta_ == S(0)) {
            kept = cross;
        } else {
            for (Index e = 0; e < kept.size(); ++e) {
                const S now = cross[e];
                cross[e] = now + left_beta_ * (now - kept[e]);
                kept[e] = now;
            }
        }
    }

    void set_start(const Half& half, const Factor<S>& from, const Block& block) const {
        const ConstEntries now = columns(from, block);
        Entries x(block.x, now.size());
        if (growing_) {
            x = now + static_cast<S>(growing_by_.momentum) *
                          (now - columns(half.before, block)).max(S(0));
        } else {
            x = now.max(S(0));
        }
    }

    View view_;
    Flipped flipped_;
    SolverPolicy solver_;
    PenaltySet penalties_;
    bool extrapolated_;
    bool growing_;
    bool finite_ = true;
    bool once_ = false;  ///< V is read once for both products.
    PositiveStep growing_by_{};
    S left_beta_ = 0;  ///< By how much left_.point was extrapolated.
    EquationsPass<Flipped, SolverPolicy> left_pass_;
    EquationsPass<View, SolverPolicy> right_pass_;
    BlockSums<S> sums_;
    Half left_;
    Half right_;
    NormalEquations<S> measured_;  ///< Of the right factor of the measured pair.
    GramKernel<S> gram_kernel_;
    BackProduct<S> back_;  ///< R V' for right_.next.
    Matrix<double> point_gram_;
    Factor<S> cross_;  ///< L V for left_.factor; with extrapolation.
};

}  // namespace nmf::detail
