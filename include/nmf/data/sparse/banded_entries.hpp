// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The stored entries of a sparse V in bands of rows.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include <nmf/core/types.hpp>
#include <nmf/data/sparse/stored_entries.hpp>
#include <nmf/machine/chunks.hpp>
#include <nmf/machine/memory.hpp>
#include <nmf/machine/parallel.hpp>

namespace nmf::detail {

/// The row of an entry within its band.
using RowOfBand = std::uint16_t;

inline constexpr Index most_rows_of_band = Index{std::numeric_limits<RowOfBand>::max()} + 1;

/// A copy of stored entries in bands of consecutive rows. Those of a band stand side by side.
template <RealScalar S, class I>
class BandedEntries {
public:
    /// In at most so many bands, each of at most most_rows_of_band rows.
    BandedEntries(const StoredEntries<S, I>& v, Index stored, Index bands)
        : cols_(v.cols),
          rows_of_band_((v.rows + bands - 1) / bands),
          bands_((v.rows + rows_of_band_ - 1) / rows_of_band_),
          begin_(static_cast<std::size_t>(bands_ * v.cols + 1)) {
        const double bytes = static_cast<double>(stored) * static_cast<double>(sizeof(S));
        values_ = make_room<S>(stored, pages_beside(bytes));
        rows_ = make_room<RowOfBand>(stored, pages_beside(bytes));
        for_each_column([&](Index j) {
            Index entry = v.begin(j);
            for (Index band = 0; band < bands_; ++band) {
                const Index first = std::exchange(entry, end_of(v, j, band, entry));
                begin_[piece(band, j) + 1] = static_cast<I>(entry - first);
            }
        });
        std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
        for_each_column([&](Index j) {
            Index entry = v.begin(j);
            for (Index band = 0; band < bands_; ++band) {
                const auto to = static_cast<Index>(begin_[piece(band, j)]);
                const Index count = static_cast<Index>(begin_[piece(band, j) + 1]) - to;
                std::copy_n(v.values + entry, count, values_.get() + to);
                for (Index e = 0; e < count; ++e) {
                    rows_.get()[to + e] =
                        static_cast<RowOfBand>(v.row(entry + e) - first_row(band));
                }
                entry += count;
            }
        });
    }

    [[nodiscard]] Index bands() const { return bands_; }

    /// The row of V that is row 0 of a band.
    [[nodiscard]] Index first_row(Index band) const { return band * rows_of_band_; }

    [[nodiscard]] StoredEntries<S, I, RowOfBand> band(Index number) const {
        return {rows_of_band_, cols_,       begin_.data() + number * cols_,
                nullptr,       rows_.get(), values_.get()};
    }

private:
    template <class F>
    void for_each_column(const F& f) const {
        const Chunks chunks(cols_, 256);
        for_each_chunk(chunks.count(), [&](Index chunk, int) {
            for (Index j = chunks.begin(chunk); j < chunks.end(chunk); ++j) f(j);
        });
    }

    /// Where the entries of column j in a band end, of which `entry` is the first.
    [[nodiscard]] Index end_of(const StoredEntries<S, I>& v, Index j, Index band,
                               Index entry) const {
        const Index last = v.end(j);
        if (band + 1 == bands_) return last;
        const Index below = first_row(band + 1);
        while (entry < last && v.row(entry) < below) ++entry;
        return entry;
    }

    /// Which piece the entries of column j in a band are.
    [[nodiscard]] std::size_t piece(Index band, Index j) const {
        return static_cast<std::size_t>(band * cols_ + j);
    }

    Index cols_;
    Index rows_of_band_;
    Index bands_;
    std::vector<I> begin_;
    std::shared_ptr<S> values_;
    std::shared_ptr<RowOfBand> rows_;
};

/// The number of bands that pay for products with a factor of this stride; 0 for none. A band of
/// the factor should leave room in a second-level cache. A column should have several entries in a
/// band.
template <RealScalar S>
[[nodiscard]] Index bands_that_pay(Index rows, Index cols, Index stored, Index stride) {
    constexpr Index band_bytes = Index{1} << 18;
    constexpr Index least_entries = 16;
    const Index bytes = rows * stride * static_cast<Index>(sizeof(S));
    const Index bands =
        std::min(bytes / band_bytes, stored / (least_entries * std::max<Index>(cols, 1)));
    const bool pay = bands >= 2 && rows <= most_rows_of_band * bands;
    return pay ? bands : 0;
}

}  // namespace nmf::detail
