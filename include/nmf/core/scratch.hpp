// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Memory for the pieces that threads work on.

#include <algorithm>

#include <nmf/core/simd.hpp>
#include <nmf/core/types.hpp>

namespace nmf::detail {

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
