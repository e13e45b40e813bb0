// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Tiles: columns of a factor, transposed so that each component is contiguous.

#include <concepts>

#include <nmf/factor/factor.hpp>
#include <nmf/machine/simd.hpp>

namespace nmf::detail {

/// The number of columns of a tile. It is constant, so results depend on the instruction set only
/// by rounding.
inline constexpr Index tile_width = 64;

[[nodiscard]] constexpr Index tile_count(Index columns) {
    return (columns + tile_width - 1) / tile_width;
}

/// to(j, i) = from(i)[j] for a square of one packet width. Rows of `to` are `to_stride` apart and
/// aligned.
template <RealScalar S, class Rows>
requires std::invocable<const Rows&, Index>
void transpose_square(const Rows& from, S* to, Index to_stride) {
    using P = Simd<S>;
    typename P::Square block;
    unroll<static_cast<int>(P::width)>(
        [&](auto j) { block.packet[j] = P::load_unaligned(from(j)); });
    Eigen::internal::ptranspose(block);
    unroll<static_cast<int>(P::width)>(
        [&](auto i) { P::store(to + i * to_stride, block.packet[i]); });
}

/// The same for `rows` x `cols` entries, multiples of the packet width.
template <RealScalar S>
void transpose_squares(const S* from, Index from_stride, Index rows, Index cols, S* to,
                       Index to_stride) {
    constexpr Index width = Simd<S>::width;
    for (Index i = 0; i < rows; i += width) {
        for (Index j = 0; j < cols; j += width) {
            const S* const corner = from + i * from_stride + j;
            transpose_square<S>([&](Index row) { return corner + row * from_stride; },
                                to + j * to_stride + i, to_stride);
        }
    }
}

/// Transposes `cols` columns of `stride` scalars each into `tile`, with component a at tile + a *
/// tile_width. Columns past `cols` become 0.
template <RealScalar S>
void load_tile(const S* columns, Index stride, Index cols, S* tile) {
    constexpr Index width = Simd<S>::width;
    const Index whole = cols / width * width;
    transpose_squares(columns, stride, whole, stride, tile, tile_width);
    for (Index a = 0; a < stride; ++a) {
        for (Index j = whole; j < tile_width; ++j) {
            tile[a * tile_width + j] = j < cols ? columns[j * stride + a] : S(0);
        }
    }
}

/// The same for columns first .. first + cols - 1 of x.
template <RealScalar S>
void load_tile(const Factor<S>& x, Index first, Index cols, S* tile) {
    load_tile(x.data() + first * x.stride(), x.stride(), cols, tile);
}

/// The inverse of load_tile.
template <RealScalar S>
void store_tile(const S* tile, Index first, Index cols, Factor<S>& x) {
    constexpr Index width = Simd<S>::width;
    const Index stride = x.stride();
    const Index whole = cols / width * width;
    transpose_squares(tile, tile_width, stride, whole, x.data() + first * stride, stride);
    for (Index j = whole; j < cols; ++j) {
        for (Index a = 0; a < stride; ++a) {
            x.data()[(first + j) * stride + a] = tile[a * tile_width + j];
        }
    }
}

}  // namespace nmf::detail
