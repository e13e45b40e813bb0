// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The second product of an iteration, made while what the first one read of V is in cache.

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>

#include <nmf/core/types.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/machine/columns.hpp>

namespace nmf::detail {

inline constexpr Index most_back_chunks = 8;

/// A view that can be read once for both products has
///
///     bool read_once(rank)   whether that pays for factors of this rank;
///     for_each_block(f, n)   with n chunks at most;
///     multiply_back(first, cols, X, C, overwrite)
///                            C (+)= X V(:, first .. first + cols - 1)' for the columns of X there.
template <class View>
concept CanBeReadOnce = requires(const View& view, Factor<typename View::Scalar>& c,
                                 const typename View::Scalar* x) {
    { view.read_once(Index{}) } -> std::same_as<bool>;
    view.multiply_back(Index{}, Index{}, x, c, true);
};

template <class View>
[[nodiscard]] bool read_once(const View& view, Index rank) {
    if constexpr (CanBeReadOnce<View>) return view.read_once(rank);
    return false;
}

/// C = R V' (k x rows) as the sum over blocks of columns of V, of which each chunk adds up its own,
/// so that no two threads write to the same place and the result does not depend on who did what.
template <RealScalar S>
class BackProduct {
public:
    /// Room for views that are read once.
    void prepare(Index rank, Index rows) {
        for (Factor<S>& part : parts_) part.allocate(rank, rows);
    }

    void begin() { begun_.fill(false); }

    /// A block of R, columns first .. first + cols - 1.
    template <class View>
    void add(const View& view, Index chunk, Index first, Index cols, const S* r) {
        if constexpr (CanBeReadOnce<View>) {
            const auto at = static_cast<std::size_t>(chunk);
            view.multiply_back(first, cols, r, parts_[at], !begun_[at]);
            begun_[at] = true;
        }
    }

    /// Columns first .. first + cols - 1 of C, at c.
    void copy(Index first, Index cols, S* c) const {
        using P = Simd<S>;
        const Index from = first * parts_[0].stride();
        const Index size = cols * parts_[0].stride();
        std::copy_n(parts_[0].data() + from, size, c);
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
