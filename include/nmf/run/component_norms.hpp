// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The norms of the components of a pair of factors, and making them equal.

#include <cmath>

#include <nmf/core/factor.hpp>
#include <nmf/core/types.hpp>

namespace nmf::detail {

/// Squared norms of the rows.
template <RealScalar S>
[[nodiscard]] Vector<double> row_norms(const Factor<S>& x) {
    return x.matrix().template cast<double>().rowwise().squaredNorm();
}

/// Scales the components so that ||l_a|| = ||r_a||; L'R stays.
template <RealScalar S>
void balance(Factor<S>& left, Factor<S>& right) {
    const Vector<double> left_norms = row_norms(left);
    const Vector<double> right_norms = row_norms(right);
    for (Index a = 0; a < left.rows(); ++a) {
        if (!(left_norms[a] > 0 && right_norms[a] > 0)) continue;
        const double by = std::sqrt(std::sqrt(right_norms[a] / left_norms[a]));
        left.matrix().row(a) *= static_cast<S>(by);
        right.matrix().row(a) *= static_cast<S>(1.0 / by);
    }
}

}  // namespace nmf::detail
