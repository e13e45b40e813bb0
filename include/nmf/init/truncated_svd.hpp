// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The leading singular triplets of V, through its data view.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include <Eigen/Jacobi>

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

/// The eigenvalues of a symmetric matrix, descending, and its eigenvectors as columns, by cyclic
/// Jacobi rotations. For small matrices; Eigen's solver takes longer to compile than this to run.
struct SymmetricEigen {
    explicit SymmetricEigen(Matrix<double> a)
        : vectors(Matrix<double>::Identity(a.rows(), a.cols())) {
        const double nothing = std::numeric_limits<double>::epsilon() * a.diagonal().maxCoeff();
        constexpr int most_sweeps = 50;
        bool rotated = true;
        for (int sweep = 0; sweep < most_sweeps && rotated; ++sweep) {
            rotated = false;
            for (Index q = 1; q < a.cols(); ++q) {
                for (Index p = 0; p < q; ++p) {
                    if (!(std::abs(a(p, q)) > nothing)) continue;
                    Eigen::JacobiRotation<double> rotation;
                    rotation.makeJacobi(a, p, q);
                    a.applyOnTheLeft(p, q, rotation.adjoint());
                    a.applyOnTheRight(p, q, rotation);
                    vectors.applyOnTheRight(p, q, rotation);
                    rotated = true;
                }
            }
        }
        values = a.diagonal();
        for (Index p = 0; p < values.size(); ++p) {
            Index largest = 0;
            values.tail(values.size() - p).maxCoeff(&largest);
            std::swap(values[p], values[p + largest]);
            vectors.col(p).swap(vectors.col(p + largest));
        }
    }

    Vector<double> values;
    Matrix<double> vectors;
};

/// C = A B for small A.
template <RealScalar S>
void multiply(const Factor<S>& a, const Factor<S>& b, Factor<S>& c) {
    multiply_block<BlockOrder::columns>(a.data(), a.stride(), a.cols(),
                                        DenseBlock<S>{b.data(), b.stride()}, b.cols(), c.data(),
                                        true);
}

/// X = L diag(s) Q with orthonormal L (l x r) and Q (r x N), for X l x N with few rows, from the
/// eigenvectors of X X'. r leaves out what the rounding of S in X, or of double in X X', drowns.
struct ThinSvd {
    Matrix<double> left;
    Vector<double> s;
    Factor<double> right;  ///< Q.

    template <RealScalar S>
    ThinSvd(const Factor<S>& x, int threads) : right(x.matrix().template cast<double>()) {
        if (x.rows() == 0) return;
        Matrix<double> gram;
        GramKernel<double>()(right, threads, gram);
        const SymmetricEigen eigen(gram);
        const Vector<double>& squares = eigen.values;
        constexpr double eps = 16.0 * static_cast<double>(std::numeric_limits<S>::epsilon());
        const double least = std::max(eps * eps, rounding_noise<double>) * squares[0];
        Index found = 0;
        while (found < squares.size() && squares[found] > least) ++found;
        s = squares.head(found).cwiseSqrt();
        left = eigen.vectors.leftCols(found);

        const Factor<double> scaled(s.cwiseInverse().asDiagonal() * left.transpose());
        Factor<double> orthonormal(found, x.cols());
        multiply(scaled, right, orthonormal);
        right.swap(orthonormal);
    }
};

/// An orthonormal basis of the rows of X. Twice, since the first is only as orthogonal as the
/// condition of X lets it be.
template <RealScalar S>
Factor<S> orthonormal(const Factor<S>& x, int threads) {
    const ThinSvd once(x, threads);
    const ThinSvd twice(once.right, threads);
    return Factor<S>(twice.right.matrix().template cast<S>());
}

/// V ~ U diag(s) Z' with r = min(rank, m, n) triplets, fewer where V has no more than rounding does
/// not drown, by subspace iteration from a random start: 10 extra directions and 4 iterations,
/// which is 10 products with V. Works for sparse V.
///
/// Source: N. Halko, P. G. Martinsson and J. Tropp, "Finding structure with randomness", SIAM
/// Review 53(2), 2011.
template <DataView View, class S = typename View::Scalar>
TruncatedSvd<S> truncated_svd(const View& view, Index rank, CounterRandom random) {
    const int threads = view.threads();
    const Index least = std::min(view.rows(), view.cols());
    const auto flipped = view.transposed();

    Factor<S> rows(std::min(rank + 10, least), view.rows());
    for (Index i = 0; i < rows.cols(); ++i) {
        for (Index a = 0; a < rows.rows(); ++a) {
            rows.matrix()(a, i) =
                static_cast<S>(random.normal(static_cast<std::uint64_t>(a * rows.cols() + i)));
        }
    }
    Factor<S> cols;
    const auto to_cols = [&] {
        cols.resize(rows.rows(), view.cols());
        view.product(rows, cols);
        cols = orthonormal(cols, threads);
    };
    const auto to_rows = [&] {
        rows.resize(cols.rows(), view.rows());
        flipped.product(cols, rows);
    };
    constexpr int iterations = 4;
    for (int iteration = 0; iteration < iterations; ++iteration) {
        to_cols();
        to_rows();
        rows = orthonormal(rows, threads);
    }
    to_cols();
    to_rows();

    // V ~ (V Z) Z' with the rows of `cols` as Z', and those of `rows` are (V Z)'.
    const ThinSvd svd(rows, threads);
    const Index found = std::min(rank, svd.s.size());
    const Factor<S> turn(svd.left.leftCols(found).transpose().template cast<S>());
    Factor<S> z(found, view.cols());
    multiply(turn, cols, z);
    return {svd.right.matrix().topRows(found).transpose().template cast<S>(),
            svd.s.head(found).template cast<S>(), z.matrix().transpose()};
}

}  // namespace nmf::detail
