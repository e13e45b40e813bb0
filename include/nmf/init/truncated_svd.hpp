// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The leading singular triplets of V, through its data view.

#include <algorithm>

#include <Eigen/Eigenvalues>
#include <Eigen/QR>

#include <nmf/core/factor.hpp>
#include <nmf/core/precision.hpp>
#include <nmf/core/random.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/gram.hpp>

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

/// V ~ U diag(s) Z' with r = min(rank, m, n) triplets, fewer where V has no more that rounding does
/// not drown (s^2 <= 256 eps s_1^2), by subspace iteration from a random start: 10 extra directions
/// and 4 iterations, which is 10 products with V. Works for sparse V.
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

    // V ~ B Z' with B = V Z, and B'B = E diag(s^2) E' gives B E = U diag(s).
    Matrix<double> gram;
    GramKernel<S>()(along_rows, view.threads(), gram);
    const Eigen::SelfAdjointEigenSolver<Matrix<double>> eigen(gram);
    const Vector<double> squares = eigen.eigenvalues().reverse().cwiseMax(0.0);
    const Matrix<S> basis = eigen.eigenvectors().rowwise().reverse().template cast<S>();
    Index found = 0;
    while (found < kept && squares[found] > digits_lost<S> * squares[0]) ++found;
    TruncatedSvd<S> svd;
    svd.s = squares.head(found).cwiseSqrt().template cast<S>();
    svd.u =
        along_rows.matrix().transpose() * basis.leftCols(found) * svd.s.cwiseInverse().asDiagonal();
    svd.z = z * basis.leftCols(found);
    return svd;
}

}  // namespace nmf::detail
