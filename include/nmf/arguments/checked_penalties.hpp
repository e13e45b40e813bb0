// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Whether a problem has a minimiser.

#include <string>
#include <string_view>
#include <tuple>

#include <nmf/core/errors.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/penalty/concept.hpp>
#include <nmf/penalty/unit_components.hpp>

namespace nmf::detail {

/// Whether a penalty falls when that factor shrinks as a whole. It is tested on a small factor of
/// positive, different entries.
template <class PenaltySet>
[[nodiscard]] NMF_COLD bool favours_shrinking(const PenaltySet& penalties, Side side, Index rank) {
    constexpr Index columns = 3;
    Factor<double> x(rank, columns);
    for (Index j = 0; j < columns; ++j) {
        for (Index a = 0; a < rank; ++a)
            x.data()[j * x.stride() + a] = static_cast<double>(1 + (a + 2 * j) % 5);
    }
    const double whole = penalties.value(side, x, 1.0);
    x.for_each([](double& entry) { entry *= 0.5; });
    return penalties.value(side, x, 1.0) < whole;
}

/// The names of the penalties that favour shrinking this factor.
template <class... Ps>
[[nodiscard]] std::string shrinking_penalties(const Penalties<Ps...>& penalties, Side side,
                                              Index rank) {
    std::string names;
    const auto add = [&](const auto& term) {
        const Penalties<std::decay_t<decltype(term)>> alone{{term}};
        if (!favours_shrinking(alone, side, rank)) return;
        names = joined({names, names.empty() ? "" : " and ", term.name});
    };
    std::apply([&](const Ps&... term) { (add(term), ...); }, penalties.terms);
    return names;
}

/// Throws InputError if the factor whose components have norm 1 is penalised.
template <class PenaltySet>
NMF_COLD void check_unit(const UnitPenalties<PenaltySet>& penalties, Index rank) {
    if (!favours_shrinking(penalties.given, *penalties.unit, rank)) return;
    const bool of_w = penalties.unit == Side::w;
    throw_input_error({"the components of ", of_w ? "W" : "H",
                       " have norm 1 by nmf::UnitComponents, and a penalty on it (",
                       shrinking_penalties(penalties.given, *penalties.unit, rank),
                       ") has nothing to hold down; penalise ", of_w ? "H" : "W"});
}

/// Throws InputError if one factor is penalised and the other is not. Scaling the one down and the
/// other up would then lower the objective for ever. `can_grow(side)` tells whether all entries of
/// a component of that factor can grow without bound.
template <class PenaltySet, class CanGrow>
NMF_COLD void check_minimiser(const PenaltySet& penalties, Index rank, const CanGrow& can_grow) {
    const bool of_w = favours_shrinking(penalties, Side::w, rank);
    const bool of_h = favours_shrinking(penalties, Side::h, rank);
    if (of_w == of_h || !can_grow(of_w ? Side::h : Side::w)) return;
    const std::string_view penalised = of_w ? "W" : "H";
    const std::string_view other = of_w ? "H" : "W";
    constexpr std::string_view advice =
        " too, for example with L2, or give its components norm 1 by nmf::UnitComponents, or "
        "bounds, or allow a problem without a minimiser by nmf::AllowNoMinimiser{}";
    throw_input_error({"a penalty on ", penalised, " alone (",
                       shrinking_penalties(penalties, of_w ? Side::w : Side::h, rank),
                       ") has no minimiser: ", penalised, " shrinks while ", other,
                       " grows, and W H stays; penalise ", other, advice});
}

}  // namespace nmf::detail
