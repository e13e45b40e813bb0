// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Half the squared Frobenius norm of V - W H.

#include <string_view>

#include <nmf/core/precision.hpp>
#include <nmf/loss/concept.hpp>
#include <nmf/subproblem/normal_equations.hpp>

namespace nmf {

/// Least squares: minimises 1/2 ||V - W H||^2, in scikit-learn's scale. Up to constants it is the
/// negative log-likelihood of Gaussian noise of one variance.
struct Frobenius {
    using Axis = axis::Loss;
    static constexpr std::string_view name = "frobenius";

    template <RealScalar S>
    using HalfStep = NormalEquations<S>;

    [[nodiscard]] double entry(double v, double y) const { return 0.5 * (v - y) * (v - y); }

    /// ||V - A'X||^2 = ||V||^2 - 2 <A V, X> + <A A', X X'>, never negative, NaN where a factor
    /// holds one. A run knows the right-hand side, so this costs nothing. Near an exact fit it
    /// loses its digits, and the residual is summed up instead.
    template <DataView View, class S = typename View::Scalar>
    [[nodiscard]] static double squared_residual(const View& view, double squared_norm,
                                                 const Factor<S>& a, const Factor<S>& x,
                                                 double cross, double reconstruction,
                                                 detail::Scratch<S>& scratch) {
        const double difference = squared_norm - 2.0 * cross + reconstruction;
        if (difference > detail::digits_lost<S> * squared_norm) return difference;
        return detail::at_least_zero(view.squared_residual(a, x, reconstruction, scratch));
    }
};

static_assert(Loss<Frobenius>);

}  // namespace nmf
