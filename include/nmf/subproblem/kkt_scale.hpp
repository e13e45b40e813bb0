// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The terms of the KKT residual.

#include <algorithm>
#include <limits>

#include <nmf/core/types.hpp>
#include <nmf/machine/simd.hpp>

namespace nmf::detail {

/// The curvature q of each row of X, by which the KKT residual divides the gradients g: its terms
/// are min(x, g / q)^2, here min(x, max(least, g * inverse))^2. Of a row without curvature the
/// entries with a positive gradient count, with all of x, or none do.
template <RealScalar S>
struct KktScale {
    Vector<S> inverse;
    Vector<S> least;

    /// Room for so many rows, of which none counts yet.
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

    /// With room for `length` rows.
    void set(const Vector<double>& curvature, Index length) {
        prepare(length);
        for (Index a = 0; a < curvature.size(); ++a) set(a, curvature[a]);
    }

    /// The root of a term.
    [[nodiscard]] S distance(Index a, S x, S gradient) const {
        return std::min(x, std::max(least[a], gradient * inverse[a]));
    }

    /// A packet of rows.
    struct Rows {
        using P = Simd<S>;
        using Packet = typename P::Packet;
        Packet inverse;
        Packet least;

        [[nodiscard]] Packet distance(const Packet& x, const Packet& gradient) const {
            return capped(x, gradient, least);
        }

        /// The same where the entry's own minimiser is at most -`lowest` away; `lowest` is 0 in a
        /// row without curvature.
        [[nodiscard]] Packet capped(const Packet& x, const Packet& gradient,
                                    const Packet& lowest) const {
            return P::min(x, P::max(lowest, P::mul(gradient, inverse)));
        }

        /// 1 / down, and 0 in a row without curvature.
        [[nodiscard]] Packet reach(const Packet& down) const {
            const auto tiny = P::set(std::numeric_limits<S>::min());
            const auto largest = P::sub(P::set(S(0)), least);
            return P::min(largest, P::div(P::set(S(1)), P::max(tiny, down)));
        }
    };

    /// From row a on.
    [[nodiscard]] Rows rows(Index a) const {
        return {Simd<S>::load(inverse.data() + a), Simd<S>::load(least.data() + a)};
    }
};

}  // namespace nmf::detail
