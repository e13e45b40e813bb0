// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The subproblem of one column for coordinate descent on its entries.

#include <nmf/core/types.hpp>
#include <nmf/subproblem/region.hpp>

namespace nmf {

/// For one column x of X, with A fixed, and the entries v_i > 0 of the column of V:
///
///     minimise  sum_i w_i (-log y_i) + <s + l - p, x> + 1/2 sum_a r_a x_a^2   over x >= 0,
///     y_i = <a_i, x>,   w_i = m_i v_i,   s = sum of m_i a_i over all entries, zeros included.
///
/// This is the Kullback-Leibler divergence up to a constant.
///
/// With a Box as Region, x stays within the box.
///
/// Arrays are aligned for packets and padded to whole ones. `entries` includes the padding and
/// other entries that do not matter. For these w_i is 0, and y_i and a_i are finite.
template <RealScalar S, class Region = NonNegative>
struct EntryColumn {
    Vector<double> sums;          ///< s, one for each component.
    Vector<double> pulls;         ///< sum of w_i a_i / y_i at the given x; as long as s, or longer.
    Index entries = 0;            ///< A multiple of the packet width.
    const S* weighted = nullptr;  ///< w_i
    S* reconstruction = nullptr;  ///< y_i, at least least_model.
    const S* by_component = nullptr;  ///< A' at the entries: component a begins at a * step.
    Index step = 0;
    const double* linear = nullptr;  ///< l >= 0, one for each component, like r.
    const double* ridge = nullptr;   ///< r >= 0
    const double* pull = nullptr;    ///< p >= 0, or null where it is 0.
    S typical_entry = 1;             ///< The size of an entry of X.
    S least_model = 0;               ///< The least y_i; smaller ones are raised to it.

    Side side = Side::h;  ///< Which factor x is a column of,
    Index first = 0;      ///< and which one.
    [[no_unique_address]] Region region{};

    [[nodiscard]] const S* component(Index a) const { return by_component + a * step; }
};

}  // namespace nmf
