// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Upper bounds of the entries of W and H.

#include <limits>
#include <string_view>

#include <nmf/constraint/concept.hpp>

namespace nmf {

/// W <= w and H <= h, entry by entry, with w, h >= 0. With h = 1 every coefficient is a share.
struct UpperBound {
    using Axis = axis::Constraint;
    static constexpr std::string_view name = "upper bound";

    double w = std::numeric_limits<double>::infinity();
    double h = std::numeric_limits<double>::infinity();

    void check() const {
        detail::check_parameter(w >= 0, "UpperBound.w", w, ">= 0");
        detail::check_parameter(h >= 0, "UpperBound.h", h, ">= 0");
    }

    template <RealScalar S>
    void bound(Side side, Bounds<S>& bounds) const {
        const double most = side == Side::w ? w : h;
        if (most == std::numeric_limits<double>::infinity()) return;
        for (Index a = 0; a < bounds.rank(); ++a) {
            bounds.narrow(a, -Bounds<S>::infinite, static_cast<S>(most));
        }
    }
};

static_assert(Constraint<UpperBound>);

}  // namespace nmf
