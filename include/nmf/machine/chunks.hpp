// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// How columns are distributed, independently of the number of threads.

#include <algorithm>
#include <cassert>

#include <nmf/core/interrupt.hpp>
#include <nmf/core/types.hpp>
#include <nmf/machine/parallel.hpp>

namespace nmf::detail {

inline constexpr Index most_chunks = 64;

/// Cuts 0 .. size - 1 into at most `most_chunks` equal chunks of about `grain` numbers. The length
/// of each is a multiple of `step`, except for the last.
class Chunks {
public:
    Chunks(Index size, Index grain, Index step = 8, Index most = most_chunks)
        : size_(size),
          step_(step),
          count_(std::clamp<Index>((size + grain - 1) / grain, 1, most)) {}

    [[nodiscard]] Index count() const { return count_; }
    [[nodiscard]] Index begin(Index chunk) const {
        return chunk == count_ ? size_ : size_ * chunk / count_ / step_ * step_;
    }
    [[nodiscard]] Index end(Index chunk) const { return begin(chunk + 1); }

private:
    Index size_;
    Index step_;
    Index count_;
};

/// Calls f(first, cols, chunk, thread) for blocks of `block` columns. The last block of a chunk may
/// be shorter. Chunk c begins at column begin_of(c).
template <class BeginOf, class F>
void for_each_block(Index chunks, const BeginOf& begin_of, Index block, const F& f) {
    for_each_chunk(chunks, [&](Index chunk, int thread) {
        const Index end = begin_of(chunk + 1);
        for (Index first = begin_of(chunk); first < end; first += block) {
            check_interrupt();
            f(first, std::min(block, end - first), chunk, thread);
        }
    });
}

/// The same for even chunks.
template <class F>
void for_each_block(const Chunks& chunks, Index block, const F& f) {
    for_each_block(
        chunks.count(), [&](Index chunk) { return chunks.begin(chunk); }, block, f);
}

/// C = A V by the blocks of a view of V.
template <class View, class Products, class F>
void multiply_by_blocks(const View& view, Products products, const F& a, F& c) {
    assert(a.cols() == view.rows() && c.cols() == view.cols() && a.rows() == c.rows());
    products.begin(a);
    view.for_each_block([&](Index first, Index cols, Index, int) {
        products(first, cols, c.data() + first * c.stride());
    });
}

}  // namespace nmf::detail
