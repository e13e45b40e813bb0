// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The HALS sweep over a tile or a column.

#include <algorithm>
#include <limits>
#include <type_traits>

#include <nmf/factor/turned_tile.hpp>
#include <nmf/machine/columns.hpp>
#include <nmf/machine/simd.hpp>
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

/// One HALS sweep over a tile: for a = 1 .. k
///
///     x_a <- max(0, x_a + (c_a - l - sum_b G_ab x_b) / G_aa),
///
/// or clipped to the bounds of the tile. Returns the squared Frobenius norm of the change. 2 k^2
/// flops for each column.
template <RealScalar S, class Region>
double sweep_tile(const NormalEquations<S, Region>& eq, const S* cross, const Region& tile, S* x) {
    using P = Simd<S>;
    using Packet = typename P::Packet;
    // Enough sums at a time that none waits for the one before it.
    constexpr int sums = 8;
    constexpr int most = P::registers >= 32 ? 8 : 4;
    constexpr int strip = std::min(most, static_cast<int>(tile_width / P::width));
    constexpr int chains = sums / strip;
    constexpr Index step = strip * P::width;
    static_assert(tile_width % step == 0);
    const Index k = eq.gram.rows();
    const Packet zero = P::set(S(0));
    const S limit = curvature_limit(eq.gram);
    double moved = 0;
    for (Index a = 0; a < k; ++a) {
        const S* gram = eq.gram.data() + a * eq.gram.stride();
        if (!(gram[a] > limit)) {
            const Index at = a * tile_width;
            moved += drop_decided(eq, cross + at, tile, at, x + at);
            continue;
        }
        const Packet inverse = P::set(S(1) / gram[a]);
        const Packet linear = P::set(eq.linear.data()[a]);
        Packet change[strip];
        unroll<strip>([&](auto r) { change[r] = zero; });
        for (Index j = 0; j < tile_width; j += step) {
            const Index at = a * tile_width + j;
            S* const row = x + at;
            Packet rest[chains][strip];
            unroll<strip>([&](auto r) {
                rest[0][r] = P::sub(P::load(cross + at + r * P::width), linear);
                unroll<chains - 1>([&](auto c) { rest[c + 1][r] = zero; });
            });
            const auto subtract = [&](Index b, auto chain) {
                const S* other = x + b * tile_width + j;
                const Packet g = P::set(-gram[b]);
                unroll<strip>([&](auto r) {
                    rest[chain][r] = P::fma(g, P::load(other + r * P::width), rest[chain][r]);
                });
            };
            Index b = 0;
            for (; b + chains <= k; b += chains) {
                unroll<chains>([&](auto chain) { subtract(b + chain, chain); });
            }
            for (; b < k; ++b) subtract(b, std::integral_constant<int, 0>{});
            unroll<strip>([&](auto r) {
                unroll<chains - 1>(
                    [&](auto c) { rest[0][r] = P::add(rest[0][r], rest[c + 1][r]); });
                const Packet old = P::load(row + r * P::width);
                const Packet next =
                    clipped<S>(tile, at + r * P::width, P::fma(rest[0][r], inverse, old));
                const Packet moved_by = P::sub(next, old);
                change[r] = P::fma(moved_by, moved_by, change[r]);
                P::store(row + r * P::width, next);
            });
        }
        unroll<strip - 1>([&](auto r) { change[0] = P::add(change[0], change[r + 1]); });
        moved += static_cast<double>(P::sum(change[0]));
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
