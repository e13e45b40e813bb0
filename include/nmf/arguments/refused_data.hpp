// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Compile-time messages of `factorize` about a V or a rank that it cannot use. The messages about
/// policies are in nmf/arguments/refused_policies.hpp.

#include <concepts>
#include <type_traits>

#include <nmf/arguments/refused_policies.hpp>
#include <nmf/core/types.hpp>

namespace nmf::detail {

template <class V>
inline constexpr bool dense_or_sparse =
    std::is_base_of_v<Eigen::DenseBase<V>, V> || std::is_base_of_v<Eigen::SparseMatrixBase<V>, V>;

/// V, whose type is derived from Eigen::EigenBase.
template <class V>
consteval bool accept_matrix() {
    using S = typename Eigen::internal::traits<V>::Scalar;
    constexpr int fault = first_fault(dense_or_sparse<V>, !std::integral<S>,
                                      !Eigen::NumTraits<S>::IsComplex, RealScalar<S>);
    static_assert(fault != 1,
                  "nmf: V has to be a dense or sparse Eigen matrix; pass Eigen::MatrixXd(V)");
    static_assert(fault != 2, "nmf: V holds integers; pass V.cast<double>()");
    static_assert(fault != 3, "nmf: V is complex; pass real numbers >= 0, such as V.cwiseAbs()");
    static_assert(fault != 4, "nmf: V has to hold float or double; pass V.cast<double>()");
    return fault == 0;
}

template <class R>
inline constexpr bool is_character =
    std::same_as<R, char> || std::same_as<R, signed char> || std::same_as<R, unsigned char> ||
    std::same_as<R, wchar_t> || std::same_as<R, char8_t> || std::same_as<R, char16_t> ||
    std::same_as<R, char32_t>;

template <class R>
consteval bool accept_rank() {
    constexpr int fault = first_fault(!std::floating_point<R>, !std::same_as<R, bool>,
                                      std::convertible_to<R, Index> && !is_character<R>);
    static_assert(fault != 1, "nmf: the rank is a whole number, as in nmf::factorize(V, 20)");
    static_assert(fault != 2, "nmf: the rank is a whole number, not a bool");
    static_assert(fault != 3,
                  "nmf: the rank, a whole number, comes before the policies, as in "
                  "nmf::factorize(V, 20, nmf::KullbackLeibler{})");
    return fault == 0;
}

}  // namespace nmf::detail
