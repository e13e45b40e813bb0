// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The HALS sweep over a tile or a column.

#include <algorithm>
#include <type_traits>

#include <nmf/factor/turned_tile.hpp>
#include <nmf/machine/columns.hpp>
#include <nmf/machine/simd.hpp>
#include <nmf/subproblem/normal_equations.hpp>

namespace nmf::detail {

/// A row without curvature. Returns the squared norm of its change.
template <RealScalar S>
double drop_decided(const NormalEquations<S>& eq, const S* cross, S* row) {
    double moved = 0;
    for (Index j = 0; j < tile_width; ++j) {
        if (!decided_by_l1(cross[j], eq.linear)) continue;
        moved += static_cast<double>(row[j]) * static_cast<double>(row[j]);
        row[j] = S(0);
    }
    return moved;
}

/// One HALS sweep over a tile: for a = 1 .. k
///
///     x_a <- max(0, x_a + (c_a - l - sum_b G_ab x_b) / G_aa).
///
/// Returns the squared Frobenius norm of the change. 2 k^2 flops a column.
template <RealScalar S>
double sweep_tile(const NormalEquations<S>& eq, const S* cross, S* x) {
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
    const Packet linear = P::set(eq.linear);
    const S limit = curvature_limit(eq.gram);
    double moved = 0;
    for (Index a = 0; a < k; ++a) {
        const S* gram = eq.gram.data() + a * eq.gram.stride();
        if (!(gram[a] > limit)) {
            moved += drop_decided(eq, cross + a * tile_width, x + a * tile_width);
            continue;
        }
        const Packet inverse = P::set(S(1) / gram[a]);
        Packet change[strip];
        unroll<strip>([&](auto r) { change[r] = zero; });
        for (Index j = 0; j < tile_width; j += step) {
            S* const row = x + a * tile_width + j;
            Packet rest[chains][strip];
            unroll<strip>([&](auto r) {
                rest[0][r] = P::sub(P::load(cross + a * tile_width + j + r * P::width), linear);
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
                const Packet next = P::max(zero, P::fma(rest[0][r], inverse, old));
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
template <RealScalar S>
void column_gradient(const NormalEquations<S>& eq, const S* x, S* gradient) {
    using P = Simd<S>;
    const Index stride = eq.gram.stride();
    for_packets<S>(stride, [&](Index a) {
        P::store(gradient + a, P::sub(P::set(eq.linear), P::load(eq.cross.data() + a)));
    });
    for (Index b = 0; b < eq.gram.rows(); ++b) {
        add_scaled(gradient, x[b], eq.gram.data() + b * stride, stride);
    }
}

/// The same sweep over one column whose gradient is known, and is kept up to date.
template <RealScalar S>
double sweep_column(const NormalEquations<S>& eq, S* gradient, S* x) {
    const S limit = curvature_limit(eq.gram);
    double moved = 0;
    for (Index a = 0; a < eq.gram.rows(); ++a) {
        const S* gram = eq.gram.data() + a * eq.gram.stride();
        S next = x[a];
        if (gram[a] > limit) {
            next = std::max(S(0), x[a] - gradient[a] * (S(1) / gram[a]));
        } else if (decided_by_l1(eq.cross.data()[a], eq.linear)) {
            next = S(0);
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
