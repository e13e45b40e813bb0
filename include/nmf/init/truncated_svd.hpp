// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The leading singular triplets of V, through its data view.

#include <algorithm>

#include <nmf/core/random.hpp>
#include <nmf/data/flipped.hpp>
#include <nmf/data/range_finder.hpp>

namespace nmf::detail {

template <RealScalar S>
struct TruncatedSvd {
    Matrix<S> u;  ///< m x r, orthonormal columns.
    Vector<S> s;  ///< r, descending.
    Matrix<S> z;  ///< n x r, orthonormal columns.
};

/// V ~ U diag(s) Z' with r = min(rank, m, n) triplets, or fewer if V's numerical rank is lower.
/// Found by subspace iteration from a random start, with 10 extra directions and 4 iterations.
/// Takes 10 products with V, which may be sparse.
///
/// Source: N. Halko, P. G. Martinsson and J. Tropp, "Finding structure with randomness", SIAM
/// Review 53(2), 2011.
template <DataView View, class S = typename View::Scalar>
TruncatedSvd<S> truncated_svd(const View& view, Index rank, CounterRandom random) {
    constexpr Index oversampling = 10;
    constexpr int iterations = 4;
    const LowRank<S> low = range_finder(view, rank + oversampling, iterations, random);

    // V ~ (V Z) Z' with the rows of low.right as Z', and those of low.left are (V Z)'.
    const ThinSvd svd(low.left, flipped_view(view));
    const Index found = std::min<Index>(rank, svd.s.size());
    Factor<S> turn(found, svd.left.rows());
    TruncatedSvd<S> result;
    result.u.resize(view.rows(), found);
    result.s.resize(found);
    for (Index a = 0; a < found; ++a) {
        result.s[a] = static_cast<S>(svd.s[a]);
        for (Index i = 0; i < svd.left.rows(); ++i) {
            turn.data()[i * turn.stride() + a] = static_cast<S>(svd.left(i, a));
        }
        for (Index i = 0; i < view.rows(); ++i) {
            result.u(i, a) = static_cast<S>(svd.right.data()[i * svd.right.stride() + a]);
        }
    }
    Factor<S> z(found, view.cols());
    multiply(turn, low.right, z);
    result.z = z.transposed();
    return result;
}

}  // namespace nmf::detail
