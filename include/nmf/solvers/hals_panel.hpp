// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The HALS sweep over a panel of rows.

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <type_traits>

#include <nmf/core/compiler.hpp>
#include <nmf/factor/turned_tile.hpp>
#include <nmf/machine/scratch.hpp>
#include <nmf/machine/simd.hpp>
#include <nmf/subproblem/normal_equations.hpp>
#include <nmf/subproblem/region.hpp>

namespace nmf::detail {

/// Brings the entries x of a packet, from `at` on in its tile, into their region.
template <RealScalar S>
[[nodiscard]] auto clipped(const NonNegative& /*tile*/, Index /*at*/,
                           const typename Simd<S>::Packet& x) {
    return Simd<S>::max(Simd<S>::set(S(0)), x);
}
template <RealScalar S>
[[nodiscard]] auto clipped(const Box<S>& tile, Index at, const typename Simd<S>::Packet& x) {
    using P = Simd<S>;
    return P::min(P::load(tile.upper + at), P::max(P::load(tile.lower + at), x));
}

/// The Gram matrix as sweeps over tiles read it: H = -G_ab / G_aa with a zero diagonal, so that a
/// row moves to H(a,:) X + (c_a - l_a) / G_aa. Its rows lie in panels. A row without curvature is
/// 0.
template <RealScalar S>
class SweepTable {
    using P = Simd<S>;

public:
    /// Rows that a sweep has in registers at a time, for `strip` packets of columns. Steps from row
    /// to row wait for each other, so few rows and many columns are better than the reverse.
    static constexpr int panel = 4;
    static constexpr int strip =
        std::min(P::registers >= 32 ? 4 : 2, static_cast<int>(tile_width / P::width));

    /// Made anew where G or l has changed. The comparison costs little beside a sweep over a tile.
    template <class Region>
    void prepare(const NormalEquations<S, Region>& eq) {
        const Index of_gram = eq.gram.rows() * eq.gram.stride();
        const bool same = memory_.of(0) != nullptr && rank_ == eq.gram.rows() &&
                          equal(eq.gram.data(), kept(), of_gram) &&
                          equal(eq.linear.data(), kept() + of_gram, rank_);
        if (same) return;
        rank_ = eq.gram.rows();
        const Index size = table_size() + 2 * rank_;
        memory_.prepare(1, size + of_gram + rank_);
        S* const table = memory_.of(0);
        std::fill_n(table, size, S(0));
        std::copy_n(eq.gram.data(), of_gram, table + size);
        std::copy_n(eq.linear.data(), rank_, table + size + of_gram);
        const S limit = curvature_limit(eq.gram);
        for (Index a = 0; a < rank_; ++a) {
            const S* const gram = eq.gram.data() + a * eq.gram.stride();
            if (!(gram[a] > limit)) continue;
            const S inverse = S(1) / gram[a];
            table[table_size() + a] = inverse;
            table[table_size() + rank_ + a] = -inverse * eq.linear.data()[a];
            const Index first = a / panel * panel;
            S* const row = table + first * rank_ + a - first;
            for (Index b = 0; b < rank_; ++b) {
                if (b != a) row[b * panel_of(first)] = -inverse * gram[b];
            }
        }
    }

    [[nodiscard]] Index rank() const { return rank_; }

    /// How many rows the panel has that begins with row `first`; the last ones may be missing.
    [[nodiscard]] Index panel_of(Index first) const {
        return rank_ - first <= panel / 2 ? panel / 2 : panel;
    }

    /// H(first + r, b) of a panel of `rows` is at [b * rows + r].
    [[nodiscard]] const S* from(Index first) const { return memory_.of(0) + first * rank_; }

    /// 1 / G_aa, or 0 for a row without curvature.
    [[nodiscard]] S inverse(Index a) const { return memory_.of(0)[table_size() + a]; }

    /// -l_a / G_aa
    [[nodiscard]] S shift(Index a) const { return memory_.of(0)[table_size() + rank_ + a]; }

private:
    [[nodiscard]] static bool equal(const S* a, const S* b, Index size) {
        return std::memcmp(a, b, static_cast<std::size_t>(size) * sizeof(S)) == 0;
    }

    [[nodiscard]] Index table_size() const { return rank_ * (rank_ + panel); }

    /// G and l that the table was made of.
    [[nodiscard]] const S* kept() const { return memory_.of(0) + table_size() + 2 * rank_; }

    Scratch<S> memory_;
    Index rank_ = 0;
};

/// Some rows of H X for a strip of columns, in registers.
template <int Rows, RealScalar S>
class PanelSums {
    using P = Simd<S>;
    using Packet = typename P::Packet;
    static constexpr int strip = SweepTable<S>::strip;

public:
    /// Of the rows from `first` on, for the columns of x from `column` on in its tile.
    NMF_INLINE PanelSums(const SweepTable<S>& table, Index first, Index column)
        : table_(table),
          weights_(table.from(first)),
          first_(first),
          rows_(std::min<Index>(Rows, table.rank() - first)),
          column_(column) {}

    /// Where rows would be without the others: (c - l) / G_aa, or x itself without curvature.
    NMF_INLINE void begin(const S* cross, const S* x) {
        unroll<Rows>([&](auto r) NMF_INLINE_LAMBDA {
            const Index a = std::min(first_ + r, table_.rank() - 1);
            const S inverse = table_.inverse(a);
            const S* const from = (inverse > S(0) ? cross : x) + a * tile_width + column_;
            const Packet scale = P::set(inverse > S(0) ? inverse : S(1));
            const Packet shift = P::set(table_.shift(a));
            unroll<strip>([&](auto s) NMF_INLINE_LAMBDA {
                sums_[r][s] = P::fma(scale, P::load(from + s * P::width), shift);
            });
        });
    }

    /// Adds what rows outside of the panel contribute. Those written last are read last.
    NMF_INLINE void add_others(const S* x) {
        for (Index b = first_ + rows_; b < table_.rank(); ++b) add_row(x, b);
        for (Index b = 0; b < first_; ++b) add_row(x, b);
    }

    /// Updates row after row of the panel.
    template <class Region>
    NMF_INLINE void update(const Region& tile, S* x, Packet (&change)[strip]) {
        unroll<Rows - 1>([&](auto before) NMF_INLINE_LAMBDA {
            constexpr int b = before + 1;
            if (b >= rows_) return;
            load(x, first_ + b);
            unroll<b>([&](auto r) NMF_INLINE_LAMBDA { add(r, first_ + b); });
        });
        unroll<Rows>([&](auto r) NMF_INLINE_LAMBDA {
            if (r >= rows_) return;
            const Index at = (first_ + r) * tile_width + column_;
            unroll<strip>([&](auto s) NMF_INLINE_LAMBDA {
                const Packet old = P::load(x + at + s * P::width);
                other_[s] = clipped<S>(tile, at + s * P::width, sums_[r][s]);
                const Packet moved_by = P::sub(other_[s], old);
                change[s] = P::fma(moved_by, moved_by, change[s]);
                P::store(x + at + s * P::width, other_[s]);
            });
            unroll<Rows - 1 - r>([&](auto c) NMF_INLINE_LAMBDA {
                add(std::integral_constant<int, r + 1 + c>{}, first_ + r);
            });
        });
    }

private:
    NMF_INLINE void load(const S* x, Index b) {
        const S* const from = x + b * tile_width + column_;
        unroll<strip>([&](auto s) NMF_INLINE_LAMBDA { other_[s] = P::load(from + s * P::width); });
    }

    /// Adds H(first + r, b) times what is loaded.
    template <class R>
    NMF_INLINE void add(R r, Index b) {
        const Packet weight = P::set(weights_[b * Rows + r]);
        unroll<strip>([&](auto s) NMF_INLINE_LAMBDA {
            sums_[r][s] = P::fma(weight, other_[s], sums_[r][s]);
        });
    }

    NMF_INLINE void add_row(const S* x, Index b) {
        load(x, b);
        unroll<Rows>([&](auto r) NMF_INLINE_LAMBDA { add(r, b); });
    }

    const SweepTable<S>& table_;
    const S* weights_;
    Index first_;
    Index rows_;
    Index column_;
    Packet sums_[Rows][strip];
    Packet other_[strip];
};

/// One HALS sweep over the rows of a panel, which begins with row `first`. The sums of all its rows
/// are in registers, so an entry of X is loaded once for the panel. Returns the squared norm of the
/// change.
template <int Rows, RealScalar S, class Region>
NMF_FLATTEN double sweep_panel(const SweepTable<S>& table, Index first, const S* cross,
                               const Region& tile, S* x) {
    using P = Simd<S>;
    constexpr int strip = SweepTable<S>::strip;
    static_assert(tile_width % (strip * P::width) == 0);
    typename P::Packet change[strip];
    unroll<strip>([&](auto s) NMF_INLINE_LAMBDA { change[s] = P::set(S(0)); });
    for (Index column = 0; column < tile_width; column += strip * P::width) {
        PanelSums<Rows, S> sums(table, first, column);
        sums.begin(cross, x);
        sums.add_others(x);
        sums.update(tile, x, change);
    }
    unroll<strip - 1>([&](auto s)
                          NMF_INLINE_LAMBDA { change[0] = P::add(change[0], change[s + 1]); });
    return static_cast<double>(P::sum(change[0]));
}

}  // namespace nmf::detail
