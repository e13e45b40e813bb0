// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The size of a factor with bounds.

#include <nmf/core/compiler.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/machine/sums.hpp>
#include <nmf/run/run_state.hpp>

namespace nmf::detail {

/// Where there are bounds, the KKT residual is over the norm of the entries that may move: sets the
/// sizes of the factors, or of R where L stays, to those.
template <class ProblemOf, class View, class Flipped, RealScalar S>
void take_free_sizes([[maybe_unused]] const ProblemOf& problem, [[maybe_unused]] const View& view,
                     [[maybe_unused]] const Flipped& flipped,
                     [[maybe_unused]] const Factor<S>& left,
                     [[maybe_unused]] const Factor<S>& right, [[maybe_unused]] RunState<S>& state) {
    if constexpr (ProblemOf::bounded) {
        problem.limits.of(state.right.side).free_norms(right, view, state.right.seen.size);
        if (state.frozen) return;
        problem.limits.of(state.left.side).free_norms(left, flipped, state.left.seen.size);
    }
}

}  // namespace nmf::detail
