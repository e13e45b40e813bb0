// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// L2 penalty: small factors (ridge).

#include <string_view>

#include <nmf/penalty/concept.hpp>

namespace nmf {

/// Adds w/2 ||W||^2 + h/2 ||H||^2 to the objective, w, h >= 0. It also keeps the Gram matrices
/// regular.
struct L2 {
    using Axis = axis::Penalty;
    static constexpr std::string_view name = "L2";

    double w = 0;
    double h = 0;

    [[nodiscard]] constexpr double weight(Side side) const { return side == Side::w ? w : h; }
    [[nodiscard]] constexpr bool none() const { return w == 0 && h == 0; }
    void check() const { detail::check_weights("L2", w, h); }

    template <RealScalar S>
    [[nodiscard]] double value(Side side, const Factor<S>& x) const {
        if (weight(side) == 0) return 0;
        return 0.5 * weight(side) * x.padded_matrix().template cast<double>().squaredNorm();
    }

    template <RealScalar S>
    void add_to(const PenaltyPlace<S>& place, PenaltyTerms& terms) const {
        terms.add_ridge(weight(place.side));
    }
};

static_assert(Penalty<L2>);

}  // namespace nmf
