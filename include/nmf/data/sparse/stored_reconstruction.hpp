// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A pass over the stored entries of V, with the reconstruction Y = A'X at them.

#include <algorithm>

#include <nmf/data/cost_sums.hpp>
#include <nmf/data/reconstruction_tile.hpp>
#include <nmf/data/sparse/product.hpp>
#include <nmf/data/sparse/stored_entries.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/machine/simd.hpp>

namespace nmf::detail {

/// Works on the entries of a column in pieces that fit the scratch of a tile. With `Weighted`,
/// unstored entries are missing. Refers to the entries.
template <bool Weighted, RealScalar S, class I>
class StoredPass {
public:
    explicit StoredPass(const StoredEntries<S, I>& v) : v_(v) {}

    /// Adds A P and B Q to column c of the tile's block, where terms(V, Y, weights) makes P and Q.
    /// look(v, y, weights, n) sees the entries before. 4 k flops for each entry, or 6 k with
    /// weights.
    template <class Terms, class Look>
    NMF_INLINE void run(const PassFactors<S>& factors, const Terms& terms, const Look& look,
                        Index c, TilePass<S>& tile) const {
        const S* const x = tile.block.x + c * tile.stride;
        const auto add = [&](const Factor<S>& a, Index entry, Index n, const S* f, S* out) {
            for_each_strip<S>(a.stride(), [&](auto height, Index offset) {
                add_entries<height>(a.data() + offset, a.stride(), v_.inner + entry, n, f,
                                    out + c * tile.stride + offset, false);
            });
        };
        for_each_piece(tile.block.first + c, [&](Index entry, Index n) NMF_INLINE_LAMBDA {
            gather(factors.fixed, x, entry, n, 0, tile);
            const S* const weights = v_.weights == nullptr ? nullptr : tile.m;
            look(tile.v, tile.y, weights, n);
            // Whole packets: nobody looks at what becomes of those past the end.
            terms(tile.v, tile.y, weights, padded<S>(n), tile.p, Weighted ? tile.q : nullptr);
            add(factors.top, entry, n, tile.p, tile.block.top);
            if (Weighted) add(factors.bottom, entry, n, tile.q, tile.block.bottom);
        });
    }

    /// Adds cost(v, y, weights, n, sums) over the block's columns, entries of several columns at a
    /// time. 2 k flops an entry.
    template <class Cost>
    void add_costs(const Factor<S>& a, const Cost& cost, TilePass<S>& tile, CostSums& sums) const {
        Index filled = 0;
        const auto flush = [&] {
            cost(tile.v, tile.y, v_.weights == nullptr ? nullptr : tile.m, filled, sums);
            filled = 0;
        };
        for (Index c = 0; c < tile.block.cols; ++c) {
            for_each_piece(tile.block.first + c, [&](Index entry, Index n) {
                if (filled + tile_width > tile.area) flush();
                gather(a, tile.block.x + c * tile.stride, entry, n, filled, tile);
                filled += n;
            });
        }
        flush();
    }

private:
    /// Calls f(first entry, how many) for the pieces of the column's entries that fit a tile.
    template <class F>
    NMF_INLINE void for_each_piece(Index j, const F& f) const {
        for (Index entry = v_.begin(j); entry < v_.end(j); entry += tile_width) {
            f(entry, std::min(tile_width, v_.end(j) - entry));
        }
    }

    /// Y at the entries, their values and their weights, in the tile's scratch from `at` on.
    NMF_INLINE void gather(const Factor<S>& a, const S* x, Index entry, Index n, Index at,
                           TilePass<S>& tile) const {
        for_each_strip<S>(a.stride(), [&](auto height, Index offset) {
            dot_entries<height>(a.data() + offset, a.stride(), v_.inner + entry, n, x + offset,
                                tile.y + at, offset == 0);
        });
        copy_entries(v_.values, entry, n, tile.v + at);
        if (v_.weights == nullptr) return;
        copy_entries(v_.weights, entry, n, tile.m + at);
        // What an entry of weight 0 holds is not looked at.
        for (Index e = at; e < at + n; ++e) {
            if (!(tile.m[e] > S(0))) tile.v[e] = S(1);
        }
    }

    /// Whole packets, if those past the end are entries as well: nobody looks at them.
    void copy_entries(const S* from, Index entry, Index n, S* to) const {
        using P = Simd<S>;
        const S* const first = from + entry;
        if (entry + padded<S>(n) > v_.end(v_.cols - 1)) {
            std::copy_n(first, n, to);
            return;
        }
        for (Index e = 0; e < n; e += P::width) {
            prefetch(first + e, entries_ahead);
            P::store_unaligned(to + e, P::load_unaligned(first + e));
        }
    }

    const StoredEntries<S, I>& v_;
};

}  // namespace nmf::detail
