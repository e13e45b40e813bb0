// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// How many threads a run on V has.

#include <algorithm>
#include <concepts>

#include <Eigen/Core>

#include <nmf/core/options.hpp>
#include <nmf/data/entries.hpp>
#include <nmf/machine/thread_count.hpp>
#include <nmf/run/passes.hpp>

namespace nmf::detail {

/// Entries of V that a pass visits; of a sparse expression, which nobody has counted, all.
template <class Derived>
[[nodiscard]] double visited_entries(const Eigen::EigenBase<Derived>& v) {
    if constexpr (requires { v.derived().innerNonZeroPtr(); }) {
        return static_cast<double>(v.derived().nonZeros());
    } else {
        return static_cast<double>(v.rows()) * static_cast<double>(v.cols());
    }
}

/// The number of threads for a V, before there is a view of it.
template <class Derived, class LossPolicy, class EntriesPolicy>
[[nodiscard]] int threads_for(const Eigen::EigenBase<Derived>& v, Index rank, Threads wanted,
                              const LossPolicy& /*loss*/, const EntriesPolicy& /*entries*/) {
    const bool weighted = !std::same_as<EntriesPolicy, AllEntries>;
    return resolve_threads(
        wanted, flops_of_half_step(visited_entries(v), std::max<Index>(v.rows(), v.cols()), rank,
                                   least_squares<LossPolicy>, weighted));
}

}  // namespace nmf::detail
