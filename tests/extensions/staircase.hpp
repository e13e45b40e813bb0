// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A constraint: component a of W is 0 above row a.

#include <algorithm>
#include <string_view>

#include <nmf/constraint/concept.hpp>

namespace own {

struct Staircase {
    using Axis = nmf::axis::Constraint;
    static constexpr std::string_view name = "staircase";

    template <nmf::RealScalar S>
    void bound(nmf::Side side, nmf::Bounds<S>& bounds) const {
        if (side != nmf::Side::w) return;
        for (nmf::Index a = 0; a < bounds.rank(); ++a) {
            for (nmf::Index i = 0; i < std::min(a, bounds.columns()); ++i) {
                bounds.narrow(a, i, S(0), S(0));
            }
        }
    }
};

}  // namespace own
