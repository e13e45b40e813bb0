// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// L1 penalty: sparse factors.

#include <string_view>

#include <nmf/penalty/concept.hpp>

namespace nmf {

/// Adds w sum(W) + h sum(H) to the objective, w, h >= 0. Penalise both factors or neither: scaling
/// one factor up evades a penalty on the other one alone.
struct L1 {
    using Axis = axis::Penalty;
    static constexpr std::string_view name = "L1";

    double w = 0;
    double h = 0;

    [[nodiscard]] constexpr double weight(Side side) const { return side == Side::w ? w : h; }
    [[nodiscard]] constexpr bool none() const { return w == 0 && h == 0; }
    void check() const { detail::check_weights("L1", w, h); }

    template <RealScalar S>
    [[nodiscard]] double value(Side side, const Factor<S>& x) const {
        if (weight(side) == 0) return 0;
        return weight(side) * x.padded_matrix().template cast<double>().sum();
    }

    template <RealScalar S>
    void add_to(const PenaltyPlace<S>& place, PenaltyTerms& terms) const {
        terms.add_linear(weight(place.side));
    }
};

static_assert(Penalty<L1>);

}  // namespace nmf
