// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A column of a problem with a convex loss: its entries, gradient and Hessian, in double.

#include <algorithm>
#include <cmath>
#include <vector>

#include <nmf/data/concept.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/factor/register_product.hpp>
#include <nmf/machine/columns.hpp>
#include <nmf/subproblem/penalty_terms.hpp>

namespace nmf::detail {

/// The part that all columns of X share: the fixed factor A (k x m) and the loss. The loss is the
/// beta-divergence of a power b in [1, 2].
struct ConvexProblem {
    const Factor<double>& fixed;
    Side side;  ///< Which factor x belongs to.
    double power;
    double unit;  ///< A power of 2: the unit of V and X, so that powers stay in range.
    Vector<double> row_sums{};  ///< Of A.
    /// A A' if this is the Hessian of every column, as in least squares without weights.
    const Matrix<double>* gram = nullptr;
};

/// The objective of a column x,
///
///     sum_i w_i d_b(v_i | (A'x)_i) + <l, x> + 1/2 <x, M x>,
///
/// over the entries that count. For b = 1, entries with v = 0 are linear in x and are added to l.
class ConvexColumn {
public:
    NMF_COLD void prepare(Index rank, Index rows) {
        rows_.resize(static_cast<std::size_t>(rows));
        for (Vector<double>* each : {&v_, &w_, &y_, &direction_y_}) each->setZero(rows);
        for (Vector<double>* each : {&gradient, &noise, &curvature, &linear_}) each->setZero(rank);
        quadratic_.setZero(rank, rank);
        left_.resize(rank, piece);
        right_.resize(rank, piece);
        partial_.resize(rank, rank);
        hessian.setZero(rank, rank);
        penalty_.clear(rank);
    }

    Vector<double> gradient;
    Vector<double> noise;      ///< The error of the gradient that rounding of 1 causes.
    Vector<double> curvature;  ///< The diagonal of the Hessian.
    Matrix<double> hessian;    ///< The Hessian of the rows that were asked for.

    /// Loads column j of V. Returns false if it has no entry that counts.
    template <class View, class PenaltySet>
    bool load(const View& view, Index j, const ConvexProblem& problem,
              const PenaltySet& penalties) {
        problem_ = &problem;
        count_ = 0;
        Index seen = 0;
        const bool sparse_in_v = problem.power == 1;
        linear_.setZero();
        const bool fill = view.has_unstored_zeros();
        if (fill && sparse_in_v) linear_ = problem.row_sums;
        if (fill && !sparse_in_v) {
            for (Index i = 0; i < view.rows(); ++i) add(i, 0, 1);
        }
        view.visit(j, [&](Index i, auto v, auto m) {
            if (!(m > 0)) return;
            ++seen;
            const double value = static_cast<double>(v) / problem.unit;
            const auto weight = static_cast<double>(m);
            if (fill && !sparse_in_v) {
                v_[i] = value;
                return;
            }
            if (fill) add_linear(i, -1);
            if (value > 0 || !sparse_in_v) {
                add(i, value, weight);
            } else {
                add_linear(i, weight);
            }
        });
        // What is left of a difference that has to be 0.
        if (fill && seen == view.rows()) linear_.setZero();
        for (double& l : linear_) l = std::max(l, 0.0);
        const auto observed = static_cast<double>(View::weighted ? seen : view.rows());
        add_penalties(observed, penalties);
        return observed > 0;
    }

    /// Gradient, its rounding, and curvature at x.
    void look(const Vector<double>& x) {
        const Index k = x.size();
        gradient = noise = linear_;
        for (Index c = 0; c < k; ++c) {
            for (Index a = 0; a < k; ++a) {
                gradient[a] += quadratic_(a, c) * x[c];
                noise[a] += std::abs(quadratic_(a, c)) * x[c];
            }
            curvature[c] = quadratic_(c, c);
        }
        const double b = problem_->power;
        for (Index e = 0; e < count_; ++e) {
            const double* const of_a = entry(e);
            const double y = dot(of_a, x.data(), k);
            y_[e] = y;
            const double p = w_[e] * slope(v_[e], y, b);
            const double h = w_[e] * bend(v_[e], y, b);
            add_scaled(gradient.data(), p, of_a, k);
            add_scaled(noise.data(), std::abs(p) + h * y, of_a, k);
            for (Index a = 0; a < k; ++a) curvature[a] += h * of_a[a] * of_a[a];
        }
    }

    /// The Hessian of the rows `list` at the x of the last call of look().
    void form_hessian(const std::vector<Index>& list) {
        const auto size = static_cast<Index>(list.size());
        const auto at = [&](Index p) { return list[static_cast<std::size_t>(p)]; };
        for (Index q = 0; q < size; ++q) {
            for (Index p = 0; p < size; ++p) {
                hessian(p, q) = quadratic_(at(p), at(q));
                if (problem_->gram != nullptr) hessian(p, q) += (*problem_->gram)(at(p), at(q));
            }
        }
        if (problem_->gram == nullptr) add_entries(list);
    }

    /// How far to go from x along d, at most 1. The objective is lower there. 0 if rounding hides
    /// the decrease.
    [[nodiscard]] double step(const Vector<double>& x, const Vector<double>& d) {
        const Index k = x.size();
        for (Index e = 0; e < count_; ++e) direction_y_[e] = dot(entry(e), d.data(), k);
        double constant = dot(linear_.data(), d.data(), k);
        double growth = 0;
        for (Index c = 0; c < k; ++c) {
            const double along_c = dot(quadratic_.data() + c * k, d.data(), k);
            constant += along_c * x[c];
            growth += along_c * d[c];
        }
        const auto along = [&](double t) {
            double sum = constant + t * growth;
            for (Index e = 0; e < count_; ++e) {
                sum += w_[e] * direction_y_[e] *
                       slope(v_[e], y_[e] + t * direction_y_[e], problem_->power);
            }
            return sum;
        };
        const double first = along(0);
        if (!(first < 0)) return 0;
        double high = along(1);
        // The objective is convex along d: its slope over each half is at most that at the end.
        if (!(high > 0) || high <= -along(0.5)) return 1;
        double low_at = 0;
        double high_at = 1;
        double low = first;
        constexpr int most = 60;
        for (int i = 0; i < most && (low < 0.1 * first || low_at == 0); ++i) {
            // The root of the chord, kept away from the ends.
            const double chord = -low / (high - low);
            const double at =
                low_at + (high_at - low_at) * std::clamp(i % 2 == 0 ? chord : 0.5, 0.05, 0.95);
            const double value = along(at);
            if (value > 0) {
                high_at = at;
                high = value;
            } else {
                low_at = at;
                low = value;
            }
        }
        return low_at;
    }

private:
    static constexpr Index piece = 128;

    /// Adds the curvature of the entries to the Hessian.
    void add_entries(const std::vector<Index>& list) {
        const auto size = static_cast<Index>(list.size());
        const Index stride = padded<double>(size);
        Index filled = 0;
        const auto flush = [&] {
            if (filled == 0) return;
            multiply_block<BlockOrder::rows>(FactorColumns<double>{left_.data(), size, stride},
                                             filled, DenseBlock<double>{right_.data(), stride},
                                             size, partial_.data(), true);
            for (Index q = 0; q < size; ++q) {
                nmf::detail::add(hessian.data() + q * hessian.rows(), partial_.data() + q * stride,
                                 size);
            }
            filled = 0;
        };
        for (Index e = 0; e < count_; ++e) {
            const double h = w_[e] * bend(v_[e], y_[e], problem_->power);
            const double* const a = entry(e);
            double* const left = left_.data() + filled * stride;
            double* const right = right_.data() + filled * stride;
            for (Index p = 0; p < size; ++p) {
                left[p] = a[list[static_cast<std::size_t>(p)]];
                right[p] = h * left[p];
            }
            for (Index p = size; p < stride; ++p) left[p] = 0;
            if (++filled == piece) flush();
        }
        flush();
    }

    void add(Index i, double v, double w) {
        rows_[static_cast<std::size_t>(count_)] = i;
        v_[count_] = v;
        w_[count_++] = w;
    }

    /// The column of A of an entry.
    [[nodiscard]] const double* entry(Index e) const {
        return problem_->fixed.data() +
               rows_[static_cast<std::size_t>(e)] * problem_->fixed.stride();
    }

    /// l += by * the column of A of row i of V.
    void add_linear(Index i, double by) {
        const Factor<double>& a = problem_->fixed;
        add_scaled(linear_.data(), by, a.data() + i * a.stride(), a.rows());
    }

    template <class PenaltySet>
    void add_penalties(double observed, const PenaltySet& penalties) {
        quadratic_.setZero();
        if (penalties.none()) return;
        const PenaltyPlace<double> place{.side = problem_->side, .observations = observed};
        penalties.terms_of(place, linear_.size(), penalty_);
        // The loss is in units of unit^b, x in those of unit.
        const double b = problem_->power;
        const double of_gram = std::pow(problem_->unit, 2.0 - b);
        const double of_linear = std::pow(problem_->unit, 1.0 - b);
        for (Index a = 0; a < linear_.size(); ++a) {
            quadratic_(a, a) = of_gram * penalty_.ridge[a];
            linear_[a] += of_linear * penalty_.linear[a];
        }
        for (Index at = 0; penalty_.couples && at < penalty_.coupling.size(); ++at) {
            quadratic_.data()[at] += of_gram * penalty_.coupling.data()[at];
        }
    }

    /// Smaller y count as this, so that their powers stay finite.
    static constexpr double least = 1e-90;

    /// The derivatives of d_b(v | y) by y.
    [[nodiscard]] static double slope(double v, double y, double b) {
        if (b == 2) return y - v;
        const double from = std::max(y, least);
        if (b == 1) return (from - v) / from;
        return std::pow(from, b - 2.0) * (from - v);
    }
    [[nodiscard]] static double bend(double v, double y, double b) {
        if (b == 2) return 1;
        // At v = 0 it grows without bound towards y = 0, which would hide all other curvature.
        constexpr double least_at_zero = 1e-4;
        const double from = std::max(y, v > 0 ? least : least_at_zero);
        if (b == 1) return v / (from * from);
        return std::pow(from, b - 3.0) * ((b - 1.0) * from + (2.0 - b) * v);
    }

    const ConvexProblem* problem_ = nullptr;
    Index count_ = 0;
    std::vector<Index> rows_;
    Vector<double> v_;
    Vector<double> w_;
    Vector<double> y_;
    Vector<double> direction_y_;
    Vector<double> linear_;     ///< l
    Matrix<double> quadratic_;  ///< M
    Factor<double> left_;
    Factor<double> right_;
    Factor<double> partial_;
    PenaltyTerms penalty_;
};

}  // namespace nmf::detail
