// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Cholesky factorization of the small matrices of a half-step.

#include <cmath>

#include <nmf/core/types.hpp>

namespace nmf::detail {

/// Overwrites the lower triangle of A with L, where L L' = A. False, with A spoilt, when a pivot is
/// not above `least` of its diagonal entry: A is singular to that precision. k^3 / 3 flops. Eigen's
/// blocked one is no faster at these sizes and takes seconds to compile.
template <class Derived>
[[nodiscard]] bool factorize_cholesky(Eigen::MatrixBase<Derived>& a, double least) {
    const Index k = a.rows();
    for (Index j = 0; j < k; ++j) {
        const Index rest = k - j;
        const double diagonal = a(j, j);
        for (Index p = 0; p < j; ++p) a.col(j).tail(rest) -= a(j, p) * a.col(p).tail(rest);
        if (!(a(j, j) > least * diagonal)) return false;
        a.col(j).tail(rest) /= std::sqrt(a(j, j));
    }
    return true;
}

/// x <- A^-1 x for one column x, from the L of factorize_cholesky. 2 k^2 flops.
template <class Derived, class Column>
void solve_cholesky(const Eigen::MatrixBase<Derived>& l, Column&& x) {
    const Index k = l.rows();
    for (Index p = 0; p < k; ++p) {
        const Index rest = k - p - 1;
        x[p] /= l(p, p);
        x.segment(p + 1, rest) -= x[p] * l.col(p).tail(rest);
    }
    for (Index p = k; p-- > 0;) {
        const Index rest = k - p - 1;
        x[p] = (x[p] - l.col(p).tail(rest).dot(x.segment(p + 1, rest))) / l(p, p);
    }
}

}  // namespace nmf::detail
