// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The kernels that run over the entries of an EntryColumn.

#include <algorithm>
#include <limits>

#include <nmf/core/log_ratio.hpp>
#include <nmf/core/simd.hpp>
#include <nmf/core/tile.hpp>
#include <nmf/loss/entry_column.hpp>

namespace nmf::detail {

/// Entries whose terms are added up in S, before such sums are in double.
inline constexpr Index entry_piece = 1024;

/// Calls f(first, how many) for pieces of the entries.
template <RealScalar S, class F>
void for_each_piece(const EntryColumn<S>& column, const F& f) {
    for (Index e = 0; e < column.entries; e += entry_piece) {
        f(e, std::min(entry_piece, column.entries - e));
    }
}

/// y = <a_i, x>; 2 k flops an entry.
template <RealScalar S>
void reconstruct(EntryColumn<S>& column, const S* x) {
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
    Index e = 0;
    for (; e + many * P::width <= column.entries; e += many * P::width) {
        packets(e, std::integral_constant<int, many>{});
    }
    for (; e < column.entries; e += P::width) packets(e, std::integral_constant<int, 1>{});
}

/// out_a = sum of w_i a_i / y_i for all components, those past the rank too; 2 k flops an entry.
/// `ratios` is scratch for a piece of entries.
template <RealScalar S>
void add_pulls(const EntryColumn<S>& column, S* ratios, Vector<double>& out) {
    using P = Simd<S>;
    constexpr int width = static_cast<int>(P::width);
    const Index k = column.sums.size();
    out.setZero(padded<S>(k));
    for_each_piece(column, [&](Index first, Index n) {
        for (Index e = 0; e < n; e += width) {
            P::store(ratios + e, P::div(P::load(column.weighted + first + e),
                                        P::load(column.reconstruction + first + e)));
        }
        for (Index a = 0; a < k; a += width) {
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
            for (Index c = 0; c < width; ++c) out[a + c] += static_cast<double>(total[c]);
        }
    });
}

/// How the objective of a column bends along a coordinate: sums of w t and w t^2, t = a / y.
struct Slope {
    double pull = 0;
    double curvature = 0;
};

/// Moves y by `step` times a component, `moved`, and returns the slope along `next` there. About 6
/// flops and a division an entry.
template <RealScalar S>
[[nodiscard]] Slope move_and_look(const EntryColumn<S>& column, const S* moved, S step,
                                  const S* next) {
    using P = Simd<S>;
    const auto by = P::set(step);
    const auto least = P::set(column.least_model);
    Slope slope;
    for_each_piece(column, [&](Index first, Index n) {
        // Two sums each, so that an addition need not wait for the one before it.
        typename P::Packet pull[2] = {P::set(S(0)), P::set(S(0))};
        typename P::Packet curvature[2] = {pull[0], pull[0]};
        const auto look = [&](Index e, auto which) {
            S* const at = column.reconstruction + e;
            const auto y = P::max(least, P::fma(by, P::load(moved + e), P::load(at)));
            P::store(at, y);
            const auto t = P::div(P::load(next + e), y);
            const auto pulled = P::mul(P::load(column.weighted + e), t);
            pull[which] = P::add(pull[which], pulled);
            curvature[which] = P::fma(pulled, t, curvature[which]);
        };
        const Index end = first + n;
        Index e = first;
        for (; e + 2 * P::width <= end; e += 2 * P::width) {
            unroll<2>([&](auto which) { look(e + which * P::width, which); });
        }
        if (e < end) look(e, std::integral_constant<int, 0>{});
        slope.pull += static_cast<double>(P::sum(P::add(pull[0], pull[1])));
        slope.curvature += static_cast<double>(P::sum(P::add(curvature[0], curvature[1])));
    });
    return slope;
}

/// Moves y alone.
template <RealScalar S>
void move(const EntryColumn<S>& column, const S* moved, S step) {
    using P = Simd<S>;
    const auto by = P::set(step);
    const auto least = P::set(column.least_model);
    for (Index e = 0; e < column.entries; e += P::width) {
        S* const y = column.reconstruction + e;
        P::store(y, P::max(least, P::fma(by, P::load(moved + e), P::load(y))));
    }
}

/// sum of w_i log(y_i / before_i), in double; at about 25 flops an entry.
template <RealScalar S>
[[nodiscard]] double log_gain(const EntryColumn<S>& column, const S* before) {
    using Piece = Eigen::Array<double, Eigen::Dynamic, 1, 0, static_cast<int>(tile_width), 1>;
    using Entries = Eigen::Map<const Eigen::Array<S, Eigen::Dynamic, 1>>;
    double total = 0;
    for (Index first = 0; first < column.entries; first += tile_width) {
        const Index n = std::min(tile_width, column.entries - first);
        const Piece now = Entries(column.reconstruction + first, n).template cast<double>();
        const Piece then = Entries(before + first, n).template cast<double>();
        const Piece weight = Entries(column.weighted + first, n).template cast<double>();
        Piece gain(n);
        log_ratios(now, then, gain);
        const double sum = (weight * gain).sum();
        // Out of the range of log_ratios it is NaN.
        total += sum <= std::numeric_limits<double>::max()
                     ? sum
                     : (weight * (now.log() - then.log())).sum();
    }
    return total;
}

}  // namespace nmf::detail
