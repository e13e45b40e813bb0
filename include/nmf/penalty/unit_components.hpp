// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Components of norm 1, which give a penalty on the other factor a minimiser.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <vector>

#include <nmf/core/precision.hpp>
#include <nmf/penalty/concept.hpp>

namespace nmf {

/// Every component of one factor has norm 1. Then scaling cannot evade a penalty on the other
/// factor alone, so there is a minimiser. With Side::w it minimises
///
///     loss(V, W H) + penalties of H,    ||w_a|| = 1.
///
/// A component with a frozen or bounded entry keeps its norm, and its h_a is penalised as it is. A
/// component that is 0 in this factor is 0 in both. The other factor can have no bounds.
///
/// @par Step
/// The norm is eliminated: the penalty is of h_a ||w_a||, and the components are scaled at the end.
/// For h_a, an L1 weight l becomes l ||w_a||. For w_a, the penalty is a multiple of its norm. A
/// ridge of weight l sum(h_a) / ||w_a||, at the w_a before the step, is its upper bound. An L2
/// penalty gives ridges. So every solver, loss and choice of entries works with it.
///
/// @par Source
/// J. Eggert and E. Koerner, "Sparse coding and NMF", IJCNN 2004. J. Le Roux, F. Weninger and J.
/// Hershey, "Sparse NMF - half-baked or well done?", MERL TR2015-023, 2015 (why not to project).
struct UnitComponents {
    Side side = Side::w;
};

namespace detail {

/// UnitComponents, or none, chosen when the program runs.
struct MaybeUnitComponents {
    std::optional<Side> side{};
};

inline void check_option(UnitComponents unit) {
    check_parameter(unit.side == Side::w || unit.side == Side::h, "UnitComponents.side",
                    static_cast<int>(unit.side), "Side::w or Side::h");
}

/// A penalty that is a sum over components, which can therefore be scaled.
template <class P>
inline constexpr bool scales_by_component =
    !touches_at_factor<P> && !couples_components<P> && !HasCountedValue<P, double>;

/// The penalties of a run that may have UnitComponents. The interface is the one of Penalties.
template <class PenaltySet>
struct UnitPenalties {
    const PenaltySet& given;
    std::optional<Side> unit;
    std::vector<char> held{};  ///< Components that keep their norm; or none.

    static constexpr bool has_pulls = false;
    static constexpr bool touches = true;
    static constexpr bool needs_gram = false;
    static constexpr bool scale_free = true;

    [[nodiscard]] bool none() const { return given.none(); }
    [[nodiscard]] bool is_scale_free() const { return unit.has_value(); }
    [[nodiscard]] static constexpr bool counts_observations() {
        return PenaltySet::counts_observations();
    }

    template <RealScalar S>
    void terms_of(const PenaltyPlace<S>& place, Index rank, PenaltyTerms& out) const {
        if (!unit) return given.terms_of(place, rank, out);
        weights(rank, out);
        const ComponentSizes& sizes = *place.sizes;
        for (Index a = 0; a < rank; ++a) {
            const double linear = out.linear[a];
            const double ridge = out.ridge[a] * sizes.fixed_square[a];
            if (is_held(a)) {
                if (place.side == unit) out.linear[a] = out.ridge[a] = 0;
            } else if (place.side != unit) {
                out.linear[a] = linear * std::sqrt(sizes.fixed_square[a]);
                out.ridge[a] = ridge;
            } else {
                const double norm = std::sqrt(sizes.own_square[a]);
                out.linear[a] = 0;
                out.ridge[a] =
                    ridge + ratio_or_zero(linear * std::max(0.0, sizes.fixed_sum[a]), norm);
            }
        }
    }

    template <RealScalar S>
    void pulls_of(const PenaltyPlace<S>& /*place*/, Index /*first*/, FactorMap<S> /*out*/) const {}

    /// Without UnitComponents.
    template <RealScalar S>
    [[nodiscard]] double value(Side side, const Factor<S>& x, double observations) const {
        return given.value(side, x, observations);
    }
    template <bool Counted, RealScalar S>
    [[nodiscard]] double part(Side side, const Factor<S>& x, double observations) const {
        return given.template part<Counted>(side, x, observations);
    }

    /// The value for a penalised factor X and the other factor A.
    [[nodiscard]] double value(const ComponentSizes& sizes, PenaltyTerms& terms) const {
        weights(sizes.own_square.size(), terms);
        double sum = 0;
        for (Index a = 0; a < terms.linear.size(); ++a) {
            const double square = is_held(a) ? 1.0 : sizes.fixed_square[a];
            sum += terms.linear[a] * std::sqrt(square) * sizes.own_sum[a] +
                   0.5 * terms.ridge[a] * square * sizes.own_square[a];
        }
        return sum;
    }

    /// The least L1 weight of a component.
    [[nodiscard]] double least_linear(Index rank) const {
        PenaltyTerms terms;
        weights(rank, terms);
        return terms.linear.minCoeff();
    }

private:
    [[nodiscard]] bool is_held(Index a) const {
        return !held.empty() && held[static_cast<std::size_t>(a)] != 0;
    }

    /// The terms of the penalised factor.
    void weights(Index rank, PenaltyTerms& out) const {
        given.terms_of(PenaltyPlace<double>{.side = other(*unit), .observations = 1}, rank, out);
    }
};

}  // namespace detail
}  // namespace nmf
