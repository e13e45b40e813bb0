// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The second product of an iteration, made while what the first one read of V is in cache.

#include <array>
#include <concepts>
#include <cstddef>

#include <nmf/core/types.hpp>
#include <nmf/factor/factor.hpp>

namespace nmf::detail {

inline constexpr Index most_back_chunks = 8;

/// A view that can be read once for both products has
///
///     bool read_once(rank)   decides, for factors of this rank, and says, whether that pays: then
///                            for_each_block() has at most `most_back_chunks` chunks;
///     multiply_back(first, cols, X, C, overwrite)
///                            C (+)= X V(:, first .. first + cols - 1)' for the columns of X there.
template <class View>
concept CanBeReadOnce = requires(View& view, Factor<typename View::Scalar>& c,
                                 const typename View::Scalar* x) {
    { view.read_once(Index{}) } -> std::same_as<bool>;
    view.multiply_back(Index{}, Index{}, x, c, true);
};

template <class View>
[[nodiscard]] bool read_once(View& view, Index rank) {
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
        ArrayMap<S> out(c, cols * parts_[0].stride());
        const auto part = [&](std::size_t chunk) {
            return ConstArrayMap<S>(parts_[chunk].data() + first * parts_[chunk].stride(),
                                    out.size());
        };
        out = part(0);
        for (std::size_t chunk = 1; chunk < parts_.size(); ++chunk) {
            if (begun_[chunk]) out += part(chunk);
        }
    }

private:
    std::array<Factor<S>, static_cast<std::size_t>(most_back_chunks)> parts_;
    std::array<bool, static_cast<std::size_t>(most_back_chunks)> begun_{};
};

}  // namespace nmf::detail
