// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Where rounding takes over, for each scalar type.

#include <concepts>
#include <limits>

#include <nmf/core/types.hpp>

namespace nmf::detail {

/// A difference of sums that is below this fraction of them has lost so many digits that it has to
/// be computed another way. At 256 eps the relative error ||V - W H|| / ||V|| is still right to 1
/// %.
template <RealScalar S>
inline constexpr double digits_lost = 256.0 *
                                      static_cast<double>(std::numeric_limits<S>::epsilon());

/// Below this fraction of ||V||^2 the squared residual of a result is summed up once more, entry by
/// entry: above it the difference of sums is right to 1e-9, in single precision to 1e-4.
template <RealScalar S>
inline constexpr double few_digits = std::same_as<S, double> ? 1e-6 : 1e-2;

/// Changes of the squared residual below this fraction of ||V||^2 are rounding.
template <RealScalar S>
inline constexpr double rounding_noise = 4.0 *
                                         static_cast<double>(std::numeric_limits<S>::epsilon());

/// A KKT residual up to this is the end of the digits where nothing comes down any more: near a
/// stationary point the objective changes with the square of the distance, here 2 sqrt(eps).
template <RealScalar S>
inline constexpr double end_of_digits = std::same_as<S, double> ? 3e-8 : 7e-4;

/// Entries of V between 1 / extreme_entry and this leave room for their products with factors.
template <RealScalar S>
inline constexpr double extreme_entry = std::same_as<S, double> ? 1e150 : 1e22;

/// Powers of entries, in units of a typical one, up to 10^largest_power leave room for sums of
/// their products with factors.
template <RealScalar S>
inline constexpr double largest_power = std::same_as<S, double> ? 300 : 30;

/// A diagonal entry of a Gram matrix that is at most this fraction of the largest one is taken for
/// 0: dividing by it could lead out of the range of S, since the other factor of such a component
/// has grown as far as this one has shrunk.
template <RealScalar S>
inline constexpr double no_curvature = std::same_as<S, double> ? 1e-140 : 1e-14;

/// x, and 0 where rounding made it negative. A NaN stays a NaN.
[[nodiscard]] constexpr double at_least_zero(double x) { return x < 0 ? 0.0 : x; }

/// numerator / denominator, and 0 where there is nothing to divide by.
[[nodiscard]] constexpr double ratio_or_zero(double numerator, double denominator) {
    return denominator <= 0 ? 0.0 : numerator / denominator;
}

}  // namespace nmf::detail
