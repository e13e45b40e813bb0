// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The statistics of a half-step of the multiplicative family.

#include <algorithm>
#include <cmath>
#include <limits>

#include <nmf/factor/factor.hpp>
#include <nmf/subproblem/region.hpp>

namespace nmf {

/// A separable majorant of the objective around the factor X (k x N), with the other factor A fixed
/// and Y = A'X. With P and Q being what the loss makes of V and Y (for the beta-divergence V .*
/// Y^(b-2) and Y^(b-1)),
///
///     the gradient is  D - N + l + r .* X,    N = A P,   D = A Q,
///
/// and X .* (N ./ (D + l + r .* X))^exponent does not raise the objective. With a Box for its
/// Region X is within that.
template <RealScalar S, class Region = NonNegative>
struct MultiplicativeStep {
    Factor<S> numerator;    ///< N, k x N.
    Factor<S> denominator;  ///< D, k x N.
    Factor<S> linear;       ///< l >= 0, k x 1: of each component, the weight of its L1 penalty.
    Factor<S> ridge;        ///< r >= 0, k x 1: of its L2 penalty.
    double exponent = 1;

    /// D does not depend on X. With an L2 penalty the minimiser of the majorant is then the root of
    /// a quadratic equation.
    bool constant_denominator = false;

    S typical_entry = 1;  ///< The size of an entry of X.

    Side side = Side::h;  ///< Which factor X is part of,
    Index first = 0;      ///< and its first column there.
    [[no_unique_address]] Region region{};

    /// All of it becomes 0, but for what is not a matrix.
    void resize(Index rank, Index columns) {
        for (Factor<S>* each : {&numerator, &denominator}) each->resize(rank, columns);
        for (Factor<S>* each : {&linear, &ridge}) each->resize(rank, 1);
    }
};

}  // namespace nmf
