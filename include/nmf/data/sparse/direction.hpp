// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The entries of a sparse V in one direction, and how its columns are shared out.

#include <array>
#include <cstddef>
#include <memory>
#include <utility>

#include <nmf/core/types.hpp>
#include <nmf/data/counted_entries.hpp>
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
        if (from.weights != nullptr) {
            auto counts = std::make_shared<CountedEntries>(from.cols);
            for (Index j = 0; j < from.cols; ++j) {
                const auto at = static_cast<std::size_t>(j);
                counts->differing[at] = from.rows - (from.end(j) - from.begin(j));
                for (Index e = from.begin(j); e < from.end(j); ++e) counts->see(j, from.weights[e]);
            }
            counted = std::move(counts);
        }
        while (chunk <= most_chunks) first_column[static_cast<std::size_t>(chunk++)] = from.cols;
    }

    [[nodiscard]] Index begin_of(Index chunk) const {
        return first_column[static_cast<std::size_t>(chunk)];
    }

    /// For entries that are missing if unstored: how many of column j do not count once, and how
    /// many count.
    [[nodiscard]] Index differing(Index j) const {
        if (counted != nullptr) return counted->differing[static_cast<std::size_t>(j)];
        return entries.rows - observed(j);
    }
    [[nodiscard]] Index observed(Index j) const {
        if (counted != nullptr) return counted->observed[static_cast<std::size_t>(j)];
        return entries.end(j) - entries.begin(j);
    }

    /// Calls f(i, weight) for the former.
    template <class F>
    void visit_differing(Index j, const F& f) const {
        Index entry = entries.begin(j);
        for (Index i = 0; i < entries.rows; ++i) {
            const bool there = entry < entries.end(j) && entries.row(entry) == i;
            S m = there ? S(1) : S(0);
            if (there && entries.weights != nullptr) m = entries.weights[entry];
            if (there) ++entry;
            if (m != S(1)) f(i, m);
        }
    }

    StoredEntries<S, I> entries;
    std::shared_ptr<const CountedEntries> counted;  ///< Where entries have weights.
    Index stored = 0;
    std::array<Index, most_chunks + 1> first_column{};
};

}  // namespace nmf::detail
