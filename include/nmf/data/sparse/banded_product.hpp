// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Products with a sparse V whose factor outgrows the cache: band by band.

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <memory>
#include <numeric>
#include <vector>

#include <nmf/core/types.hpp>
#include <nmf/data/sparse/product.hpp>
#include <nmf/data/sparse/stored_entries.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/machine/chunks.hpp>
#include <nmf/machine/memory.hpp>
#include <nmf/machine/parallel.hpp>

namespace nmf::detail {

/// A copy of stored entries in bands of consecutive rows, those of a band side by side.
template <RealScalar S, class I>
class BandedEntries {
public:
    BandedEntries(const StoredEntries<S, I>& v, Index stored, Index bands)
        : like_(v),
          bands_(bands),
          values_(make_room<S>(stored, pages_beside(bytes_of_values(stored)))),
          indices_(make_room<I>(stored, pages_beside(bytes_of_values(stored)))),
          begin_(static_cast<std::size_t>(bands * v.cols + 1)) {
        const Index rows = (v.rows + bands - 1) / bands;
        const Chunks chunks(v.cols, 256);
        const auto for_each_column = [&](const auto& f) {
            for_each_chunk(chunks.count(), [&](Index chunk, int) {
                for (Index j = chunks.begin(chunk); j < chunks.end(chunk); ++j) f(j);
            });
        };
        for_each_column([&](Index j) {
            Index entry = v.begin(j);
            for (Index band = 0; band < bands; ++band) {
                const Index first = entry;
                while (entry < v.end(j) && v.row(entry) < (band + 1) * rows) ++entry;
                begin_[piece(band, j) + 1] = static_cast<I>(entry - first);
            }
        });
        std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
        for_each_column([&](Index j) {
            Index entry = v.begin(j);
            for (Index band = 0; band < bands; ++band) {
                const I to = begin_[piece(band, j)];
                const auto count = static_cast<Index>(begin_[piece(band, j) + 1] - to);
                std::copy_n(v.inner + entry, count, indices_.get() + to);
                std::copy_n(v.values + entry, count, values_.get() + to);
                entry += count;
            }
        });
    }

    [[nodiscard]] Index bands() const { return bands_; }

    /// The entries of one band.
    [[nodiscard]] StoredEntries<S, I> band(Index number) const {
        return {like_.rows, like_.cols,     begin_.data() + number * like_.cols,
                nullptr,    indices_.get(), values_.get()};
    }

private:
    /// Which piece the entries of column j in a band are.
    [[nodiscard]] std::size_t piece(Index band, Index j) const {
        return static_cast<std::size_t>(band * like_.cols + j);
    }

    [[nodiscard]] static double bytes_of_values(Index stored) {
        return static_cast<double>(stored) * static_cast<double>(sizeof(S));
    }

    StoredEntries<S, I> like_;
    Index bands_;
    std::shared_ptr<S> values_;
    std::shared_ptr<I> indices_;
    std::vector<I> begin_;
};

/// The number of bands that pay for products with a factor of this stride; 1 for none. A band of
/// the factor should leave room in a second-level cache. A column should have several entries in a
/// band.
template <RealScalar S>
[[nodiscard]] Index bands_of(Index rows, Index cols, Index stored, Index stride) {
    constexpr Index band_bytes = Index{1} << 18;
    constexpr Index least_entries = 16;
    const Index bytes = rows * stride * static_cast<Index>(sizeof(S));
    const Index bands =
        std::min(bytes / band_bytes, stored / (least_entries * std::max<Index>(cols, 1)));
    return bands < 2 ? 1 : bands;
}

/// C = A V by bands of rows of V. The columns of A of a band stay in cache meanwhile. A column of C
/// is summed band by band. Keeps C, k x n.
template <RealScalar S, class I>
class BandedProduct {
public:
    /// Copies the entries.
    BandedProduct(const StoredEntries<S, I>& v, Index stored, Index bands, Index rank)
        : entries_(v, stored, bands), product_(rank, v.cols) {}

    /// The whole product, which stays until the next one. `for_each_block` calls f(first, cols) for
    /// blocks of columns, on any thread.
    template <class Blocks>
    const Factor<S>& operator()(const Factor<S>& a, const Blocks& for_each_block) {
        assert(a.rows() == product_.rows());
        for (Index band = 0; band < entries_.bands(); ++band) {
            const StoredEntries<S, I> entries = entries_.band(band);
            for_each_block([&](Index first, Index cols) {
                multiply_columns(a, entries, first, cols,
                                 product_.data() + first * product_.stride(), band == 0);
            });
        }
        return product_;
    }

    [[nodiscard]] Index rank() const { return product_.rows(); }

private:
    BandedEntries<S, I> entries_;
    Factor<S> product_;
};

}  // namespace nmf::detail
