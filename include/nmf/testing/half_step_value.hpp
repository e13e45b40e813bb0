// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The objective of a half-step, from its definition.

#include <nmf/subproblem/normal_equations.hpp>

namespace nmf::testing::detail {

/// f(X) = 1/2 <X, G X> - <C, X> + l sum X, and the sum of the sizes of its terms.
struct HalfStepValue {
    double value;
    double size;
};

template <RealScalar S>
[[nodiscard]] HalfStepValue half_step_value(const NormalEquations<S>& eq, const Factor<S>& x) {
    const Matrix<double> at = x.matrix().template cast<double>();
    const double square =
        0.5 * at.cwiseProduct(eq.gram.matrix().template cast<double>() * at).sum();
    const double cross = at.cwiseProduct(eq.cross.matrix().template cast<double>()).sum();
    const double linear = static_cast<double>(eq.linear) * at.sum();
    return {square - cross + linear, square + cross + linear};
}

}  // namespace nmf::testing::detail
