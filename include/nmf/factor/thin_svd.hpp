// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The singular value decomposition of a matrix with few rows.

#include <algorithm>
#include <cmath>
#include <limits>

#include <nmf/core/compiler.hpp>
#include <nmf/core/precision.hpp>
#include <nmf/factor/cholesky.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/factor/gram.hpp>
#include <nmf/factor/symmetric_eigen.hpp>
#include <nmf/machine/columns.hpp>

namespace nmf::detail {

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

/// X <- L^-1 X with L L' = X X': orthonormal rows, up to the condition of X X'. False where a pivot
/// of that is at most `least` times its diagonal entry; then X stays.
template <class Data>
[[nodiscard]] NMF_COLD bool turn_orthonormal(Factor<double>& x, const Data& data, double least) {
    const Index k = x.rows();
    Matrix<double> gram;
    GramKernel<double>()(x, data, gram);
    if (!factorize_cholesky(gram.data(), k, k, least)) return false;
    Factor<double> inverse(k, k);
    Vector<double> column(k);
    for (Index a = 0; a < k; ++a) {
        column.setZero();
        column[a] = 1;
        for (Index p = a; p < k; ++p) {
            const double* const l = gram.data() + p * k + p;
            column[p] /= *l;
            add_scaled(column.data() + p + 1, -column[p], l + 1, k - p - 1);
        }
        std::copy_n(column.data(), k, inverse.data() + a * inverse.stride());
    }
    Factor<double> turned(k, x.cols());
    multiply(inverse, x, turned);
    x.swap(turned);
    return true;
}

/// An orthonormal basis of the rows of X. It is computed twice: the orthogonality of the first one
/// suffers from the condition of X.
///
/// Source: Y. Yamamoto, Y. Nakatsukasa, Y. Yanagisawa and T. Fukaya, "Roundoff error analysis of
/// the CholeskyQR2 algorithm", Electronic Transactions on Numerical Analysis 44, 2015.
template <RealScalar S, class Data>
Factor<S> orthonormal(const Factor<S>& x, const Data& data) {
    constexpr double eps = 16.0 * static_cast<double>(std::numeric_limits<S>::epsilon());
    constexpr double least = std::max(eps * eps, 1e-12);
    Factor<double> basis(x.matrix().template cast<double>());
    if (!turn_orthonormal(basis, data, least) || !turn_orthonormal(basis, data, least)) {
        const ThinSvd once(x, data);
        basis = ThinSvd(once.right, data).right;
    }
    return Factor<S>(basis.matrix().template cast<S>());
}

}  // namespace nmf::detail
