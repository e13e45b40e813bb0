// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Exact least squares within bounds, column by column.

#include <cstddef>
#include <vector>

#include <nmf/machine/parallel.hpp>
#include <nmf/machine/scratch.hpp>
#include <nmf/solvers/active_set.hpp>
#include <nmf/subproblem/normal_equations.hpp>

namespace nmf::detail {

/// Solves each of the listed columns by ActiveSet, from its current x. Rows that are `flat` keep
/// their values. `scratch` has room for ActiveSet::scratch_size(k) numbers in each thread.
template <RealScalar S, class Region>
void solve_alone(const NormalEquations<S, Region>& eq, const std::vector<char>& flat,
                 const std::vector<Index>& columns, Scratch<double>& scratch, Factor<S>& x) {
    const Index k = x.rows();
    for_each_chunk(static_cast<Index>(columns.size()), [&](Index i, int thread) {
        const Index j = columns[static_cast<std::size_t>(i)];
        ActiveSet column(scratch.of(thread), k);
        for (Index a = 0; a < k; ++a) {
            column.x[a] = static_cast<double>(x.matrix()(a, j));
            column.kept[a] = flat[static_cast<std::size_t>(a)] != 0 ? 1.0 : 0.0;
            column.origin[a] = 0;
            column.origin_slope[a] = static_cast<double>(eq.linear.data()[a]) -
                                     static_cast<double>(eq.cross.matrix()(a, j));
            if constexpr (is_bounded<Region>) {
                column.lower[a] = static_cast<double>(eq.region.from(j).lower[a]);
                column.upper[a] = static_cast<double>(eq.region.from(j).upper[a]);
            }
        }
        static_cast<void>(column.solve(eq.gram.matrix(), ActiveSet::noise<S>(k)));
        for (Index a = 0; a < k; ++a) x.matrix()(a, j) = static_cast<S>(column.x[a]);
    });
}

}  // namespace nmf::detail
