// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The statistics of a half-step of the multiplicative family.

#include <algorithm>
#include <cmath>
#include <limits>

#include <nmf/factor/factor.hpp>

namespace nmf {

/// A separable majorant of the objective around the factor X (k x N), with the other factor A fixed
/// and Y = A'X. With P and Q being what the loss makes of V and Y (for the beta-divergence V .*
/// Y^(b-2) and Y^(b-1)),
///
///     the gradient is  D - N + l + r X,    N = A P,   D = A Q,
///
/// and X .* (N ./ (D + l + r X))^exponent does not raise the objective.
template <RealScalar S>
struct MultiplicativeStep {
    Factor<S> numerator;    ///< N, k x N.
    Factor<S> denominator;  ///< D, k x N.
    S linear = 0;           ///< l >= 0, the weight of an L1 penalty.
    S ridge = 0;            ///< r >= 0, the weight of an L2 penalty.
    double exponent = 1;

    /// D does not depend on X. With an L2 penalty the minimiser of the majorant is then the root of
    /// a quadratic equation.
    bool constant_denominator = false;

    S typical_entry = 1;  ///< The size of an entry of X.
};

}  // namespace nmf
