// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The HALS sweep over a tile or a column.

#include <algorithm>
#include <limits>

#include <nmf/factor/turned_tile.hpp>
#include <nmf/machine/columns.hpp>
#include <nmf/machine/simd.hpp>
#include <nmf/solvers/hals_panel.hpp>
#include <nmf/subproblem/normal_equations.hpp>
#include <nmf/subproblem/region.hpp>

namespace nmf::detail {

/// The bounds of a tile, transposed like the tile; nothing for X >= 0. `room` is as large as two
/// tiles.
template <RealScalar S>
[[nodiscard]] NonNegative load_region(const NonNegative& region, const Factor<S>& /*x*/,
                                      Index /*cols*/, S* /*room*/) {
    return region;
}
template <RealScalar S>
[[nodiscard]] Box<S> load_region(const Box<S>& box, const Factor<S>& x, Index cols, S* room) {
    S* const upper = room + x.stride() * tile_width;
    if (box.step > 0) {
        load_tile(box.lower, x.stride(), cols, room);
        load_tile(box.upper, x.stride(), cols, upper);
    } else {
        for (Index at = 0; at < x.stride() * tile_width; ++at) {
            room[at] = box.lower[at / tile_width];
            upper[at] = box.upper[at / tile_width];
        }
    }
    return {room, upper, 1, tile_width};
}

/// Updates a row without curvature, from `at` on in its tile. Returns the squared norm of its
/// change.
template <RealScalar S, class Region>
double drop_decided(const NormalEquations<S, Region>& eq, const S* cross, const Region& tile,
                    Index at, S* row) {
    double moved = 0;
    for (Index j = 0; j < tile_width; ++j) {
        if (!decided_by_l1(cross[j], eq.linear.data()[at / tile_width])) continue;
        S next = 0;
        if constexpr (is_bounded<Region>) next = tile.lower[at + j];
        moved += static_cast<double>(row[j] - next) * static_cast<double>(row[j] - next);
        row[j] = next;
    }
    return moved;
}

/// One HALS sweep over a tile: for a = 1 .. k
///
///     x_a <- max(0, x_a + (c_a - l - sum_b G_ab x_b) / G_aa),
///
/// or clipped to the bounds of the tile. Returns the squared Frobenius norm of the change. 2 k^2
/// flops for each column.
template <RealScalar S, class Region>
double sweep_tile(const NormalEquations<S, Region>& eq, const SweepTable<S>& table, const S* cross,
                  const Region& tile, S* x) {
    constexpr int panel = SweepTable<S>::panel;
    const Index k = table.rank();
    double moved = 0;
    for (Index first = 0; first < k; first += panel) {
        for (Index a = first; a < std::min(first + panel, k); ++a) {
            const Index at = a * tile_width;
            if (table.inverse(a) == S(0)) moved += drop_decided(eq, cross + at, tile, at, x + at);
        }
        moved += table.panel_of(first) == panel
                     ? sweep_panel<panel>(table, first, cross, tile, x)
                     : sweep_panel<panel / 2>(table, first, cross, tile, x);
    }
    return moved;
}

/// gradient = G x - c + l for one column.
template <RealScalar S, class Region>
void column_gradient(const NormalEquations<S, Region>& eq, const S* x, S* gradient) {
    using P = Simd<S>;
    const Index stride = eq.gram.stride();
    for_packets<S>(stride, [&](Index a) {
        P::store(gradient + a, P::sub(P::load(eq.linear.data() + a), P::load(eq.cross.data() + a)));
    });
    for (Index b = 0; b < eq.gram.rows(); ++b) {
        add_scaled(gradient, x[b], eq.gram.data() + b * stride, stride);
    }
}

/// The same sweep over one column with a known gradient, which is kept up to date.
template <RealScalar S, class Region>
double sweep_column(const NormalEquations<S, Region>& eq, S* gradient, S* x) {
    const S limit = curvature_limit(eq.gram);
    const auto within = [&]([[maybe_unused]] Index a, S entry) {
        if constexpr (is_bounded<Region>) return eq.region.clipped(a, 0, entry);
        return std::max(S(0), entry);
    };
    double moved = 0;
    for (Index a = 0; a < eq.gram.rows(); ++a) {
        const S* gram = eq.gram.data() + a * eq.gram.stride();
        S next = x[a];
        if (gram[a] > limit) {
            next = within(a, x[a] - gradient[a] * (S(1) / gram[a]));
        } else if (decided_by_l1(eq.cross.data()[a], eq.linear.data()[a])) {
            next = within(a, -std::numeric_limits<S>::max());
        }
        const S change = next - x[a];
        if (change == S(0)) continue;
        x[a] = next;
        moved += static_cast<double>(change) * static_cast<double>(change);
        add_scaled(gradient, change, gram, eq.gram.stride());
    }
    return moved;
}

}  // namespace nmf::detail
