// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Whether numbers are finite.

#include <nmf/core/types.hpp>
#include <nmf/machine/simd.hpp>

namespace nmf::detail {

/// Whether all of n numbers are finite. They are aligned, and n is a multiple of the packet width.
template <RealScalar S>
[[nodiscard]] bool all_finite(const S* x, Index n) {
    using P = Simd<S>;
    const auto zero = P::set(S(0));
    auto sum = zero;
    auto other = zero;
    Index at = 0;
    for (; at + 2 * P::width <= n; at += 2 * P::width) {
        sum = P::add(P::load(x + at), sum);
        other = P::add(P::load(x + at + P::width), other);
    }
    if (at < n) sum = P::add(P::load(x + at), sum);
    sum = P::add(sum, other);
    // 0 times a number is 0; times NaN or infinity it is NaN.
    if (P::sum(sum) * S(0) == S(0)) return true;
    // The sum may overflow where no number does.
    sum = zero;
    for (at = 0; at < n; at += P::width) sum = P::fma(P::load(x + at), zero, sum);
    return P::sum(sum) == S(0);
}

}  // namespace nmf::detail
