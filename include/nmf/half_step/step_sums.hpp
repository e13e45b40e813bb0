// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What a half-step adds up.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

#include <nmf/core/precision.hpp>
#include <nmf/data/cost_sums.hpp>
#include <nmf/machine/simd.hpp>
#include <nmf/machine/sums.hpp>

namespace nmf::detail {

/// Sums over V and over the columns of X: numbers, then three values for each component.
class StepSums {
public:
    enum Scalar {
        along,       ///< sum of v y^(b-1); least squares: <V, Y>
        square,      ///< sum of y^b; least squares with weights: ||Y||^2
        mass,        ///< Of all columns, where the KKT sums are of shares; else 0.
        not_finite,  ///< Columns or blocks in which something left a NaN or an infinity.
        scalars = 8
    };

    void prepare(Index rank) {
        rank_ = rank;
        stride_ = padded<double>(rank);
        sums_.prepare(scalars + 3 * stride_);
        costs_ = {};
    }

    /// The sums of one chunk, those of components in whole packets.
    struct Part {
        double* values;
        Index stride;
        CostSums& costs;
        [[nodiscard]] double& operator[](Scalar s) const { return values[s]; }
        [[nodiscard]] double* distance() const { return values + scalars; }
        [[nodiscard]] double* pull() const { return values + scalars + stride; }
        [[nodiscard]] double* size() const { return values + scalars + 2 * stride; }
    };
    [[nodiscard]] Part part(Index chunk) { return {sums_.part(chunk), stride_, costs_[chunk]}; }

    /// To be called when all parts are there.
    template <class View>
    void total(const View& view) {
        total_ = sums_.total(view);
        total_costs_ = costs_.total();
        std::array<double, 4> of{total_costs_.cost, total_costs_.squared_residual,
                                 total_costs_.reconstruction, total_costs_.squared_reconstruction};
        reduce(view, of);
        total_costs_ = {of[0], of[1], of[2], of[3]};
    }

    [[nodiscard]] double operator[](Scalar s) const { return total_[s]; }

    /// Neither the statistics of V nor an update had a NaN or an infinity.
    [[nodiscard]] bool finite() const {
        return total_[not_finite] == 0 && std::isfinite(total_[along]) &&
               std::isfinite(total_[square]);
    }

    [[nodiscard]] auto distance() const { return total_.segment(scalars, rank_); }  ///< KKT sums.
    [[nodiscard]] auto pull() const { return total_.segment(scalars + stride_, rank_); }
    [[nodiscard]] auto size() const { return total_.segment(scalars + 2 * stride_, rank_); }

    [[nodiscard]] const CostSums& costs() const { return total_costs_; }

    /// Of the components of X along it, for the KKT sums of the next half-step.
    void curvature(Vector<double>& out) const {
        for (Index a = 0; a < rank_; ++a) out[a] = ratio_or_zero(pull()[a], size()[a]);
    }

private:
    static_assert(scalars % Simd<double>::width == 0, "packets begin after the scalars");

    Index rank_ = 0;
    Index stride_ = 0;
    Sums sums_;
    Vector<double> total_;
    Parts<CostSums> costs_;
    CostSums total_costs_;
};

/// As near as S has it.
template <RealScalar S>
[[nodiscard]] S in_range(double value) {
    return static_cast<S>(std::min(value, static_cast<double>(std::numeric_limits<S>::max())));
}

/// Adds the first lanes of a packet, in double: lane r to to(r).
template <RealScalar S, class To>
void add_lanes(const typename Simd<S>::Packet& sum, Index lanes, const To& to) {
    alignas(64) S values[static_cast<std::size_t>(Simd<S>::width)];
    Simd<S>::store(values, sum);
    for (Index r = 0; r < lanes; ++r) to(r) += static_cast<double>(values[r]);
}

/// The same to to[r].
template <RealScalar S>
void add_rows(const typename Simd<S>::Packet& sum, Index rows, double* to) {
    add_lanes<S>(sum, rows, [&](Index r) -> double& { return to[r]; });
}

}  // namespace nmf::detail
