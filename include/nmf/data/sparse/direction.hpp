// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The entries of a sparse V in one direction, and how its columns are shared out.

#include <array>
#include <cstddef>
#include <memory>

#include <nmf/core/types.hpp>
#include <nmf/data/sparse/banded_product.hpp>
#include <nmf/data/sparse/stored_entries.hpp>
#include <nmf/machine/chunks.hpp>

namespace nmf::detail {

/// Chunks of columns begin at multiples of this.
inline constexpr Index column_step = 64;

/// Stored entries by columns, and chunks of columns that hold about as many entries each.
template <RealScalar S, class I>
struct SparseDirection {
    explicit SparseDirection(const StoredEntries<S, I>& from) : entries(from) {
        for (Index j = 0; j < from.cols; ++j) stored += from.end(j) - from.begin(j);
        // A column costs something even when it is empty.
        const Index work = stored + from.cols;
        Index done = 0;
        Index chunk = 0;
        for (Index j = 0; j < from.cols; ++j) {
            while (j % column_step == 0 && chunk < most_chunks &&
                   done * most_chunks >= work * chunk) {
                first_column[static_cast<std::size_t>(chunk++)] = j;
            }
            done += from.end(j) - from.begin(j) + 1;
        }
        while (chunk <= most_chunks) first_column[static_cast<std::size_t>(chunk++)] = from.cols;
    }

    [[nodiscard]] Index begin_of(Index chunk) const {
        return first_column[static_cast<std::size_t>(chunk)];
    }

    StoredEntries<S, I> entries;
    std::shared_ptr<BandedProduct<S, I>> banded;  ///< Null until it is asked for, or not worth it.
    Index stored = 0;
    std::array<Index, most_chunks + 1> first_column{};
};

}  // namespace nmf::detail
