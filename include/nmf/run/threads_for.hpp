// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// How many threads a run on V has.

#include <algorithm>

#include <nmf/core/options.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/has_weights.hpp>
#include <nmf/machine/thread_count.hpp>

namespace nmf::detail {

template <DataView View>
[[nodiscard]] int threads_for(const View& view, Index rank, Threads wanted, bool least_squares) {
    return resolve_threads(
        wanted, flops_of_half_step(view.stored(), std::max<Index>(view.rows(), view.cols()), rank,
                                   least_squares, has_weights(view)));
}

}  // namespace nmf::detail
