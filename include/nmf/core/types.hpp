// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The basic types.
///
/// Comments write ' for the transpose, .* and ./ for entrywise operations and <A, B> for the sum of
/// A .* B. V is m x n, k is the rank, W is m x k and H is k x n. Both factors are stored with one
/// column for each row or column of V, as Wt = W' (k x m) and H (k x n). So one piece of code
/// serves both.

#include <concepts>
#include <cstddef>
#include <string_view>

#include <Eigen/Core>

#include <nmf/core/requirements.hpp>

namespace nmf {

/// The index type, which does not depend on Eigen's.
using Index = std::ptrdiff_t;

namespace detail {
template <class S>
inline constexpr bool is_real_scalar = std::same_as<S, float> || std::same_as<S, double>;
}

/// The scalar types of factors and data: float and double.
template <class S>
concept RealScalar = detail::is_real_scalar<S>;

/// A column-major matrix, whatever Eigen's default storage order is.
template <class S>
using Matrix = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor>;

template <class S>
using Vector = Eigen::Matrix<S, Eigen::Dynamic, 1, Eigen::ColMajor>;

/// Which factor a quantity belongs to.
enum class Side { w, h };

/// The order of the two updates of an iteration: H then W, or W then H.
enum class UpdateOrder { hw, wh };

[[nodiscard]] constexpr Side other(Side side) { return side == Side::w ? Side::h : Side::w; }

/// `T::name` is the name of a policy in messages and results.
template <class T>
concept HasName = requires {
    { T::name } -> std::convertible_to<std::string_view>;
};

namespace detail {

template <class S>
using Array = Eigen::Array<S, Eigen::Dynamic, 1, Eigen::ColMajor>;

/// Entries in memory.
template <class S>
using ArrayMap = Eigen::Map<Array<S>>;
template <class S>
using ConstArrayMap = Eigen::Map<const Array<S>>;

}  // namespace detail

}  // namespace nmf
