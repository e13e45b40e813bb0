// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A half-step in one pass over V: the statistics of a few columns of a factor are formed, and the
/// solver updates these columns before the next are looked at, so that nothing is ever as large as
/// V. Here is what all such passes share: the sums they add up and the factor they update.

#include <algorithm>
#include <cmath>

#include <nmf/acceleration/positive_extrapolation.hpp>
#include <nmf/core/precision.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/loss/column_mass.hpp>
#include <nmf/machine/chunks.hpp>
#include <nmf/subproblem/normal_equations.hpp>

namespace nmf::detail {

/// What a pass adds up: sums over V and over the columns of X. The scalars come first, then a value
/// for each component.
class PassSums {
public:
    enum Scalar {
        along,            ///< sum of v y^(b-1); least squares: <V, Y>
        square,           ///< sum of y^b; least squares: ||Y||^2
        squares,          ///< Least squares only: ||V||^2
        penalty,          ///< Least squares only: of X.
        updated_penalty,  ///< Least squares only: of X after the update.
        columns,          ///< Least squares only: how many have entries that count.
        mass,             ///< Of all columns, where the KKT sums are of shares; else 0.
        not_finite,       ///< Columns or blocks in which an update left a NaN or an infinity.
        scalars
    };

    void prepare(Index rank) {
        rank_ = rank;
        stride_ = padded<double>(rank);
        const Index rows = scalars + 3 * stride_;
        if (parts_.rows() != rows) parts_.resize(rows, most_chunks);
        parts_.setZero();
    }

    /// The sums of one chunk, those of components in whole packets.
    struct Part {
        double* values;
        Index stride;
        [[nodiscard]] double& operator[](Scalar s) const { return values[s]; }
        [[nodiscard]] double* distance() const { return values + scalars; }
        [[nodiscard]] double* pull() const { return values + scalars + stride; }
        [[nodiscard]] double* size() const { return values + scalars + 2 * stride; }
    };
    [[nodiscard]] Part part(Index chunk) { return {parts_.col(chunk).data(), stride_}; }

    /// To be called when all parts are there.
    void total() { total_ = parts_.rowwise().sum(); }

    [[nodiscard]] double operator[](Scalar s) const { return total_[s]; }

    /// Neither the statistics of V nor an update had a NaN or an infinity.
    [[nodiscard]] bool finite() const {
        return total_[not_finite] == 0 && std::isfinite(total_[along]) &&
               std::isfinite(total_[square]);
    }

    [[nodiscard]] auto distance() const { return total_.segment(scalars, rank_); }  ///< KKT sums.
    [[nodiscard]] auto pull() const { return total_.segment(scalars + stride_, rank_); }
    [[nodiscard]] auto size() const { return total_.segment(scalars + 2 * stride_, rank_); }

    /// The KKT residual of X, for the squared norms of the components of A and, from the last
    /// passes, of X. With `balance` see nmf::kkt_residual().
    template <class Fixed>
    [[nodiscard]] double kkt_residual(const Fixed& fixed_norms, bool balance) const {
        return residual_of(distance(), total_[mass], fixed_norms, size(), balance);
    }

    /// The same, from sums that were kept.
    template <class Distance, class Fixed, class Size>
    [[nodiscard]] static double residual_of(const Distance& distance, double mass,
                                            const Fixed& fixed_norms, const Size& size,
                                            bool balance) {
        if (mass > 0) return std::sqrt(distance.sum() / mass);
        return nmf::kkt_residual(distance, fixed_norms, size, balance);
    }

    /// Of the components of X, for the KKT sums of the next pass: their mean over the columns, or
    /// the one that they have along X.
    void curvature(Vector<double>& out) const {
        for (Index a = 0; a < rank_; ++a) {
            out[a] = ratio_or_zero(pull()[a], total_[columns] > 0 ? total_[columns] : size()[a]);
        }
    }

private:
    static_assert(scalars % Simd<double>::width == 0, "packets begin after the scalars");

    Index rank_ = 0;
    Index stride_ = 0;
    Matrix<double> parts_;
    Vector<double> total_;
};

/// What the KKT terms of a factor are measured by.
struct KktGauge {
    Vector<double> curvature;  ///< Of its components, from the last pass.
    ColumnMass mass;           ///< Of the columns of V.
};

/// The factor that a pass updates. Each column is replaced by x + a max(0, x - previous), a being
/// the momentum of the step, and then updated. `next`, which may be any of the others, takes the
/// new columns, and `point` those that were updated.
template <RealScalar S>
struct PassTarget {
    const Factor<S>& x;
    const Factor<S>& previous;
    PositiveStep step{};
    Factor<S>* next = nullptr;   ///< Without it the pass only measures.
    Factor<S>* point = nullptr;  ///< May be left out.
    bool costs = false;          ///< The costs of the entries at the point are added up as well.

    /// Columns first .. first + cols - 1 of the point, as far apart as those of x.
    void load(Index first, Index cols, S* to) const {
        const Index size = cols * x.stride();
        const Index at = first * x.stride();
        const ConstArrayMap<S> now(x.data() + at, size);
        ArrayMap<S> out(to, size);
        if (step.momentum == 0) {
            out = now;
        } else {
            const ConstArrayMap<S> before(previous.data() + at, size);
            out = now + static_cast<S>(step.momentum) * (now - before).max(S(0));
        }
        if (point != nullptr) std::copy_n(to, size, point->data() + at);
    }

    void store(Index first, Index cols, const S* from) const {
        std::copy_n(from, cols * x.stride(), next->data() + first * x.stride());
    }
};

}  // namespace nmf::detail
