// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A pass over V by tiles, with the reconstruction Y = A'X at hand tile by tile.

#include <algorithm>

#include <nmf/core/scratch.hpp>
#include <nmf/core/tile.hpp>
#include <nmf/data/dense_product.hpp>

namespace nmf::detail {

/// Columns of X that a pass over V works on at a time.
inline constexpr Index block_columns = 64;

/// A block of columns of X, and what a pass makes of them: top = A P, bottom = B Q. Columns are as
/// far apart as those of X.
template <RealScalar S>
struct ColumnBlock {
    Index first = 0;
    Index cols = 0;
    const S* x = nullptr;
    S* top = nullptr;
    S* bottom = nullptr;
};

/// The scratch of one thread: a tile of V, Y, their weights, and P and Q.
template <RealScalar S>
struct TilePass {
    static constexpr Index rows = tile_width;
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

    /// Y = A(:, i .. i + depth - 1)' x, entry (r, c) at y[r + c * rows].
    void reconstruct(const Factor<S>& a, Index i, Index depth) {
        load_tile(a, i, depth, turned);
        multiply_block<BlockOrder::columns>(turned, rows, a.rows(), DenseBlock<S>{block.x, stride},
                                            block.cols, y, true);
    }

    /// out += A(:, i .. i + depth - 1) E for a tile E.
    void accumulate(const Factor<S>& a, Index i, Index depth, const S* tile, S* out) {
        multiply_block<BlockOrder::columns>(a.data() + i * stride, stride, depth,
                                            DenseBlock<S>{tile, rows}, block.cols, out, false);
    }

    Index stride;
    ColumnBlock<S> block{};
    S* turned;
    S* v;
    S* m;
    S* y;
    S* p;
    S* q;
};

/// The factors of a pass: Y = A'X is made with `a`; `top` and `bottom` are multiplied by what the
/// terms make of V and Y. All three are the same factor but for joint updates.
template <RealScalar S>
struct PassFactors {
    explicit PassFactors(const Factor<S>& a) : fixed(a), top(a), bottom(a) {}
    PassFactors(const Factor<S>& a, const Factor<S>& for_top, const Factor<S>& for_bottom)
        : fixed(a), top(for_top), bottom(for_bottom) {}
    const Factor<S>& fixed;
    const Factor<S>& top;
    const Factor<S>& bottom;
};

/// top += A P and bottom += B Q over `depth_total` rows of V, P and Q being terms(V, Y, weights).
/// `fill(i, depth, tile)` puts rows i .. of V for the tile's columns, and their weights, into it.
/// 4 to 6 m k flops a column.
template <bool Weighted, RealScalar S, class Terms, class Fill>
void pass_tiles(const PassFactors<S>& factors, Index depth_total, const Terms& terms, Fill fill,
                TilePass<S>& tile) {
    constexpr Index rows = TilePass<S>::rows;
    const bool with_bottom = Weighted || !terms.unit_denominator();
    for (Index i = 0; i < depth_total; i += rows) {
        const Index depth = std::min(rows, depth_total - i);
        fill(i, depth, tile);
        tile.reconstruct(factors.fixed, i, depth);
        terms(tile.v, tile.y, Weighted ? tile.m : nullptr, rows * tile.block.cols, tile.p,
              with_bottom ? tile.q : nullptr);
        tile.accumulate(factors.top, i, depth, tile.p, tile.block.top);
        if (with_bottom) tile.accumulate(factors.bottom, i, depth, tile.q, tile.block.bottom);
    }
}

/// Adds cost(v, y, weights, n, sums) over the tile's columns. 2 m k flops a column.
template <bool Weighted, RealScalar S, class Cost, class Sums, class Fill>
void add_tile_costs(const Factor<S>& a, Index depth_total, const Cost& cost, Fill fill,
                    TilePass<S>& tile, Sums& sums) {
    constexpr Index rows = TilePass<S>::rows;
    for (Index i = 0; i < depth_total; i += rows) {
        const Index depth = std::min(rows, depth_total - i);
        fill(i, depth, tile);
        tile.reconstruct(a, i, depth);
        for (Index c = 0; c < tile.block.cols; ++c) {
            cost(tile.v + c * rows, tile.y + c * rows, Weighted ? tile.m + c * rows : nullptr,
                 depth, sums);
        }
    }
}

}  // namespace nmf::detail
