// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// C = A V for an A with few rows and a dense block of V. A run spends most of its time here.

#include <type_traits>

#include <nmf/core/compiler.hpp>
#include <nmf/core/types.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/machine/simd.hpp>

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

/// Columns of a factor, `stride` apart, with `rows` entries each. The padding of their last packet
/// is multiplied too, or counts as 0.
template <RealScalar S>
struct FactorColumns {
    const S* data;
    Index rows;
    Index stride;
};

/// The columns of a factor from `first` on.
template <RealScalar S>
[[nodiscard]] FactorColumns<S> columns_from(const Factor<S>& a, Index first = 0) {
    return {a.data() + first * a.stride(), a.rows(), a.stride()};
}

/// Columns of V in a register tile.
template <RealScalar S>
inline constexpr int tile_columns = Simd<S>::registers >= 32 ? 8 : 4;

/// Packets of rows of C in a register tile.
inline constexpr int tile_vectors = 3;

/// C = A V, or C += A V, for Cols columns of V and a strip of rows of C. The strip is Vectors
/// packets high, and half a packet more with `Half`. Columns of A and C are `stride` apart. The
/// sums stay in registers over the whole depth. If there is a block `next`, its entries are
/// prefetched.
template <BlockOrder Order, int Vectors, bool Half, int Cols, RealScalar S>
void multiply_tile(const S* a, Index stride, Index depth, DenseBlock<S> v, S* c, bool overwrite,
                   DenseBlock<S> next) {
    using P = Simd<S>;
    using H = Simd<S, true>;
    constexpr Index whole = Vectors * P::width;
    typename P::Packet sum[Cols][Vectors];
    [[maybe_unused]] typename H::Packet rest[Cols];
    unroll<Cols>([&](auto j) {
        unroll<Vectors>([&](auto p) {
            sum[j][p] = overwrite ? P::set(S(0)) : P::load(c + j * stride + p * P::width);
        });
        if constexpr (Half) {
            rest[j] = overwrite ? H::set(S(0)) : H::load(c + j * stride + whole);
        }
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
        [[maybe_unused]] typename H::Packet last;
        unroll<Vectors>([&](auto p) { left[p] = P::load(a + i * stride + p * P::width); });
        if constexpr (Half) last = H::load(a + i * stride + whole);
        unroll<Cols>([&](auto j) {
            S x;
            if constexpr (Order == BlockOrder::columns) {
                x = column[j][i];
            } else {
                x = v.data[i * v.step + j];
            }
            const typename P::Packet right = P::set(x);
            unroll<Vectors>([&](auto p) { sum[j][p] = P::fma(left[p], right, sum[j][p]); });
            if constexpr (Half) rest[j] = H::fma(last, H::set(x), rest[j]);
        });
    }
    unroll<Cols>([&](auto j) {
        S* const out = c + j * stride;
        unroll<Vectors>([&](auto p) { P::store(out + p * P::width, sum[j][p]); });
        if constexpr (Half) {
            H::store(out + whole, rest[j]);
            if (overwrite) H::store(out + whole + H::width, H::set(S(0)));
        }
    });
}

/// The same for all rows of C. Its columns have the stride and padding of A.
template <BlockOrder Order, int Cols, RealScalar S>
void multiply_columns(FactorColumns<S> a, Index depth, DenseBlock<S> v, S* c, bool overwrite,
                      DenseBlock<S> next) {
    constexpr Index width = Simd<S>::width;
    constexpr Index half = Simd<S, true>::width;
    // What is left of the last packet is not multiplied.
    const Index filled = padded<S>(a.rows);
    const bool halved = half < width && a.rows > half && filled - a.rows >= width - half;
    Index vectors = filled / width - (halved ? 1 : 0);
    const auto strip = [&](auto height, auto with_half) {
        multiply_tile<Order, height, with_half, Cols>(a.data, a.stride, depth, v, c, overwrite,
                                                      next);
        a.data += height * width;
        c += height * width;
        vectors -= height;
        next.data = nullptr;
    };
    using One = std::integral_constant<int, 1>;
    using Two = std::integral_constant<int, 2>;
    while (vectors > tile_vectors || (vectors == tile_vectors && !halved)) {
        strip(std::integral_constant<int, tile_vectors>{}, std::false_type{});
    }
    if (vectors == tile_vectors) strip(Two{}, std::false_type{});
    if constexpr (half < width) {
        if (halved && vectors == 2) return strip(Two{}, std::true_type{});
        if (halved) return strip(One{}, std::true_type{});
    }
    if (vectors == 2) return strip(Two{}, std::false_type{});
    if (vectors == 1) strip(One{}, std::false_type{});
}

/// The same for a block of V with any number of columns. If there is a block `next`, it is
/// prefetched. In column-major order the entries before it in V are fetched too.
template <BlockOrder Order, RealScalar S>
void multiply_block(FactorColumns<S> a, Index depth, DenseBlock<S> v, Index cols, S* c,
                    bool overwrite, DenseBlock<S> next = {}) {
    Index j = 0;
    const auto tile = [&](auto width) {
        DenseBlock<S> ahead = next.from(Order, j);
        if (Order == BlockOrder::columns && next.data != nullptr) {
            ahead = j + width < cols ? v.from(Order, j + width) : next;
        }
        multiply_columns<Order, width>(a, depth, v.from(Order, j), c + j * a.stride, overwrite,
                                       ahead);
        j += width;
    };
    while (cols - j >= tile_columns<S>) tile(std::integral_constant<int, tile_columns<S>>{});
    while (cols - j >= 2) tile(std::integral_constant<int, 2>{});
    while (cols - j >= 1) tile(std::integral_constant<int, 1>{});
}

}  // namespace nmf::detail
