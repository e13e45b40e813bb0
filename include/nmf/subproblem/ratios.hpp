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

/// A separable majorant of the objective at the factor X (k x N), with the other factor A fixed and
/// Y = A'X. The loss makes P and Q from V and Y. For the beta-divergence they are V .* Y^(b-2) and
/// Y^(b-1). Then
///
///     the gradient is  D - N + l + r .* X,    N = A P,   D = A Q,
///
/// and X .* (N ./ (D + l + r .* X))^exponent does not raise the objective. With a Box as Region, X
/// stays within the box.
template <RealScalar S, class Region = NonNegative>
struct MultiplicativeStep {
    Factor<S> numerator;    ///< N, k x N.
    Factor<S> denominator;  ///< D, k x N.
    Factor<S> linear;       ///< l >= 0, k x 1: the L1 weight of each component.
    Factor<S> ridge;        ///< r >= 0, k x 1: the L2 weight of each component.
    double exponent = 1;

    /// Whether D does not depend on X. With an L2 penalty the minimiser of the majorant is then the
    /// root of a quadratic equation.
    bool constant_denominator = false;

    S typical_entry = 1;  ///< The size of an entry of X.

    Side side = Side::h;  ///< Which factor X is part of,
    Index first = 0;      ///< and its first column there.
    [[no_unique_address]] Region region{};

    /// Sets the shapes, and all matrices to 0.
    void resize(Index rank, Index columns) {
        for (Factor<S>* each : {&numerator, &denominator}) each->resize(rank, columns);
        for (Factor<S>* each : {&linear, &ridge}) each->resize(rank, 1);
    }
};

}  // namespace nmf
