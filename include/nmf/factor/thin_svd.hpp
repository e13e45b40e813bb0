// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The singular value decomposition of a matrix with few rows.

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <Eigen/Jacobi>

#include <nmf/core/interrupt.hpp>
#include <nmf/core/precision.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/factor/gram.hpp>

namespace nmf::detail {

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
                check_interrupt();
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

/// X = L diag(s) Q with orthonormal L (l x r) and Q (r x N), for X l x N with few rows, from the
/// eigenvectors of X X'. r leaves out what the rounding of S in X, or of double in X X', drowns.
struct ThinSvd {
    Matrix<double> left;
    Vector<double> s;
    Factor<double> right;  ///< Q.

    template <RealScalar S>
    ThinSvd(const Factor<S>& x) : right(x.matrix().template cast<double>()) {
        if (x.rows() == 0) return;
        Matrix<double> gram;
        GramKernel<double>()(right, WholeData{}, gram);
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
Factor<S> orthonormal(const Factor<S>& x) {
    const ThinSvd once(x);
    const ThinSvd twice(once.right);
    return Factor<S>(twice.right.matrix().template cast<S>());
}

}  // namespace nmf::detail
