// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The leading directions of the rows of V, through its data view.

#include <algorithm>
#include <utility>

#include <nmf/core/interrupt.hpp>
#include <nmf/core/random.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/extent.hpp>
#include <nmf/data/flipped.hpp>
#include <nmf/factor/thin_svd.hpp>

namespace nmf::detail {

/// L'R, an m x n matrix of rank l, with L l x m and R l x n.
template <RealScalar S>
struct LowRank {
    Factor<S> left;
    Factor<S> right;
};

/// V ~ (V Z) Z' as left' right. The rows of `right` are an orthonormal basis Z' of l = min(size, m,
/// n) directions, or fewer where V has a lower rank. Found by subspace iteration from a
/// random start, with 2 (iterations + 1) products with V. Works for sparse V.
///
/// Source: N. Halko, P. G. Martinsson and J. Tropp, "Finding structure with randomness", SIAM
/// Review 53(2), 2011.
template <DataView View, class S = typename View::Scalar>
LowRank<S> range_finder(const View& view, Index size, int iterations, CounterRandom random) {
    const auto flipped = flipped_view(view);

    const Extent extent = column_extent(flipped);
    Factor<S> rows(std::min({size, extent.total, column_extent(view).total}), view.rows());
    PacedInterrupt pace;
    for (Index i = 0; i < rows.cols(); ++i) {
        pace.step(rows.rows());
        for (Index a = 0; a < rows.rows(); ++a) {
            rows.matrix()(a, i) = static_cast<S>(random.normal(draw_number(extent, a, i)));
        }
    }
    Factor<S> cols;
    const auto to_cols = [&] {
        cols.resize(rows.rows(), view.cols());
        view.product(rows, cols);
        cols = orthonormal(cols, view);
    };
    const auto to_rows = [&] {
        rows.resize(cols.rows(), view.rows());
        flipped.product(cols, rows);
    };
    for (int iteration = 0; iteration < iterations; ++iteration) {
        to_cols();
        to_rows();
        rows = orthonormal(rows, flipped);
    }
    to_cols();
    to_rows();
    return {std::move(rows), std::move(cols)};
}

}  // namespace nmf::detail
