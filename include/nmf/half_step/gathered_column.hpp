// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The entries of a column of V side by side, and the columns of A that belong to them.

#include <algorithm>
#include <vector>

#include <nmf/factor/factor.hpp>
#include <nmf/factor/turned_tile.hpp>
#include <nmf/machine/chunks.hpp>
#include <nmf/machine/scratch.hpp>
#include <nmf/machine/simd.hpp>
#include <nmf/subproblem/entry_column.hpp>

namespace nmf::detail {

/// to(a, e) = A(a, row(e)) for e < n and all a, those past the rank too; rows of `to` are `step`
/// apart. What fills up the last packet is the last column again.
template <RealScalar S, class Row>
void gather_components(const Factor<S>& a, const Row& row, Index n, S* to, Index step) {
    constexpr Index width = Simd<S>::width;
    for (Index e = 0; e < n; e += width) {
        const S* columns[static_cast<std::size_t>(width)];
        for (Index c = 0; c < width; ++c) {
            columns[c] = a.data() + row(std::min(e + c, n - 1)) * a.stride();
        }
        for (Index b = 0; b < a.stride(); b += width) {
            transpose_square<S>([&](auto c) { return columns[c] + b; }, to + b * step + e, step);
        }
    }
}

/// The same for all columns of A: turned (m x k) becomes A'.
template <RealScalar S>
void turn_components(const Factor<S>& a, Factor<S>& turned) {
    const Chunks chunks(a.cols(), 1024, Simd<S>::width);
    for_each_chunk(chunks.count(), [&](Index chunk, int) {
        const Index begin = chunks.begin(chunk);
        gather_components(
            a, [&](Index e) { return begin + e; }, chunks.end(chunk) - begin, turned.data() + begin,
            turned.stride());
    });
}

/// Room for one column of V and the columns of A at its entries, which an EntryColumn refers to.
template <RealScalar S>
class GatheredColumn {
public:
    /// For columns with at most `longest` entries > 0 of `rows` entries, which may have weights.
    void prepare(Index rank, Index longest, Index rows, bool weighted) {
        has_weights_ = weighted;
        const Index most_gathered = crowded(longest, rows) ? rows / 2 : longest;
        length_ = padded<S>(rows + 1);
        gathered_ = padded<S>(most_gathered + 1);
        size_ = (weighted ? 4 : 2) * length_ + padded<S>(rank) * gathered_;
        room_.prepare(1, size_);
        rows_.resize(static_cast<std::size_t>(longest) + 1);
        S* at = room_.of(0);
        const auto take = [&](S*& array) {
            array = at;
            at += length_;
        };
        take(values_);
        take(reconstruction_);
        weights_ = values_;
        weighted_ = values_;
        if (weighted) {
            take(weights_);
            take(weighted_);
        }
        components_ = at;
    }

    /// Whether a column has so many entries > 0 that all of its rows are worked on, which spares
    /// gathering.
    [[nodiscard]] static bool crowded(Index entries, Index rows) { return 2 * entries >= rows; }

    /// Takes the entries that visit(f) calls f(i, v, weight) for. Returns how many there are, zeros
    /// too, and calls see(i, weight) for them if there are weights.
    template <class Visit, class See>
    Index take(const Visit& visit, const See& see) {
        return has_weights_ ? take_entries<true>(visit, see) : take_entries<false>(visit, see);
    }

    /// Points `column` at the entries > 0 that were taken. `turned` is A' by components, `step`
    /// apart, for columns that are crowded.
    template <class Column>
    void gather(const Factor<S>& a, const S* turned, Index step, Column& column) {
        const bool in_place = crowded(count_, a.cols());
        if (in_place) {
            spread(a.cols());
        } else {
            gather_components(
                a, [&](Index e) { return rows_[static_cast<std::size_t>(e)]; }, count_, components_,
                gathered_);
        }
        const Index whole = padded<S>(count_);
        if (has_weights_) {
            for (Index e = 0; e < count_; ++e) weighted_[e] = weights_[e] * values_[e];
        }
        std::fill(weighted_ + count_, weighted_ + whole, S(0));
        point(column, in_place ? turned : components_, in_place ? step : gathered_, whole);
    }

    /// Takes the reconstruction from where it is known for all rows.
    void gather_reconstruction(const S* from) {
        for (Index e = 0; e < count_; ++e) {
            reconstruction_[e] = from[rows_[static_cast<std::size_t>(e)]];
        }
        std::fill(reconstruction_ + count_, reconstruction_ + padded<S>(count_), S(1));
    }

    /// Points `column` at as many entries as a column can have, of no weight.
    template <class Column>
    void fill(Column& column) {
        std::fill_n(room_.of(0), size_, S(0));
        std::fill_n(reconstruction_, length_, S(1));
        point(column, values_, 0, length_);
    }

    /// Of the entries that the column has now.
    [[nodiscard]] Index count() const { return count_; }
    [[nodiscard]] const S* values() const { return values_; }

private:
    template <bool Weighted, class Visit, class See>
    Index take_entries(const Visit& visit, const See& see) {
        Index* const rows = rows_.data();
        Index count = 0;
        Index seen = 0;
        visit([&](Index i, S v, S m) {
            rows[count] = i;
            values_[count] = v;
            if constexpr (Weighted) {
                weights_[count] = m;
                see(i, m);
            }
            count += v > S(0) ? 1 : 0;
            ++seen;
        });
        count_ = count;
        return seen;
    }

    template <class Column>
    void point(Column& column, const S* components, Index step, Index entries) const {
        column.by_component = components;
        column.step = step;
        column.entries = entries;
        column.weighted = weighted_;
        column.reconstruction = reconstruction_;
    }

    /// Puts the entries in their rows, and zeros of no weight elsewhere.
    void spread(Index rows) {
        if (count_ == rows) return;
        Index e = count_;
        for (Index i = rows; i-- > 0;) {
            const bool there = e > 0 && rows_[static_cast<std::size_t>(e - 1)] == i;
            if (there) --e;
            values_[i] = there ? values_[e] : S(0);
            if (has_weights_) weights_[i] = there ? weights_[e] : S(0);
        }
        count_ = rows;
    }

    bool has_weights_ = false;
    Scratch<S> room_;
    std::vector<Index> rows_;
    Index length_ = 0;    ///< Of a column as a whole.
    Index gathered_ = 0;  ///< Of the longest one that is gathered.
    Index size_ = 0;
    Index count_ = 0;
    S* values_ = nullptr;
    S* weights_ = nullptr;
    S* weighted_ = nullptr;
    S* reconstruction_ = nullptr;
    S* components_ = nullptr;
};

}  // namespace nmf::detail
