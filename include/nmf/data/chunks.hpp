// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// How columns are shared out, independently of the number of threads.

#include <algorithm>
#include <array>

#include <nmf/core/parallel.hpp>
#include <nmf/core/types.hpp>

namespace nmf::detail {

inline constexpr Index most_chunks = 64;

/// Even chunks of 0 .. size - 1, each a multiple of 8 long but for the last, about `grain` long but
/// never more than `most_chunks` of them.
class Chunks {
public:
    Chunks(Index size, Index grain)
        : size_(size), count_(std::clamp<Index>((size + grain - 1) / grain, 1, most_chunks)) {}

    [[nodiscard]] Index count() const { return count_; }
    [[nodiscard]] Index begin(Index chunk) const {
        return chunk == count_ ? size_ : size_ * chunk / count_ / 8 * 8;
    }
    [[nodiscard]] Index end(Index chunk) const { return begin(chunk + 1); }

private:
    Index size_;
    Index count_;
};

/// The sum of part(0), part(1), ... in this order, whichever thread makes which.
template <class T, class Part>
T sum_over_chunks(Index chunks, int threads, const Part& part) {
    std::array<T, most_chunks> parts{};
    for_each_chunk(chunks, threads,
                   [&](Index chunk, int) { parts[static_cast<std::size_t>(chunk)] = part(chunk); });
    T total{};
    for (Index chunk = 0; chunk < chunks; ++chunk) total += parts[static_cast<std::size_t>(chunk)];
    return total;
}

}  // namespace nmf::detail
