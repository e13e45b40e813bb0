// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Whether a run replaces V by a matrix of low rank, and what that costs.

#include <cmath>
#include <cstdint>

#include <nmf/arguments/policies.hpp>
#include <nmf/core/precision.hpp>
#include <nmf/data/summary.hpp>
#include <nmf/loss/frobenius.hpp>
#include <nmf/machine/scratch.hpp>

namespace nmf::detail {

/// Whether a run replaces V by a matrix of low rank. Entries that compress may deny it by a member
/// compresses().
template <class View, class Entries>
[[nodiscard]] bool compresses([[maybe_unused]] const Entries& entries) {
    if constexpr (!Compressing<Entries, View>) {
        return false;
    } else if constexpr (requires { entries.compresses(); }) {
        return entries.compresses();
    } else {
        return true;
    }
}
template <class Entries, class View>
inline constexpr bool always_compresses =
    Compressing<Entries, View> && !requires(const Entries& entries) {
    entries.compresses();
};

/// Random stream used by compression. Inits use the low-numbered streams.
inline constexpr std::uint64_t compression_stream = 1000;

/// ||V - V~|| / ||V|| for a projection V~ of V, which is orthogonal to V - V~.
template <class View, class Low>
[[nodiscard]] double compression_error(const View& view, const Summary& sums, const Low& low,
                                       double low_squared_norm) {
    Scratch<typename View::Scalar> scratch;
    const double residual =
        Frobenius::squared_residual(view, sums.squared_norm, low.left(), low.right(),
                                    low_squared_norm, low_squared_norm, scratch);
    return std::sqrt(ratio_or_zero(residual, sums.squared_norm));
}

}  // namespace nmf::detail
