// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Which columns and rows of V have entries with weights, or without.

#include <vector>

#include <nmf/core/interrupt.hpp>
#include <nmf/core/types.hpp>

namespace nmf::detail {

/// Of the entries of a column or row: how many do not count once, and how many count at all.
struct CountedEntries {
    std::vector<Index> differing;
    std::vector<Index> observed;

    explicit CountedEntries(Index lines)
        : differing(static_cast<std::size_t>(lines), 0),
          observed(static_cast<std::size_t>(lines), 0) {}

    template <class Weight>
    void see(Index line, Weight weight) {
        if (!(weight == Weight(1))) ++differing[static_cast<std::size_t>(line)];
        if (weight > Weight(0)) ++observed[static_cast<std::size_t>(line)];
    }
};

/// Those of all columns and rows.
struct CountedLines {
    CountedEntries columns;
    CountedEntries rows;

    /// One pass over the weights.
    template <class Source>
    CountedLines(const Source& source, Index of_rows, Index of_cols)
        : columns(of_cols), rows(of_rows) {
        PacedInterrupt pace;
        for (Index j = 0; j < of_cols; ++j) {
            pace.step(of_rows);
            for (Index i = 0; i < of_rows; ++i) {
                const auto weight = source.weight(i, j);
                columns.see(j, weight);
                rows.see(i, weight);
            }
        }
    }
};

}  // namespace nmf::detail
