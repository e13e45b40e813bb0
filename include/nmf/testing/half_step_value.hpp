// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The objective of a half-step, from its definition.

#include <cmath>

#include <nmf/subproblem/normal_equations.hpp>

namespace nmf::testing::detail {

/// f(X) = 1/2 <X, G X> - <C, X> + sum_j <l, X_j>, and the sum of the sizes of its terms.
struct HalfStepValue {
    double value;
    double size;
};

template <RealScalar S, class Region>
[[nodiscard]] HalfStepValue half_step_value(const NormalEquations<S, Region>& eq,
                                            const Factor<S>& x) {
    const Matrix<double> at = x.matrix().template cast<double>();
    const double square =
        0.5 * at.cwiseProduct(eq.gram.matrix().template cast<double>() * at).sum();
    const Matrix<double> crosses = at.cwiseProduct(eq.cross.matrix().template cast<double>());
    const double linear = eq.linear.matrix().col(0).template cast<double>().dot(at.rowwise().sum());
    return {square - crosses.sum() + linear, square + crosses.cwiseAbs().sum() + std::abs(linear)};
}

}  // namespace nmf::testing::detail
