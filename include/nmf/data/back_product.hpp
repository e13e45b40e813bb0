// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The second product of an iteration, made while the block of V that the first one read is in
/// cache.

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>

#include <nmf/core/types.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/machine/chunks.hpp>
#include <nmf/machine/columns.hpp>
#include <nmf/machine/simd.hpp>

namespace nmf::detail {

inline constexpr Index most_back_chunks = 8;

/// `view.read_once(rank)`: whether reading V once for both products pays for factors of this rank.
template <class View>
concept CanBeReadOnce = HasBackProduct<View> && requires(const View& view) {
    { view.read_once(Index{}) } -> std::same_as<bool>;
};

template <class View>
[[nodiscard]] bool read_once(const View& view, Index rank) {
    if constexpr (OneSidedView<View>) return true;
    if constexpr (CanBeReadOnce<View>) return view.read_once(rank);
    return false;
}

/// The most chunks of a pass that adds up a BackProduct. Beside a one-sided V the parts stay small.
template <class View>
[[nodiscard]] Index back_chunks(const View& view, Index rank) {
    if constexpr (OneSidedView<View>) {
        constexpr Index parts_of_v = 16;
        const Index columns = parts_of_v * padded<typename View::Scalar>(rank);
        return std::clamp<Index>(view.cols() / columns, 1, most_back_chunks);
    }
    return most_back_chunks;
}

/// view.for_each_block(f), in chunks that a BackProduct has parts for if f adds to one.
template <class View, class F>
void for_each_block_back(const View& view, [[maybe_unused]] Index rank, [[maybe_unused]] bool adds,
                         const F& f) {
    if constexpr (HasBackProduct<View>) {
        view.for_each_block(f, adds ? back_chunks(view, rank) : most_chunks);
    } else {
        view.for_each_block(f);
    }
}

/// C = R V' (k x rows) as a sum over blocks of columns of V. Each chunk adds up its own blocks. So
/// no two threads write to the same place, and the result does not depend on the threads.
template <RealScalar S>
class BackProduct {
public:
    /// Room for views that are read once, in so many chunks.
    void prepare(Index rank, Index rows, Index chunks = most_back_chunks) {
        for (Index chunk = 0; chunk < chunks; ++chunk) {
            parts_[static_cast<std::size_t>(chunk)].allocate(rank, rows);
        }
    }

    void begin() { begun_.fill(false); }

    /// A block of R, columns first .. first + cols - 1.
    template <class View>
    void add(const View& view, Index chunk, Index first, Index cols, const S* r) {
        if constexpr (HasBackProduct<View>) {
            add_part(chunk, [&](Factor<S>& part, bool overwrite) {
                view.multiply_back(first, cols, r, part, overwrite);
            });
        }
    }

    /// make(C, overwrite) adds to the part of a chunk, or sets it.
    template <class Make>
    void add_part(Index chunk, const Make& make) {
        const auto at = static_cast<std::size_t>(chunk);
        make(parts_[at], !begun_[at]);
        begun_[at] = true;
    }

    /// Columns first .. first + cols - 1 of C, at c.
    void copy(Index first, Index cols, S* c) const {
        using P = Simd<S>;
        const Index from = first * parts_[0].stride();
        const Index size = cols * parts_[0].stride();
        // A chunk may be without columns.
        if (begun_[0]) {
            std::copy_n(parts_[0].data() + from, size, c);
        } else {
            std::fill_n(c, size, S(0));
        }
        for (std::size_t chunk = 1; chunk < parts_.size(); ++chunk) {
            if (!begun_[chunk]) continue;
            const S* const part = parts_[chunk].data() + from;
            for_packets<S>(size, [&](Index at) {
                P::store(c + at, P::add(P::load(c + at), P::load(part + at)));
            });
        }
    }

private:
    std::array<Factor<S>, static_cast<std::size_t>(most_back_chunks)> parts_;
    std::array<bool, static_cast<std::size_t>(most_back_chunks)> begun_{};
};

}  // namespace nmf::detail
