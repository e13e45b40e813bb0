// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A pass over V by tiles, with the reconstruction Y = A'X at hand tile by tile.

#include <algorithm>

#include <nmf/core/interrupt.hpp>
#include <nmf/factor/register_product.hpp>
#include <nmf/factor/turned_tile.hpp>
#include <nmf/machine/scratch.hpp>

namespace nmf::detail {

/// Columns of X that a pass over V works on at a time.
inline constexpr Index block_columns = 64;

/// A block of columns of X, and the results of a pass for them: top = A P and bottom = B Q. Columns
/// are as far apart as those of X.
template <RealScalar S>
struct ColumnBlock {
    Index first = 0;
    Index cols = 0;
    const S* x = nullptr;
    S* top = nullptr;
    S* bottom = nullptr;
};

/// A tile of V where it is, and the scratch of one thread: Y, a copy of V, weights, P and Q. Its
/// entries lie in columns or rows, as those of V do; in scratch these lines are `rows` apart.
template <RealScalar S>
struct TilePass {
    static constexpr Index rows = tile_width;
    static_assert(rows == block_columns);
    static constexpr Index area = rows * block_columns;

    [[nodiscard]] static Index size(Index stride) { return rows * stride + 5 * area; }

    TilePass(S* memory, Index rank_stride)
        : stride(rank_stride),
          turned(memory),
          v(turned + rows * stride),
          m(v + area),
          y(m + area),
          p(y + area),
          q(p + area) {}

    /// V is in `v`.
    void read_copy() { read({v, rows}); }

    /// V is elsewhere, where it may be read as far as the tile goes.
    void read(DenseBlock<S> from) { source = from; }

    /// To be called when the block's x is there, or has changed.
    void begin() {
        if (order == BlockOrder::rows) load_tile(block.x, stride, block.cols, turned);
    }

    /// Y = A(:, i .. i + depth - 1)' x.
    void reconstruct(const Factor<S>& a, Index i, Index depth) {
        const DenseBlock<S> fixed{a.data() + i * stride, stride};
        const DenseBlock<S> x{block.x, stride};
        const bool in_rows = order == BlockOrder::rows;
        if (!in_rows) load_tile(a, i, depth, turned);
        multiply_block<BlockOrder::columns>(FactorColumns<S>{turned, rows, rows}, a.rows(),
                                            in_rows ? fixed : x, lines(depth), y, true);
    }

    /// out += A(:, i .. i + depth - 1) E for a tile E.
    void accumulate(const Factor<S>& a, Index i, Index depth, const S* tile, S* out) {
        const FactorColumns<S> fixed = columns_from(a, i);
        const DenseBlock<S> entries{tile, rows};
        if (order == BlockOrder::rows) {
            multiply_block<BlockOrder::rows>(fixed, depth, entries, block.cols, out, false);
        } else {
            multiply_block<BlockOrder::columns>(fixed, depth, entries, block.cols, out, false);
        }
    }

    /// Of a tile `depth` rows high: its columns or rows, and how long they are.
    [[nodiscard]] Index lines(Index depth) const {
        return order == BlockOrder::rows ? depth : block.cols;
    }
    [[nodiscard]] Index line_length(Index depth) const {
        return order == BlockOrder::rows ? block.cols : depth;
    }

    Index stride;
    BlockOrder order = BlockOrder::columns;
    ColumnBlock<S> block{};
    DenseBlock<S> source{};  ///< The lines of V, in the order of the tile.
    S* turned;
    S* v;
    S* m;
    S* y;
    S* p;
    S* q;
};

/// The factors of a pass: Y = A'X is made with `a`; `top` and `bottom` are multiplied by what the
/// terms make of V and Y. All three are the same factor, except in joint updates.
template <RealScalar S>
struct PassFactors {
    explicit PassFactors(const Factor<S>& a) : fixed(a), top(a), bottom(a) {}
    PassFactors(const Factor<S>& a, const Factor<S>& for_top, const Factor<S>& for_bottom)
        : fixed(a), top(for_top), bottom(for_bottom) {}
    const Factor<S>& fixed;
    const Factor<S>& top;
    const Factor<S>& bottom;
};

/// Calls look(i, depth) with tiles of V and Y ready, over `depth_total` rows. `fill(i, depth,
/// tile)` makes the tile read rows of V from i on for its columns, and sets their weights. Lines in
/// scratch have to be complete. 2 m k flops for each column.
template <RealScalar S, class Fill, class Look>
void for_each_tile_of(const Factor<S>& a, Index depth_total, Fill fill, TilePass<S>& tile,
                      const Look& look) {
    constexpr Index rows = TilePass<S>::rows;
    tile.begin();
    for (Index i = 0; i < depth_total; i += rows) {
        check_interrupt();
        const Index depth = std::min(rows, depth_total - i);
        fill(i, depth, tile);
        tile.reconstruct(a, i, depth);
        look(i, depth);
    }
}

/// Calls look(v, weights, at) for the columns or rows of a tile, which begin in scratch at `at`.
template <bool Weighted, RealScalar S, class Look>
void for_each_line(const TilePass<S>& tile, Index depth, const Look& look) {
    for (Index line = 0; line < tile.lines(depth); ++line) {
        const Index at = line * TilePass<S>::rows;
        look(tile.source.data + line * tile.source.step, Weighted ? tile.m + at : nullptr, at);
    }
}

/// top += A P and bottom += B Q over `depth_total` rows of V, where terms(V, Y, weights) makes P
/// and Q. look(v, y, weights, n) sees the entries before. 4 to 6 m k flops for each column.
template <bool Weighted, RealScalar S, class Terms, class Fill, class Look>
void pass_tiles(const PassFactors<S>& factors, Index depth_total, const Terms& terms,
                const Fill& fill, const Look& look, TilePass<S>& tile) {
    const bool with_bottom = Weighted || !terms.unit_denominator();
    for_each_tile_of(factors.fixed, depth_total, fill, tile, [&](Index i, Index depth) {
        for_each_line<Weighted>(tile, depth, [&](const S* v, const S* weights, Index at) {
            look(v, tile.y + at, weights, tile.line_length(depth));
            terms(v, tile.y + at, weights, TilePass<S>::rows, tile.p + at,
                  with_bottom ? tile.q + at : nullptr);
        });
        tile.accumulate(factors.top, i, depth, tile.p, tile.block.top);
        if (with_bottom) tile.accumulate(factors.bottom, i, depth, tile.q, tile.block.bottom);
    });
}

/// What columns of V give to the factor A (k x rows) that a pass over them holds fixed: for columns
/// X, as far apart as those of A, and P and Q made of V and Y = A'X,
///
///     top (+)= X_top P',    bottom (+)= X_bottom Q'.
///
/// All three X are the same but for joint updates.
template <RealScalar S>
struct BackPass {
    const Factor<S>& fixed;
    const S* x;
    const S* for_top;
    const S* for_bottom;
    Factor<S>* top;               ///< k x rows.
    Factor<S>* bottom = nullptr;  ///< The same, or null where Q is not wanted.
    bool overwrite = true;
};

/// Makes that of the columns of a tile in columns, over `depth_total` rows. 4 to 6 m k flops a
/// column.
template <RealScalar S, class Terms, class Fill, class Look>
void pass_tiles_back(const BackPass<S>& back, Index depth_total, const Terms& terms,
                     const Fill& fill, const Look& look, TilePass<S>& tile) {
    constexpr Index rows = TilePass<S>::rows;
    const Index stride = back.fixed.stride();
    tile.block.x = back.x;
    const auto add = [&](const S* x, const S* entries, Index i, Index depth, Factor<S>& out) {
        multiply_block<BlockOrder::rows>(FactorColumns<S>{x, out.rows(), stride}, tile.block.cols,
                                         DenseBlock<S>{entries, rows}, depth,
                                         out.data() + i * stride, back.overwrite);
    };
    for_each_tile_of(back.fixed, depth_total, fill, tile, [&](Index i, Index depth) {
        for_each_line<false>(tile, depth, [&](const S* v, const S* weights, Index at) {
            look(v, tile.y + at, weights, depth);
            terms(v, tile.y + at, weights, rows, tile.p + at,
                  back.bottom != nullptr ? tile.q + at : nullptr);
        });
        add(back.for_top, tile.p, i, depth, *back.top);
        if (back.bottom != nullptr) add(back.for_bottom, tile.q, i, depth, *back.bottom);
    });
}

/// Adds cost(v, y, weights, n, sums) over the tile's columns. 2 m k flops a column.
template <bool Weighted, RealScalar S, class Cost, class Sums, class Fill>
void add_tile_costs(const Factor<S>& a, Index depth_total, const Cost& cost, const Fill& fill,
                    TilePass<S>& tile, Sums& sums) {
    for_each_tile_of(a, depth_total, fill, tile, [&](Index, Index depth) {
        for_each_line<Weighted>(tile, depth, [&](const S* v, const S* weights, Index at) {
            cost(v, tile.y + at, weights, tile.line_length(depth), sums);
        });
    });
}

}  // namespace nmf::detail
