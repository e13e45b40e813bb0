// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Which entries of V are held out.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <nmf/core/interrupt.hpp>
#include <nmf/core/random.hpp>
#include <nmf/core/types.hpp>

namespace nmf::detail {

/// Whether entry (i, j) is held out is a function of the seed, i and j. Keeps a number for each row
/// and column.
class HeldOutDraw {
public:
    HeldOutDraw(double fraction, std::uint64_t seed, Index rows, Index cols)
        : rows_(keys(CounterRandom(seed).stream(of_rows), rows)),
          cols_(keys(CounterRandom(seed).stream(of_cols), cols)),
          below_(static_cast<std::uint64_t>(fraction * 0x1p64)) {}

    [[nodiscard]] bool operator()(Index i, Index j) const {
        const auto key =
            (*rows_)[static_cast<std::size_t>(i)] + (*cols_)[static_cast<std::size_t>(j)];
        return CounterRandom(key).bits(0) < below_;
    }

    [[nodiscard]] HeldOutDraw transposed() const {
        HeldOutDraw flipped(*this);
        std::swap(flipped.rows_, flipped.cols_);
        return flipped;
    }

    /// What draws among the zeros that a sparse V does not store.
    [[nodiscard]] static CounterRandom of_zeros(std::uint64_t seed) {
        return CounterRandom(seed).stream(of_unstored);
    }

private:
    using Keys = std::shared_ptr<const std::vector<std::uint64_t>>;

    /// Of the random numbers of a seed; a run has the low numbers.
    static constexpr std::uint64_t of_rows = 2000;
    static constexpr std::uint64_t of_cols = 2001;
    static constexpr std::uint64_t of_unstored = 2002;

    [[nodiscard]] static Keys keys(CounterRandom random, Index count) {
        std::vector<std::uint64_t> made(static_cast<std::size_t>(count));
        for (std::size_t at = 0; at < made.size(); ++at) made[at] = random.bits(at);
        return std::make_shared<const std::vector<std::uint64_t>>(std::move(made));
    }

    Keys rows_;
    Keys cols_;
    std::uint64_t below_;
};

/// So many different numbers below `count`, in ascending order.
[[nodiscard]] inline std::vector<Index> draw_different(CounterRandom random, Index wanted,
                                                       Index count) {
    std::vector<Index> drawn;
    const auto size = static_cast<std::size_t>(std::min(wanted, count));
    drawn.reserve(size);
    if (wanted < count && wanted > count / 2) {
        // What is left out takes fewer draws.
        const std::vector<Index> rest = draw_different(random, count - wanted, count);
        auto next = rest.begin();
        for (Index at = 0; at < count; ++at) {
            if (next != rest.end() && *next == at) {
                ++next;
            } else {
                drawn.push_back(at);
            }
        }
        return drawn;
    }
    for (std::uint64_t t = 0; drawn.size() < size;) {
        check_interrupt();
        while (drawn.size() < size) drawn.push_back(random.below(t++, count));
        std::sort(drawn.begin(), drawn.end());
        drawn.erase(std::unique(drawn.begin(), drawn.end()), drawn.end());
    }
    return drawn;
}

}  // namespace nmf::detail
