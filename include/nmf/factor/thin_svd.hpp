// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The singular value decomposition of a matrix with few rows.

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <nmf/core/interrupt.hpp>
#include <nmf/core/precision.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/factor/gram.hpp>

namespace nmf::detail {

/// The eigenvalues of a symmetric matrix in descending order, and its eigenvectors as columns. Uses
/// cyclic Jacobi rotations. For small matrices: Eigen's solver takes long to compile.
struct SymmetricEigen {
    explicit SymmetricEigen(Matrix<double> a) {
        const Index size = a.rows();
        vectors.setZero(size, size);
        double largest = 0;
        for (Index p = 0; p < size; ++p) {
            vectors(p, p) = 1;
            largest = std::max(largest, a(p, p));
        }
        const double nothing = std::numeric_limits<double>::epsilon() * largest;
        constexpr int most_sweeps = 50;
        bool rotated = true;
        for (int sweep = 0; sweep < most_sweeps && rotated; ++sweep) {
            rotated = false;
            for (Index q = 1; q < a.cols(); ++q) {
                check_interrupt();
                for (Index p = 0; p < q; ++p) {
                    if (!(std::abs(a(p, q)) > nothing)) continue;
                    rotate(a, p, q);
                    rotated = true;
                }
            }
        }
        values.resize(size);
        for (Index p = 0; p < size; ++p) values[p] = a(p, p);
        for (Index p = 0; p < size; ++p) {
            const auto next = std::max_element(values.data() + p, values.data() + size);
            const Index q = next - values.data();
            std::swap(values[p], values[q]);
            if (q == p) continue;
            std::swap_ranges(column(vectors, p), column(vectors, p) + size, column(vectors, q));
        }
    }

    Vector<double> values;
    Matrix<double> vectors;

private:
    [[nodiscard]] static double* column(Matrix<double>& of, Index p) {
        return of.data() + p * of.rows();
    }

    /// Makes a(p, q) zero: A becomes J'AJ.
    void rotate(Matrix<double>& a, Index p, Index q) {
        const double ratio = (a(q, q) - a(p, p)) / (2.0 * a(p, q));
        const double tangent =
            std::copysign(1.0, ratio) / (std::abs(ratio) + std::hypot(1.0, ratio));
        const double c = 1.0 / std::hypot(1.0, tangent);
        const double s = c * tangent;
        const auto turn = [c, s](double& x, double& y) {
            const double before = x;
            x = c * before - s * y;
            y = s * before + c * y;
        };
        for (Index i = 0; i < a.rows(); ++i) turn(a(i, p), a(i, q));
        for (Index i = 0; i < a.rows(); ++i) turn(a(p, i), a(q, i));
        for (Index i = 0; i < a.rows(); ++i) turn(vectors(i, p), vectors(i, q));
    }
};

/// X = L diag(s) Q with orthonormal L (l x r) and Q (r x N), for an X (l x N) with few rows. It is
/// computed from the eigenvectors of X X'. Singular values below the rounding of X in S, or of X X'
/// in double, are left out. The columns belong to `data`; see Sums.
struct ThinSvd {
    Matrix<double> left;
    Vector<double> s;
    Factor<double> right;  ///< Q.

    template <RealScalar S, class Data>
    ThinSvd(const Factor<S>& x, const Data& data) : right(x.matrix().template cast<double>()) {
        if (x.rows() == 0) return;
        Matrix<double> gram;
        GramKernel<double>()(right, data, gram);
        const SymmetricEigen eigen(gram);
        const Vector<double>& squares = eigen.values;
        constexpr double eps = 16.0 * static_cast<double>(std::numeric_limits<S>::epsilon());
        const double least = std::max(eps * eps, rounding_noise<double>) * squares[0];
        Index found = 0;
        while (found < squares.size() && squares[found] > least) ++found;
        s.resize(found);
        left.resize(x.rows(), found);
        Factor<double> scaled(found, x.rows());
        for (Index a = 0; a < found; ++a) {
            s[a] = std::sqrt(squares[a]);
            for (Index i = 0; i < x.rows(); ++i) {
                left(i, a) = eigen.vectors(i, a);
                scaled.data()[i * scaled.stride() + a] = left(i, a) / s[a];
            }
        }
        Factor<double> orthonormal(found, x.cols());
        multiply(scaled, right, orthonormal);
        right.swap(orthonormal);
    }
};

/// An orthonormal basis of the rows of X. It is computed twice: the orthogonality of the first one
/// suffers from the condition of X.
template <RealScalar S, class Data>
Factor<S> orthonormal(const Factor<S>& x, const Data& data) {
    const ThinSvd once(x, data);
    const ThinSvd twice(once.right, data);
    return Factor<S>(twice.right.matrix().template cast<S>());
}

}  // namespace nmf::detail
