// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// One column of V with what a coordinate descent on its entries needs.

#include <nmf/core/types.hpp>

namespace nmf {

/// For one column x of X, with A fixed, the entries v_i > 0 of the column of V:
///
///     minimise  sum_i w_i (-log y_i) + <s, x> + l sum(x) + r/2 ||x||^2   over x >= 0,
///     y_i = <a_i, x>,   w_i = m_i v_i,   s = sum of m_i a_i over all entries, zeros included:
///
/// the Kullback-Leibler divergence up to a constant.
///
/// Arrays are aligned for packets and filled up to whole ones: `entries` counts those as well, and
/// other entries that do not matter; there w_i is 0, and y_i and a_i are numbers.
template <RealScalar S>
struct EntryColumn {
    Vector<double> sums;   ///< s, one for each component.
    Vector<double> pulls;  ///< sum of w_i a_i / y_i at the x that is given; as long, or more.
    Index entries = 0;     ///< A multiple of the packet width.
    const S* weighted = nullptr;      ///< w_i
    S* reconstruction = nullptr;      ///< y_i, at least least_model.
    const S* by_component = nullptr;  ///< A' at the entries: component a begins at a * step.
    Index step = 0;
    S linear = 0;         ///< l
    S ridge = 0;          ///< r
    S typical_entry = 1;  ///< The size of an entry of X.
    S least_model = 0;    ///< What a y_i is raised to.

    [[nodiscard]] const S* component(Index a) const { return by_component + a * step; }
};

}  // namespace nmf
