// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The limits that rounding sets, for each scalar type.

#include <concepts>
#include <limits>

#include <nmf/core/types.hpp>

namespace nmf::detail {

/// A difference of sums below this fraction of them has lost too many digits. It has to be computed
/// in another way. At 256 eps the relative error ||V - W H|| / ||V|| is still right to 1 %.
template <RealScalar S>
inline constexpr double digits_lost = 256.0 *
                                      static_cast<double>(std::numeric_limits<S>::epsilon());

/// Below this fraction of ||V||^2 the squared residual of a result is summed up again, entry by
/// entry. Above it the difference of sums is right to 1e-9, or to 1e-4 in single precision.
template <RealScalar S>
inline constexpr double few_digits = std::same_as<S, double> ? 1e-6 : 1e-2;

/// Changes of the squared residual below this fraction of ||V||^2 are rounding.
template <RealScalar S>
inline constexpr double rounding_noise = 4.0 *
                                         static_cast<double>(std::numeric_limits<S>::epsilon());

/// With a KKT residual up to this, a run that makes no more progress is at the end of its digits.
/// Near a stationary point the objective changes with the square of the distance, here 2 sqrt(eps).
template <RealScalar S>
inline constexpr double end_of_digits = std::same_as<S, double> ? 3e-8 : 7e-4;

/// Entries of V between 1 / extreme_entry and this leave room for their products with factors.
template <RealScalar S>
inline constexpr double extreme_entry = std::same_as<S, double> ? 1e150 : 1e22;

/// Powers of entries up to 10^largest_power leave room for sums of their products with factors. The
/// unit is a typical entry.
template <RealScalar S>
inline constexpr double largest_power = std::same_as<S, double> ? 300 : 30;

/// A diagonal entry of a Gram matrix counts as 0 if it is at most this fraction of the largest one.
/// Dividing by it could leave the range of S. The other factor of such a component has grown as far
/// as this one has shrunk.
template <RealScalar S>
inline constexpr double no_curvature = std::same_as<S, double> ? 1e-140 : 1e-14;

/// x, or 0 if rounding made it negative. A NaN stays a NaN.
[[nodiscard]] constexpr double at_least_zero(double x) { return x < 0 ? 0.0 : x; }

/// numerator / denominator, or 0 if the denominator is 0.
[[nodiscard]] constexpr double ratio_or_zero(double numerator, double denominator) {
    return denominator <= 0 ? 0.0 : numerator / denominator;
}

}  // namespace nmf::detail
