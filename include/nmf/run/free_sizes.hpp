// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The size of a factor with bounds.

#include <nmf/core/compiler.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/machine/sums.hpp>
#include <nmf/run/run_state.hpp>

namespace nmf::detail {

/// With bounds, the KKT residual is relative to the norm of the entries that may move. Sets the
/// sizes of the factors to these norms, or only the size of R if L is fixed.
template <class ProblemOf, class View, class Flipped, RealScalar S>
void take_free_sizes([[maybe_unused]] const ProblemOf& problem, [[maybe_unused]] const View& view,
                     [[maybe_unused]] const Flipped& flipped,
                     [[maybe_unused]] const Factor<S>& left,
                     [[maybe_unused]] const Factor<S>& right, [[maybe_unused]] RunState<S>& state) {
    if constexpr (ProblemOf::bounded) {
        const auto& of_right = problem.limits.of(state.right.side);
        const auto& of_left = problem.limits.of(state.left.side);
        if (!of_right.none()) of_right.free_norms(right, view, state.right.seen.size);
        if (state.frozen || of_left.none()) return;
        of_left.free_norms(left, flipped, state.left.seen.size);
    }
}

}  // namespace nmf::detail
