// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The leading singular triplets of V, through its data view.

#include <algorithm>

#include <Eigen/QR>
#include <Eigen/SVD>

#include <nmf/core/factor.hpp>
#include <nmf/core/random.hpp>
#include <nmf/data/concept.hpp>

namespace nmf::detail {

template <RealScalar S>
struct TruncatedSvd {
    Matrix<S> u;  ///< m x r, orthonormal columns.
    Vector<S> s;  ///< r, descending.
    Matrix<S> z;  ///< n x r, orthonormal columns.
};

/// An orthonormal basis of the columns of x' (N x l for x l x N, l <= N).
template <RealScalar S>
Matrix<S> orthonormal(const Factor<S>& x) {
    const Eigen::HouseholderQR<Matrix<S>> qr(x.matrix().transpose());
    return qr.householderQ() * Matrix<S>::Identity(x.cols(), x.rows());
}

/// V ~ U diag(s) Z' with r = min(rank, m, n) triplets, by subspace iteration from a random start:
/// 10 extra directions and 4 iterations, which is 10 products with V. Works for sparse V.
///
/// Source: N. Halko, P. G. Martinsson and J. Tropp, "Finding structure with randomness", SIAM
/// Review 53(2), 2011.
template <DataView View, class S = typename View::Scalar>
TruncatedSvd<S> truncated_svd(const View& view, Index rank, CounterRandom random) {
    const Index least = std::min(view.rows(), view.cols());
    const Index kept = std::min(rank, least);
    const Index directions = std::min(rank + 10, least);
    const auto flipped = view.transposed();

    Factor<S> along_rows(directions, view.rows());
    Factor<S> along_cols(directions, view.cols());
    for (Index i = 0; i < view.rows(); ++i) {
        for (Index a = 0; a < directions; ++a) {
            along_rows.matrix()(a, i) =
                static_cast<S>(random.normal(static_cast<std::uint64_t>(a * view.rows() + i)));
        }
    }
    constexpr int iterations = 4;
    for (int iteration = 0; iteration < iterations; ++iteration) {
        view.product(along_rows, along_cols);
        along_cols.assign(orthonormal(along_cols).transpose());
        flipped.product(along_cols, along_rows);
        along_rows.assign(orthonormal(along_rows).transpose());
    }
    view.product(along_rows, along_cols);
    const Matrix<S> z = orthonormal(along_cols);
    along_cols.assign(z.transpose());
    flipped.product(along_cols, along_rows);

    // V ~ (V Z) Z', and V Z = Q R is as small as R.
    const Eigen::HouseholderQR<Matrix<S>> qr(along_rows.matrix().transpose());
    const Matrix<S> r = qr.matrixQR().topRows(directions).template triangularView<Eigen::Upper>();
    const Eigen::JacobiSVD<Matrix<S>> svd(r, Eigen::ComputeFullU | Eigen::ComputeFullV);
    Matrix<S> left = Matrix<S>::Zero(view.rows(), kept);
    left.topRows(directions) = svd.matrixU().leftCols(kept);
    left.applyOnTheLeft(qr.householderQ());
    return {std::move(left), svd.singularValues().head(kept), z * svd.matrixV().leftCols(kept)};
}

}  // namespace nmf::detail
