// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Scratch memory of threads.

#include <algorithm>
#include <memory>

#include <nmf/core/types.hpp>
#include <nmf/machine/memory.hpp>
#include <nmf/machine/simd.hpp>

namespace nmf::detail {

/// Aligned pieces of memory, one for each thread or chunk, kept from call to call. A copy has its
/// own memory.
template <RealScalar S>
class Scratch {
public:
    Scratch() = default;
    Scratch(const Scratch& /*other*/) noexcept {}
    Scratch& operator=(const Scratch& /*other*/) noexcept { return *this; }
    Scratch(Scratch&&) noexcept = default;
    Scratch& operator=(Scratch&&) noexcept = default;
    ~Scratch() = default;

    void prepare(Index pieces, Index size) {
        if (size <= size_ && pieces <= pieces_) return;
        size_ = std::max(size_, padded<S>(size));
        pieces_ = std::max(pieces_, pieces);
        memory_ = make_room<S>(pieces_ * size_);
    }
    [[nodiscard]] S* of(Index piece) { return memory_.get() + piece * size_; }
    [[nodiscard]] const S* of(Index piece) const { return memory_.get() + piece * size_; }

private:
    std::shared_ptr<S> memory_;
    Index pieces_ = 0;
    Index size_ = 0;
};

}  // namespace nmf::detail
