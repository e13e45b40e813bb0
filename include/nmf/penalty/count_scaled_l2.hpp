// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// L2 penalty in proportion to the number of observations.

#include <string_view>

#include <nmf/penalty/concept.hpp>

namespace nmf {

/// Adds w/2 sum_i n_i ||W(i,:)||^2 + h/2 sum_j n_j ||H(:,j)||^2 to the objective, w, h >= 0. Here n
/// is the number of observed entries of that row or column of V. The ridge for data with holes: it
/// does not shrink rows with few observations more than others. For Frobenius.
///
/// @par Source
/// Y. Zhou, D. Wilkinson, R. Schreiber and R. Pan, "Large-scale parallel collaborative filtering
/// for the Netflix prize", AAIM 2008 (ALS-WR).
struct CountScaledL2 {
    using Axis = axis::Penalty;
    static constexpr std::string_view name = "count-scaled L2";

    double w = 0;
    double h = 0;

    [[nodiscard]] constexpr double weight(Side side) const { return side == Side::w ? w : h; }
    [[nodiscard]] constexpr bool none() const { return w == 0 && h == 0; }
    void check() const { detail::check_weights("CountScaledL2", w, h); }

    template <RealScalar S>
    [[nodiscard]] double value(Side side, const Factor<S>& x, double observations) const {
        if (weight(side) == 0) return 0;
        return 0.5 * weight(side) * observations *
               x.padded_matrix().template cast<double>().squaredNorm();
    }

    template <RealScalar S>
    void add_to(const PenaltyPlace<S>& place, PenaltyTerms& terms) const {
        terms.add_ridge(weight(place.side) * place.observations);
    }
};

static_assert(Penalty<CountScaledL2>);

}  // namespace nmf
