// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The KKT residual and its terms.

#include <algorithm>
#include <cmath>
#include <limits>

#include <nmf/core/types.hpp>
#include <nmf/machine/simd.hpp>

namespace nmf {

/// The scale-free KKT residual of one factor,
///
///     rho^2 = sum_aj min(X_aj, g_aj / G_aa)^2 / sum_aj X_aj^2,
///
/// from its row sums and the squared norms of the rows of A and X. With `balance`, row a counts as
/// if row a of X and of A had the same norm. Then scaling one up and the other down changes
/// nothing. This is right if the objective does not change with such a scaling either. The residual
/// is 1 for a factor that is 0 and should not be. A component counts with at most 1000 times the
/// squared norm of X. If A is almost 0, the distance to a minimiser has no other bound.
template <class Sums, class Fixed, class Rows>
[[nodiscard]] double kkt_residual(const Sums& row_sums, const Fixed& fixed_norms,
                                  const Rows& factor_norms, bool balance) {
    const auto weight = [&](Index a) {
        const double fixed = fixed_norms[a];
        const double factor = factor_norms[a];
        return balance && fixed > 0 && factor > 0 ? std::sqrt(fixed / factor) : 1.0;
    };
    double size = 0;
    for (Index a = 0; a < row_sums.size(); ++a) size += weight(a) * factor_norms[a];
    constexpr double most = 1e3;
    double distance = 0;
    for (Index a = 0; a < row_sums.size(); ++a) {
        const double of_row = weight(a) * row_sums[a];
        distance += size > 0 ? std::min(of_row, most * size) : of_row;
    }
    if (distance <= 0) return 0;
    return size > 0 ? std::sqrt(distance / size) : 1.0;
}

namespace detail {

/// The curvature q of each row of X. The KKT residual divides the gradients g by it. Its terms are
/// min(x, g / q)^2, here min(x, max(least, g * inverse))^2. In a row without curvature, entries
/// with a positive gradient count with all of x, or no entry counts.
template <RealScalar S>
struct KktScale {
    Vector<S> inverse;
    Vector<S> least;

    /// Makes room for this many rows; no row counts yet.
    void prepare(Index rows) {
        inverse.setZero(rows);
        least.setZero(rows);
    }

    void set(Index a, double curvature, bool counts_without = true) {
        constexpr S largest = std::numeric_limits<S>::max();
        const bool curved = !(curvature <= 0);  // A NaN stays one.
        const double scale = curved           ? 1.0 / curvature
                             : counts_without ? static_cast<double>(largest)
                                              : 0.0;
        inverse[a] = static_cast<S>(std::min(scale, static_cast<double>(largest)));
        least[a] = curved ? -largest : S(0);
    }

    /// Makes room for `length` rows.
    void set(const Vector<double>& curvature, Index length) {
        prepare(length);
        for (Index a = 0; a < curvature.size(); ++a) set(a, curvature[a]);
    }

    /// The scale of a packet of rows.
    struct Rows {
        using P = Simd<S>;
        using Packet = typename P::Packet;
        Packet inverse;
        Packet least;

        /// The roots of the terms of entries. An entry can fall by at most `below` and rise by at
        /// most -`lowest`. `lowest` is `least`, or less if the entry's own minimiser is known to be
        /// closer. It is 0 in a row without curvature.
        [[nodiscard]] Packet capped(const Packet& below, const Packet& gradient,
                                    const Packet& lowest) const {
            return P::min(below, P::max(lowest, P::mul(gradient, inverse)));
        }

        /// 1 / down, or 0 in a row without curvature.
        [[nodiscard]] Packet reach(const Packet& down) const {
            const auto tiny = P::set(std::numeric_limits<S>::min());
            const auto largest = P::sub(P::set(S(0)), least);
            return P::min(largest, P::div(P::set(S(1)), P::max(tiny, down)));
        }
    };

    /// The scale from row a on.
    [[nodiscard]] Rows rows(Index a) const {
        return {Simd<S>::load(inverse.data() + a), Simd<S>::load(least.data() + a)};
    }
};

}  // namespace detail
}  // namespace nmf
