// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// How few entries of a component hold most of it.

#include <algorithm>
#include <cmath>

#include <nmf/core/types.hpp>

namespace nmf {

/// Hoyer's sparseness of a vector x with n entries, in [0, 1]:
///
///     (sqrt(n) - ||x||_1 / ||x||_2) / (sqrt(n) - 1).
///
/// It is 0 if all entries are equal, and 1 if a single one is not 0. Here it is also 1 for n = 1,
/// and 0 for x = 0. It does not depend on the scale of x. Cost: n.
///
/// @par Source
/// P. O. Hoyer, "Non-negative matrix factorization with sparseness constraints", Journal of Machine
/// Learning Research 5, 2004.
template <class Derived>
[[nodiscard]] double sparseness(const Eigen::DenseBase<Derived>& of) {
    const auto& x = of.derived();
    double largest = 0;
    for (Index i = 0; i < x.size(); ++i) {
        largest = std::max(largest, std::abs(static_cast<double>(x(i))));
    }
    if (!(largest > 0)) return 0;
    if (x.size() == 1) return 1;
    double sum = 0;
    double squares = 0;
    for (Index i = 0; i < x.size(); ++i) {
        const double share = std::abs(static_cast<double>(x(i))) / largest;
        sum += share;
        squares += share * share;
    }
    const double root = std::sqrt(static_cast<double>(x.size()));
    return std::clamp((root - sum / std::sqrt(squares)) / (root - 1), 0.0, 1.0);
}

}  // namespace nmf
