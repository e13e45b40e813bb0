// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// One iteration of a run: the two half-steps, extrapolation, and what they lead to.

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include <nmf/core/factor.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/gram.hpp>
#include <nmf/loss/frobenius.hpp>
#include <nmf/penalty/concept.hpp>
#include <nmf/run/equations_pass.hpp>
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
/// An iteration takes the two products with V that least squares needs, L V and R V', block by
/// block, and does the rest with a block while it is in cache. The pass that measures the KKT
/// residual of R makes its next half-step too.
///
/// With extrapolation the measured pair is (L, R_y), R_y being the extrapolated and projected R;
/// see solvers/extrapolation.hpp. The product of an extrapolated L follows from those of the last
/// two, being linear. The best pair is kept.
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
          extrapolated_(extrapolation_of(solver_).enabled),
          momentum_(extrapolation_of(solver_)),
          growing_(positive_extrapolation_of(solver_).enabled),
          growth_(positive_extrapolation_of(solver_)),
          left_pass_(solver_),
          right_pass_(solver_) {
        left_.side = other(right_side);
        right_.side = right_side;
    }
    Alternation(const Alternation&) = delete;
    Alternation& operator=(const Alternation&) = delete;

    /// Takes the start, scales it if asked to, measures it, and makes the first half-step: two
    /// products with V, and one to scale.
    void start(Factor<S> left, Factor<S> right, bool rescale) {
        if constexpr (requires { view_.prepare_products(Index{1}); }) {
            view_.prepare_products(left.rows());
            flipped_.prepare_products(left.rows());
        }
        left_.take(left, view_.rows(), view_.cols(), view_.stored());
        right_.take(right, view_.cols(), view_.rows(), view_.stored());
        gram(left_.factor, left_.gram);
        gram(right_.factor, right_.gram);
        if (rescale) {
            scale();
            balance();
        }
        make_rooms();
        const double cross =
            look(flipped_, left_pass_, right_.factor, right_.gram, left_, left_.factor);
        best_ = errors_of(left_.factor, right_.factor, cross,
                          left_.gram.cwiseProduct(right_.gram).sum());
        step_right(Products::of_view, true);
        best_.kkt_residual = residual(left_.gram, right_.gram);
        last_ = best_;
    }

    void iterate() {
        step_left();
        Measure candidate = errors_of(left_.next, right_.next, sums_.inner(),
                                      left_.next_gram.cwiseProduct(right_.next_gram).sum());
        if (extrapolated_) {
            judge(candidate);
        } else if (growing_ && !(candidate.objective <= best_.objective + noise())) {
            ++restarts_;
            growth_.restart();
            step_right(Products::of_view, false);
        } else {
            accept();
            step_right(Products::of_view, true);
            candidate.kkt_residual = residual(left_.gram, right_.gram);
            best_ = candidate;
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
    [[nodiscard]] Index rank() const { return left_.gram.rows(); }

private:
    using Flipped = decltype(std::declval<const View&>().transposed());
    using Block = EquationsBlock<S>;
    using Entries = Eigen::Map<Eigen::Array<S, Eigen::Dynamic, 1>>;
    using ConstEntries = Eigen::Map<const Eigen::Array<S, Eigen::Dynamic, 1>>;

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

    /// For all that is as large as the factors.
    void make_rooms() {
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
                                          // Needed late in a run.
                                          {&saved_left_, m},
                                          {&saved_right_, n}},
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

    void gram(const Factor<S>& x, Matrix<double>& out) { gram_kernel_(x, view_.threads(), out); }

    /// Sets equations up for a Gram matrix of the other factor.
    void pose(Side side, const Matrix<double>& fixed_gram, NormalEquations<S>& equations) const {
        equations.gram.assign(fixed_gram.template cast<S>());
        equations.linear = S(0);
        penalties_.add_to(side, equations);
    }

    /// The columns of a factor that a block is about.
    [[nodiscard]] static Entries columns(Factor<S>& x, const Block& block) {
        return {x.data() + block.first * x.stride(), block.cols * x.stride()};
    }
    [[nodiscard]] static ConstEntries columns(const Factor<S>& x, const Block& block) {
        return {x.data() + block.first * x.stride(), block.cols * x.stride()};
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

    /// Makes right_.next for left_.factor, extrapolated by what the last left step was, and
    /// `measured` the KKT sums of right_.factor. From kept products after a step was taken back:
    /// then nothing is extrapolated before.
    void step_right(Products products, bool measured) {
        const bool of_view = products == Products::of_view;
        const bool from_point = extrapolated_ && of_view && left_beta_ != S(0);
        const auto ahead = static_cast<S>(momentum_.beta());
        growing_by_ = growth_.next();
        if (measured) {
            pose(right_.side, left_.gram, measured_);
            right_.kkt.prepare(measured_);
        }
        pose(right_.side, from_point ? point_gram_ : left_.gram, right_.equations);
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
            if (extrapolated_) {
                columns(right_.point, block) = x;
                next = (x + ahead * (x - columns(right_.before, block))).max(S(0));
            } else {
                next = x;
            }
            sums_.add_gram(block.chunk, 0, next.data(), block.cols);
        };
        right_pass_.solve(view_, right_.equations, begin, end);
        sums_.gram(0, right_.next_gram);
        if (measured) sums_.distance(right_.distance);
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

    /// Makes left_.next for right_.next, with its KKT sums and <V, L'R>.
    void step_left() {
        const auto ahead = static_cast<S>(momentum_.beta());
        pose(left_.side, right_.next_gram, left_.equations);
        left_.equations.exponent = growing_by_.power;
        left_.kkt.prepare(left_.equations);
        sums_.prepare(rank());
        const auto multiply = flipped_.multiplier(right_.next);
        const auto begin = [&](const Block& block) {
            multiply(block.first, block.cols, block.cross);
            set_start(left_, extrapolated_ ? left_.point : left_.factor, block);
        };
        const auto end = [&](const Block& block) {
            Entries next = columns(left_.next, block);
            const ConstEntries x(block.x, next.size());
            next = x;
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
        sums_.gram(0, left_.next_gram);
        if (extrapolated_) sums_.gram(1, point_gram_);
        sums_.distance(left_.distance);
        left_beta_ = extrapolated_ ? ahead : S(0);
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

    /// The candidate becomes the pair.
    void accept() {
        for (Half* half : {&left_, &right_}) {
            if (growing_) half->before.swap(half->factor);
            half->factor.swap(half->next);
            half->gram.swap(half->next_gram);
        }
    }

    /// Accepts the candidate or takes the step back. Where the objective is only rounding, the KKT
    /// residual still tells, and is measured first.
    void judge(Measure candidate) {
        // Comparisons that a NaN fails.
        const bool close =
            !(candidate.objective < std::min(last_.objective, best_.objective) - noise());
        bool worse = !(candidate.objective <= last_.objective + noise());
        if (close && !worse) {
            look(view_, right_pass_, left_.next, left_.next_gram, right_, right_.next);
            candidate.kkt_residual = residual(left_.next_gram, right_.next_gram);
            worse = candidate.objective > last_.objective - noise() &&
                    candidate.kkt_residual > last_.kkt_residual;
            last_.kkt_residual = candidate.kkt_residual;
        }
        last_.objective = candidate.objective;
        if (worse) return take_back();

        const bool better = candidate.objective < best_.objective - noise() ||
                            (candidate.objective <= best_.objective + noise() &&
                             candidate.kkt_residual <= best_.kkt_residual);
        if (!better && !saved_) {
            saved_left_ = left_.factor;
            saved_right_ = right_.factor;
        }
        saved_ = !better;
        momentum_.accept();
        accept();
        right_.before.swap(right_.point);
        step_right(Products::of_view, !close);
        if (!close) {
            candidate.kkt_residual = residual(left_.gram, right_.gram);
            last_.kkt_residual = candidate.kkt_residual;
        }
        if (better) best_ = candidate;
    }

    void take_back() {
        ++restarts_;
        momentum_.reject();
        left_.point.padded_matrix() = left_.factor.padded_matrix();
        step_right(Products::kept, false);
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

    /// The KKT residual of a pair with these Gram matrices, whose sums both halves have.
    [[nodiscard]] double residual(const Matrix<double>& left_gram,
                                  const Matrix<double>& right_gram) const {
        return std::max(
            kkt_residual(left_.distance, right_gram.diagonal(), left_gram.diagonal(), scale_free_),
            kkt_residual(right_.distance, left_gram.diagonal(), right_gram.diagonal(),
                         scale_free_));
    }

    [[nodiscard]] double noise() const { return 0.5 * rounding_noise<S> * squared_norm_; }

    /// Multiplies L'R by the number that brings it closest to V.
    void scale() {
        const double along =
            look(view_, right_pass_, left_.factor, left_.gram, right_, right_.factor);
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

    View view_;
    Flipped flipped_;
    double squared_norm_;
    SolverPolicy solver_;
    PenaltySet penalties_;
    bool scale_free_;
    bool extrapolated_;
    Momentum momentum_;
    bool growing_;
    PositiveMomentum growth_;
    PositiveStep growing_by_{};
    S left_beta_ = 0;  ///< By how much left_.point was extrapolated.
    EquationsPass<Flipped, SolverPolicy> left_pass_;
    EquationsPass<View, SolverPolicy> right_pass_;
    BlockSums<S> sums_;
    Half left_;
    Half right_;
    NormalEquations<S> measured_;  ///< Of the right factor of the measured pair.
    GramKernel<S> gram_kernel_;
    Matrix<double> point_gram_;
    Factor<S> cross_;  ///< L V for left_.factor; with extrapolation.
    Measure best_;
    Measure last_;  ///< Of the last candidate, accepted or not.
    Index restarts_ = 0;
    Factor<S> saved_left_;
    Factor<S> saved_right_;
    bool saved_ = false;  ///< The best pair is the saved one.
};

}  // namespace nmf::detail
