// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Lists of entries of V, by columns and by rows.

#include <vector>

#include <nmf/core/types.hpp>
#include <nmf/data/sparse/stored_entries.hpp>

namespace nmf::detail {

/// Owns entries in one direction: those of column j are number outer[j] .. outer[j + 1] - 1.
template <RealScalar S, class I>
struct EntryList {
    std::vector<I> outer;
    std::vector<I> inner;
    std::vector<S> values;
    std::vector<S> weights;  ///< Empty when all are 1.

    [[nodiscard]] StoredEntries<S, I> entries(Index rows, Index cols) const {
        return {rows,
                cols,
                outer.data(),
                nullptr,
                inner.data(),
                values.data(),
                weights.empty() ? nullptr : weights.data()};
    }
};

/// The same entries in both directions.
template <RealScalar S, class I>
struct EntryLists {
    EntryList<S, I> by_columns;
    EntryList<S, I> by_rows;
};

}  // namespace nmf::detail
