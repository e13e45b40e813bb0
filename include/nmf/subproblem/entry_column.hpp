// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// One column of V with what a coordinate descent on its entries needs.

#include <nmf/core/types.hpp>
#include <nmf/subproblem/region.hpp>

namespace nmf {

/// For one column x of X, with A fixed, the entries v_i > 0 of the column of V:
///
///     minimise  sum_i w_i (-log y_i) + <s + l - p, x> + 1/2 sum_a r_a x_a^2   over x >= 0,
///     y_i = <a_i, x>,   w_i = m_i v_i,   s = sum of m_i a_i over all entries, zeros included:
///
/// the Kullback-Leibler divergence up to a constant.
///
/// With a Box for its Region the minimum is over that.
///
/// Arrays are aligned for packets and filled up to whole ones: `entries` counts those as well, and
/// other entries that do not matter; there w_i is 0, and y_i and a_i are numbers.
template <RealScalar S, class Region = NonNegative>
struct EntryColumn {
    Vector<double> sums;   ///< s, one for each component.
    Vector<double> pulls;  ///< sum of w_i a_i / y_i at the x that is given; as long, or more.
    Index entries = 0;     ///< A multiple of the packet width.
    const S* weighted = nullptr;      ///< w_i
    S* reconstruction = nullptr;      ///< y_i, at least least_model.
    const S* by_component = nullptr;  ///< A' at the entries: component a begins at a * step.
    Index step = 0;
    const double* linear = nullptr;  ///< l >= 0, one for each component, as r is.
    const double* ridge = nullptr;   ///< r >= 0
    const double* pull = nullptr;    ///< p >= 0, or null where it is 0.
    S typical_entry = 1;             ///< The size of an entry of X.
    S least_model = 0;               ///< What a y_i is raised to.

    Side side = Side::h;  ///< Which factor x is a column of,
    Index first = 0;      ///< and which one.
    [[no_unique_address]] Region region{};

    [[nodiscard]] const S* component(Index a) const { return by_component + a * step; }
};

}  // namespace nmf
