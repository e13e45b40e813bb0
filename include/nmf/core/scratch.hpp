// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Memory for the tiles of columns that threads work on.

#include <algorithm>

#include <nmf/core/simd.hpp>
#include <nmf/core/types.hpp>

namespace nmf::detail {

/// Columns of a factor that a thread works on at a time. A constant, so that results do not depend
/// on the instruction set more than rounding makes them.
inline constexpr Index tile_width = 64;

[[nodiscard]] constexpr Index tile_count(Index columns) {
    return (columns + tile_width - 1) / tile_width;
}

/// Aligned pieces of memory, one for each thread or chunk, kept from call to call.
template <RealScalar S>
class Scratch {
public:
    void prepare(Index pieces, Index size) {
        if (memory_.rows() < size || memory_.cols() < pieces) {
            memory_.resize(std::max(memory_.rows(), padded<S>(size)),
                           std::max(memory_.cols(), pieces));
        }
    }
    [[nodiscard]] S* of(Index piece) { return memory_.col(piece).data(); }

private:
    Matrix<S> memory_;
};

}  // namespace nmf::detail
