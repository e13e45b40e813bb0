// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The entries that a sparse V stores, by columns, and the same by rows.

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

#include <nmf/core/interrupt.hpp>
#include <nmf/core/types.hpp>
#include <nmf/machine/memory.hpp>

namespace nmf::detail {

/// The stored entries of V by columns: those of column j are number begin(j) .. end(j) - 1. Refers
/// to the arrays of an Eigen::SparseMatrix, compressed or not. `Row` holds the number of a row.
template <RealScalar S, class I, class Row = I>
struct StoredEntries {
    Index rows = 0;
    Index cols = 0;
    const I* outer = nullptr;
    const I* counts = nullptr;  ///< Entries of each column; null when they stand without gaps.
    const Row* inner = nullptr;
    const S* values = nullptr;
    const S* weights = nullptr;  ///< Null when all are 1.

    [[nodiscard]] Index begin(Index j) const { return static_cast<Index>(outer[j]); }
    [[nodiscard]] Index end(Index j) const {
        return static_cast<Index>(counts != nullptr ? outer[j] + counts[j] : outer[j + 1]);
    }
    [[nodiscard]] Index row(Index entry) const { return static_cast<Index>(inner[entry]); }

    /// Calls f(i, v, weight) for the entries of column j, but those of weight 0.
    template <class F>
    void visit(Index j, const F& f) const {
        const Index last = end(j);
        const S* const of_entries = weights;
        for (Index entry = begin(j); entry < last; ++entry) {
            const S m = of_entries == nullptr ? S(1) : of_entries[entry];
            if (m > S(0)) f(row(entry), values[entry], m);
        }
    }
};

/// Owns what its entries refer to.
template <RealScalar S, class I>
struct TurnedEntries {
    std::shared_ptr<std::byte> memory;
    StoredEntries<S, I> entries;
};

/// A copy of the entries of V, without weights, that has those of V' by columns.
template <RealScalar S, class I>
[[nodiscard]] TurnedEntries<S, I> turn(const StoredEntries<S, I>& v) {
    Index stored = 0;
    for (Index j = 0; j < v.cols; ++j) stored += v.end(j) - v.begin(j);
    constexpr auto unit = static_cast<Index>(vector_alignment);
    const Index values_size = (static_cast<Index>(sizeof(S)) * stored + unit - 1) / unit * unit;
    const Index size = values_size + static_cast<Index>(sizeof(I)) * (stored + v.rows + 1);
    const auto memory = make_room<std::byte>(size, pages_beside(static_cast<double>(values_size)));
    auto* const values = reinterpret_cast<S*>(memory.get());
    auto* const outer = reinterpret_cast<I*>(memory.get() + values_size);
    I* const inner = outer + v.rows + 1;
    // of_row[i] is how many entries row i has, then where the next of them goes.
    I* const of_row = outer + 1;
    std::fill_n(outer, v.rows + 1, I(0));
    PacedInterrupt pace;
    for (Index j = 0; j < v.cols; ++j) {
        pace.step(v.end(j) - v.begin(j) + 1);
        for (Index entry = v.begin(j); entry < v.end(j); ++entry) ++of_row[v.inner[entry]];
    }
    I begin = 0;
    for (Index i = 0; i < v.rows; ++i) begin += std::exchange(of_row[i], begin);
    for (Index j = 0; j < v.cols; ++j) {
        pace.step(v.end(j) - v.begin(j) + 1);
        for (Index entry = v.begin(j); entry < v.end(j); ++entry) {
            const I at = of_row[v.inner[entry]]++;
            inner[at] = static_cast<I>(j);
            values[at] = v.values[entry];
        }
    }
    return {memory, {v.cols, v.rows, outer, nullptr, inner, values}};
}

}  // namespace nmf::detail
