// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// C = A V for A with few rows and a dense block of V: where most of the time of a run is spent.

#include <nmf/core/simd.hpp>
#include <nmf/core/types.hpp>

namespace nmf::detail {

/// How the entries of a block of V lie in memory.
enum class BlockOrder {
    columns,  ///< Entry (i, j) at data[i + j * step].
    rows      ///< Entry (i, j) at data[i * step + j].
};

template <RealScalar S>
struct DenseBlock {
    const S* data = nullptr;
    Index step = 0;

    /// The block from its column j on.
    [[nodiscard]] DenseBlock from(BlockOrder order, Index j) const {
        if (data == nullptr) return *this;
        return {data + (order == BlockOrder::columns ? j * step : j), step};
    }
};

/// Columns of V in a register tile.
template <RealScalar S>
inline constexpr int tile_columns = Simd<S>::registers >= 32 ? 8 : 4;

/// Packets of rows of C in a register tile.
inline constexpr int tile_vectors = 3;

/// C = A V, or C += A V, for a strip of Vectors packets of rows of C and Cols columns of V. Columns
/// of A and C are `stride` apart. The sums stay in registers over the whole depth. Entries of V
/// that are `ahead` of those at hand are fetched meanwhile, unless that is 0.
template <BlockOrder Order, int Vectors, int Cols, RealScalar S>
void multiply_tile(const S* a, Index stride, Index depth, DenseBlock<S> v, S* c, bool overwrite,
                   DenseBlock<S> next) {
    using P = Simd<S>;
    typename P::Packet sum[Cols][Vectors];
    unroll<Cols>([&](auto j) {
        unroll<Vectors>([&](auto p) {
            sum[j][p] = overwrite ? P::set(S(0)) : P::load(c + j * stride + p * P::width);
        });
    });
    const S* column[Cols];
    if constexpr (Order == BlockOrder::columns) {
        unroll<Cols>([&](auto j) { column[j] = v.data + j * v.step; });
    }
    constexpr Index line = 64 / sizeof(S);
    for (Index i = 0; i < depth; ++i) {
        if constexpr (Order == BlockOrder::rows) {
            if (next.data != nullptr) prefetch(next.data, i * next.step);
        } else if (next.data != nullptr && i % line == 0) {
            unroll<Cols>([&](auto j) { prefetch(next.data, i + j * next.step); });
        }
        typename P::Packet left[Vectors];
        unroll<Vectors>([&](auto p) { left[p] = P::load(a + i * stride + p * P::width); });
        unroll<Cols>([&](auto j) {
            S x;
            if constexpr (Order == BlockOrder::columns) {
                x = column[j][i];
            } else {
                x = v.data[i * v.step + j];
            }
            const typename P::Packet right = P::set(x);
            unroll<Vectors>([&](auto p) { sum[j][p] = P::fma(left[p], right, sum[j][p]); });
        });
    }
    unroll<Cols>([&](auto j) {
        unroll<Vectors>([&](auto p) { P::store(c + j * stride + p * P::width, sum[j][p]); });
    });
}

/// The same for all rows of C: `stride` is their number, a multiple of the packet width.
template <BlockOrder Order, int Cols, RealScalar S>
void multiply_columns(const S* a, Index stride, Index depth, DenseBlock<S> v, S* c, bool overwrite,
                      DenseBlock<S> next) {
    constexpr Index width = Simd<S>::width;
    constexpr Index step = tile_vectors * width;
    Index done = 0;
    for (; done + step <= stride; done += step) {
        multiply_tile<Order, tile_vectors, Cols>(a + done, stride, depth, v, c + done, overwrite,
                                                 next);
        next.data = nullptr;
    }
    if (stride - done == 2 * width) {
        multiply_tile<Order, 2, Cols>(a + done, stride, depth, v, c + done, overwrite, next);
    } else if (stride - done == width) {
        multiply_tile<Order, 1, Cols>(a + done, stride, depth, v, c + done, overwrite, next);
    }
}

/// The same for a block of V with any number of columns. With a `next`, what is fetched meanwhile
/// is that, or in columns what comes before it in V.
template <BlockOrder Order, RealScalar S>
void multiply_block(const S* a, Index stride, Index depth, DenseBlock<S> v, Index cols, S* c,
                    bool overwrite, DenseBlock<S> next = {}) {
    Index j = 0;
    const auto tile = [&](auto width) {
        DenseBlock<S> ahead = next.from(Order, j);
        if (Order == BlockOrder::columns && next.data != nullptr) {
            ahead = j + width < cols ? v.from(Order, j + width) : next;
        }
        multiply_columns<Order, width>(a, stride, depth, v.from(Order, j), c + j * stride,
                                       overwrite, ahead);
        j += width;
    };
    while (cols - j >= tile_columns<S>) tile(std::integral_constant<int, tile_columns<S>>{});
    while (cols - j >= 2) tile(std::integral_constant<int, 2>{});
    while (cols - j >= 1) tile(std::integral_constant<int, 1>{});
}

}  // namespace nmf::detail
