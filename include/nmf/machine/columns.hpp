// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Operations on columns of numbers in memory. Eigen's expressions of them take many times longer
/// to compile.

#include <array>
#include <cstddef>
#include <type_traits>

#include <nmf/core/compiler.hpp>
#include <nmf/core/types.hpp>
#include <nmf/machine/simd.hpp>

namespace nmf::detail {

/// Calls f(at) for each packet of a column in whole packets.
template <RealScalar S, class F>
NMF_INLINE inline void for_packets(Index size, const F& f) {
    for (Index at = 0; at < size; at += Simd<S>::width) f(at);
}

/// <a, b>
template <RealScalar S>
[[nodiscard]] S dot(const S* a, const S* b, Index size) {
    using P = Simd<S>;
    const Index pairs = size / (2 * P::width) * (2 * P::width);
    S sum = 0;
    Index at = 0;
    if (pairs > 0) {
        auto even = P::set(S(0));
        auto odd = P::set(S(0));
        for (; at < pairs; at += 2 * P::width) {
            even = P::fma(P::load_unaligned(a + at), P::load_unaligned(b + at), even);
            odd = P::fma(P::load_unaligned(a + at + P::width), P::load_unaligned(b + at + P::width),
                         odd);
        }
        sum = P::sum(P::add(even, odd));
    }
    for (; at < size; ++at) sum += a[at] * b[at];
    return sum;
}

/// <a, b> in double.
template <RealScalar S>
[[nodiscard]] double inner_product(const S* a, const S* b, Index size) {
    if constexpr (std::is_same_v<S, double>) {
        return dot(a, b, size);
    } else {
        constexpr Index lanes = 8;
        std::array<double, static_cast<std::size_t>(lanes)> sums{};
        const auto term = [&](Index at) {
            return static_cast<double>(a[at]) * static_cast<double>(b[at]);
        };
        Index at = 0;
        for (; at + lanes <= size; at += lanes) {
            for (Index lane = 0; lane < lanes; ++lane) {
                sums[static_cast<std::size_t>(lane)] += term(at + lane);
            }
        }
        for (; at < size; ++at) sums[0] += term(at);
        double sum = 0;
        for (const double each : sums) sum += each;
        return sum;
    }
}

/// to += by * x
template <RealScalar S>
void add_scaled(S* to, S by, const S* x, Index size) {
    using P = Simd<S>;
    const auto factor = P::set(by);
    Index at = 0;
    for (; at + P::width <= size; at += P::width) {
        P::store_unaligned(to + at,
                           P::fma(factor, P::load_unaligned(x + at), P::load_unaligned(to + at)));
    }
    for (; at < size; ++at) to[at] += by * x[at];
}

/// to += x
template <RealScalar T, RealScalar S>
void add(T* to, const S* x, Index size) {
    for (Index at = 0; at < size; ++at) to[at] += static_cast<T>(x[at]);
}

}  // namespace nmf::detail
