// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The kernels that run over the entries of an EntryColumn.

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <type_traits>

#include <nmf/factor/turned_tile.hpp>
#include <nmf/machine/log_ratio.hpp>
#include <nmf/machine/simd.hpp>
#include <nmf/subproblem/entry_column.hpp>

namespace nmf::detail {

/// The number of entries whose terms are added up in S; the sums are then added up in double.
inline constexpr Index entry_piece = 1024;

/// Calls f(first, how many) for pieces of the entries.
template <RealScalar S, class Region, class F>
void for_each_piece(const EntryColumn<S, Region>& column, const F& f) {
    for (Index e = 0; e < column.entries; e += entry_piece) {
        f(e, std::min(entry_piece, column.entries - e));
    }
}

/// y_i = <a_i, x> for entries first .. first + n - 1. 2 k flops for each entry.
template <RealScalar S, class Region>
void reconstruct(EntryColumn<S, Region>& column, const S* x, Index first, Index n) {
    using P = Simd<S>;
    const Index k = column.sums.size();
    const auto least = P::set(column.least_model);
    const auto packets = [&](Index e, auto count) {
        typename P::Packet sum[count];
        unroll<count>([&](auto p) { sum[p] = P::set(S(0)); });
        for (Index a = 0; a < k; ++a) {
            const auto factor = P::set(x[a]);
            const S* const of = column.component(a) + e;
            unroll<count>(
                [&](auto p) { sum[p] = P::fma(P::load(of + p * P::width), factor, sum[p]); });
        }
        unroll<count>([&](auto p) {
            P::store(column.reconstruction + e + p * P::width, P::max(least, sum[p]));
        });
    };
    constexpr int many = 8;
    const Index end = first + n;
    Index e = first;
    for (; e + many * P::width <= end; e += many * P::width) {
        packets(e, std::integral_constant<int, many>{});
    }
    for (; e < end; e += P::width) packets(e, std::integral_constant<int, 1>{});
}

/// Adds w_i a_i / y_i over entries first .. first + n - 1, at most a piece. For all components and
/// their padding. 2 k flops for each entry.
template <RealScalar S, class Region>
void add_pulls(EntryColumn<S, Region>& column, Index first, Index n) {
    using P = Simd<S>;
    constexpr int width = static_cast<int>(P::width);
    alignas(64) S ratios[static_cast<std::size_t>(entry_piece)];
    for (Index e = 0; e < n; e += width) {
        P::store(ratios + e, P::div(P::load(column.weighted + first + e),
                                    P::load(column.reconstruction + first + e)));
    }
    for (Index a = 0; a < column.sums.size(); a += width) {
        typename P::Packet sums[width];
        unroll<width>([&](auto c) { sums[c] = P::set(S(0)); });
        const S* const of = column.component(a) + first;
        for (Index e = 0; e < n; e += width) {
            const auto ratio = P::load(ratios + e);
            unroll<width>([&](auto c) {
                sums[c] = P::fma(P::load(of + c * column.step + e), ratio, sums[c]);
            });
        }
        alignas(64) S total[static_cast<std::size_t>(width)];
        store_sums<S>(sums, total, true);
        for (Index c = 0; c < width; ++c) column.pulls[a + c] += static_cast<double>(total[c]);
    }
}

/// Sets the reconstruction and the pulls to their values at x.
template <RealScalar S, class Region>
void look_at(EntryColumn<S, Region>& column, const S* x) {
    column.pulls.setZero();
    for_each_piece(column, [&](Index first, Index n) {
        reconstruct(column, x, first, n);
        add_pulls(column, first, n);
    });
}

/// Slopes and curvatures of the objective of a column along some components. These are the sums of
/// w t_b and of w t_b t_c, c <= b, with t_b = a_b / y.
template <int Block>
struct Slopes {
    std::array<double, Block> pull{};
    std::array<std::array<double, Block>, Block> curvature{};
};

/// Some components of A at the entries, and how far x moves along them.
template <RealScalar S, int Block>
struct Moves {
    std::array<const S*, Block> along{};
    std::array<S, Block> by{};
};

/// The entries of the components from e on, divided by y.
template <RealScalar S, std::size_t Block, class Packet>
void divide_entries(const std::array<const S*, Block>& components, Index e, const Packet& y,
                    Packet* quotients) {
    using P = Simd<S>;
    if constexpr (Block == 1) {
        quotients[0] = P::div(P::load(components[0] + e), y);
    } else {
        const Packet inverse = P::div(P::set(S(1)), y);
        unroll<static_cast<int>(Block)>(
            [&](auto b) { quotients[b] = P::mul(P::load(components[b] + e), inverse); });
    }
}

/// Moves y, and returns the slopes along other components there. For blocks of two this takes a
/// division and 16 flops for each entry.
template <RealScalar S, int Block, class Region>
[[nodiscard]] Slopes<Block> move_and_look(const EntryColumn<S, Region>& column,
                                          const Moves<S, Block>& moves,
                                          const std::array<const S*, Block>& next) {
    using P = Simd<S>;
    using Packet = typename P::Packet;
    // Where there are few sums each has two parts, so that an addition need not wait for the one
    // before it.
    constexpr int parts = Block == 1 ? 2 : 1;
    constexpr int pairs = Block * (Block + 1) / 2;
    Packet by[Block];
    unroll<Block>([&](auto b) { by[b] = P::set(moves.by[b]); });
    const Packet least = P::set(column.least_model);
    Slopes<Block> slopes;
    for_each_piece(column, [&](Index first, Index n) {
        Packet pull[parts][Block];
        Packet curvature[parts][pairs];
        unroll<parts>([&](auto part) {
            unroll<Block>([&](auto b) { pull[part][b] = P::set(S(0)); });
            unroll<pairs>([&](auto b) { curvature[part][b] = P::set(S(0)); });
        });
        const auto look = [&](Index e, auto part) {
            S* const at = column.reconstruction + e;
            Packet y = P::load(at);
            unroll<Block>([&](auto b) { y = P::fma(by[b], P::load(moves.along[b] + e), y); });
            y = P::max(least, y);
            P::store(at, y);
            const Packet weight = P::load(column.weighted + e);
            Packet t[Block];
            divide_entries(next, e, y, t);
            unroll<Block>([&](auto b) {
                const Packet pulled = P::mul(weight, t[b]);
                pull[part][b] = P::add(pull[part][b], pulled);
                unroll<b + 1>([&](auto c) {
                    Packet& sum = curvature[part][b * (b + 1) / 2 + c];
                    sum = P::fma(pulled, t[c], sum);
                });
            });
        };
        const Index end = first + n;
        Index e = first;
        for (; e + parts * P::width <= end; e += parts * P::width) {
            unroll<parts>([&](auto part) { look(e + part * P::width, part); });
        }
        if (e < end) look(e, std::integral_constant<int, 0>{});
        const auto total = [&](const auto& sums, int which) {
            Packet sum = sums[0][which];
            if constexpr (parts == 2) sum = P::add(sum, sums[1][which]);
            return static_cast<double>(P::sum(sum));
        };
        for (int b = 0; b < Block; ++b) {
            const auto at = static_cast<std::size_t>(b);
            slopes.pull[at] += total(pull, b);
            for (int c = 0; c <= b; ++c) {
                slopes.curvature[at][static_cast<std::size_t>(c)] +=
                    total(curvature, b * (b + 1) / 2 + c);
            }
        }
    });
    return slopes;
}

/// Moves y only.
template <RealScalar S, int Block, class Region>
void move(const EntryColumn<S, Region>& column, const Moves<S, Block>& moves) {
    using P = Simd<S>;
    const auto least = P::set(column.least_model);
    for (Index e = 0; e < column.entries; e += P::width) {
        S* const at = column.reconstruction + e;
        auto y = P::load(at);
        unroll<Block>(
            [&](auto b) { y = P::fma(P::set(moves.by[b]), P::load(moves.along[b] + e), y); });
        P::store(at, P::max(least, y));
    }
}

/// sum of w_i f(y_i, before_i), in double.
template <RealScalar S, class Region, class F>
[[nodiscard]] double weighted_sum(const EntryColumn<S, Region>& column, const S* before,
                                  const F& f) {
    using P = Simd<double>;
    using Piece =
        Eigen::Array<double, Eigen::Dynamic, 1, Eigen::ColMajor, static_cast<int>(tile_width), 1>;
    using InDouble = std::conditional_t<std::same_as<S, double>, ConstArrayMap<double>, Piece>;
    double total = 0;
    for (Index first = 0; first < column.entries; first += tile_width) {
        const Index n = std::min(tile_width, column.entries - first);
        const auto entries = [&](const S* from) -> InDouble {
            return ConstArrayMap<S>(from + first, n).template cast<double>();
        };
        const InDouble now = entries(column.reconstruction);
        const InDouble then = entries(before);
        const InDouble weights = entries(column.weighted);
        auto sum = P::set(0.0);
        for (Index e = 0; e < n; e += P::width) {
            const auto value =
                f(P::load_unaligned(now.data() + e), P::load_unaligned(then.data() + e));
            sum = P::fma(P::load_unaligned(weights.data() + e), value, sum);
        }
        total += P::sum(sum);
    }
    return total;
}

/// sum of w_i log(y_i / before_i). About 40 flops for each entry.
template <RealScalar S, class Region>
[[nodiscard]] double log_gain(const EntryColumn<S, Region>& column, const S* before) {
    const double gain = weighted_sum(
        column, before, [](const auto& now, const auto& then) { return log_ratio(now, then); });
    // Out of the range of log_ratio it is NaN.
    if (std::abs(gain) <= std::numeric_limits<double>::max()) return gain;
    double total = 0;
    for (Index e = 0; e < column.entries; ++e) {
        total += static_cast<double>(column.weighted[e]) *
                 (std::log(static_cast<double>(column.reconstruction[e])) -
                  std::log(static_cast<double>(before[e])));
    }
    return total;
}

/// A lower bound on log_gain, which is close if no y_i has moved far. With d = y_i / before_i - 1,
/// it uses log(1 + d) >= d - d^2 / (2 min(1, 1 + d)). NaN if a product of two such numbers leaves
/// [1e-290, 1e290]. A division and 8 flops for each entry.
template <RealScalar S, class Region>
[[nodiscard]] double least_log_gain(const EntryColumn<S, Region>& column, const S* before) {
    using P = Simd<double>;
    return weighted_sum(column, before, [](const auto& now, const auto& then) {
        const auto smaller = P::min(now, then);
        const auto change = P::sub(now, then);
        const auto product = P::mul(then, smaller);
        const auto square = P::mul(P::set(0.5), change);
        const auto least = P::mul(P::div(change, product), P::sub(smaller, square));
        return P::keep_within(1e-290, 1e290, product, least);
    });
}

}  // namespace nmf::detail
