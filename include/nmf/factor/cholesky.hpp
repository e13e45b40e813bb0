// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Cholesky factorization of the small matrices of a half-step.

#include <cmath>

#include <nmf/core/types.hpp>
#include <nmf/machine/columns.hpp>

namespace nmf::detail {

/// Overwrites the lower triangle of A (k x k, columns `stride` apart) with L, where L L' = A.
/// Returns false and leaves A undefined if A is singular: a pivot is at most `least` times its
/// diagonal entry. k^3 / 3 flops. Eigen's blocked version is no faster at these sizes and takes
/// seconds to compile.
[[nodiscard]] inline bool factorize_cholesky(double* a, Index stride, Index k, double least) {
    for (Index j = 0; j < k; ++j) {
        double* const column = a + j * stride + j;
        const double diagonal = *column;
        for (Index p = 0; p < j; ++p) {
            const double* const before = a + p * stride + j;
            add_scaled(column, -*before, before, k - j);
        }
        if (!(*column > least * diagonal)) return false;
        const double root = std::sqrt(*column);
        for (Index i = 0; i < k - j; ++i) column[i] /= root;
    }
    return true;
}

/// x <- A^-1 x for one column x, from the L of factorize_cholesky. 2 k^2 flops.
inline void solve_cholesky(const double* l, Index stride, Index k, double* x) {
    for (Index p = 0; p < k; ++p) {
        const double* const column = l + p * stride + p;
        x[p] /= *column;
        add_scaled(x + p + 1, -x[p], column + 1, k - p - 1);
    }
    for (Index p = k; p-- > 0;) {
        const double* const column = l + p * stride + p;
        x[p] = (x[p] - dot(column + 1, x + p + 1, k - p - 1)) / *column;
    }
}

}  // namespace nmf::detail
