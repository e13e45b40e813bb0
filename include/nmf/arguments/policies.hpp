// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Sorts the arguments of `factorize` by axis.

#include <concepts>
#include <tuple>
#include <type_traits>
#include <utility>

#include <nmf/constraint/concept.hpp>
#include <nmf/core/options.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/together.hpp>
#include <nmf/penalty/concept.hpp>
#include <nmf/penalty/unit_components.hpp>
#include <nmf/stopping/concept.hpp>
#include <nmf/stopping/default_rule.hpp>

namespace nmf::detail {

/// See run/stage.hpp.
struct Stage;

struct Unknown {};

template <class P>
inline constexpr bool is_option =
    std::same_as<P, Seed> || std::same_as<P, Starts> || std::same_as<P, Threads> ||
    std::same_as<P, AllowNoMinimiser> || std::same_as<P, UpdateOrder> ||
    std::same_as<P, DeadComponents> || std::same_as<P, UnitComponents> ||
    std::same_as<P, MaybeUnitComponents> || std::same_as<P, Stage>;

/// The axis of a policy, an option or a callable. A function is taken like a pointer to it.
template <class P>
consteval auto axis_of() {
    if constexpr (requires { typename P::Axis; }) {
        return typename P::Axis{};
    } else if constexpr (is_option<P>) {
        return P{};
    } else if constexpr (ObserverCallable<std::decay_t<P>>) {
        return axis::Observer{};
    } else {
        return Unknown{};
    }
}

template <class P>
using AxisOf = decltype(axis_of<P>());

template <class A, class... Ps>
inline constexpr int count_of = (0 + ... + (std::same_as<AxisOf<Ps>, A> ? 1 : 0));

/// The argument with axis A, by reference, or a copy of the fallback.
template <class A, class Fallback>
constexpr Fallback pick(const Fallback& fallback) {
    return fallback;
}
template <class A, class Fallback, class P, class... Ps>
constexpr decltype(auto) pick(const Fallback& fallback, const P& first, const Ps&... rest) {
    if constexpr (std::same_as<AxisOf<P>, A>) {
        return (first);
    } else {
        return pick<A>(fallback, rest...);
    }
}

/// The type of the argument with axis A, or the fallback.
template <class A, class Fallback, class... Ps>
using Chosen =
    std::decay_t<decltype(pick<A>(std::declval<const Fallback&>(), std::declval<const Ps&>()...))>;

/// Entries that a run replaces by a matrix of low rank; see data/compressed.hpp.
template <class E, class View>
concept Compressing = requires(const E& entries, const View& view, CounterRandom random) {
    { entries.compress(view, view.rows(), random) } -> DataView;
};

/// The policy alone, if it has axis A.
template <class A, class P>
auto one_or_nothing(const P& policy) {
    if constexpr (std::same_as<AxisOf<P>, A>) {
        return std::tuple<P>(policy);
    } else {
        return std::tuple<>();
    }
}

/// All arguments with axis A.
template <class A, class... Ps>
auto pick_all(const Ps&... policies) {
    return std::tuple_cat(one_or_nothing<A>(policies)...);
}

template <class... Ps>
auto pick_penalties(const Ps&... policies) {
    return std::apply(
        [](const auto&... terms) {
            return Penalties<std::decay_t<decltype(terms)>...>{{terms...}};
        },
        pick_all<axis::Penalty>(policies...));
}

/// The penalties as they are, or those of a run with UnitComponents.
template <class PenaltySet, class... Ps>
auto pick_effective([[maybe_unused]] const PenaltySet& penalties,
                    [[maybe_unused]] const Ps&... policies) {
    if constexpr (count_of < UnitComponents, Ps... >> 0) {
        return UnitPenalties<PenaltySet>{penalties,
                                         pick<UnitComponents>(UnitComponents{}, policies...).side};
    } else if constexpr (count_of < MaybeUnitComponents, Ps... >> 0) {
        return UnitPenalties<PenaltySet>{
            penalties, pick<MaybeUnitComponents>(MaybeUnitComponents{}, policies...).side};
    } else {
        return penalties;
    }
}

/// Which entries count: all choices that are given, as one.
template <class... Ps>
auto pick_entries(const Ps&... policies) {
    return std::apply([](const auto&... choices) { return together(choices...); },
                      pick_all<axis::Entries>(policies...));
}
template <class... Ps>
using ChosenEntries = decltype(pick_entries(std::declval<const Ps&>()...));

template <class... Ps>
auto pick_constraints(const Ps&... policies) {
    return std::apply(
        [](const auto&... terms) {
            return Constraints<std::decay_t<decltype(terms)>...>{{terms...}};
        },
        pick_all<axis::Constraint>(policies...));
}

template <class... Ps>
using ChosenConstraints = decltype(pick_constraints(std::declval<const Ps&>()...));

/// The stopping rules, completed by the default.
template <class... Ps>
auto pick_rule(const Ps&... policies) {
    return std::apply([](const auto&... rules) { return rule_of(rules...); },
                      pick_all<axis::Stopping>(policies...));
}

/// Throws InputError for the first parameter of a policy that is out of range.
template <class... Ps>
void check_policies(const Ps&... policies) {
    [[maybe_unused]] const auto ask = [](const auto& policy) {
        if constexpr (requires { check_option(policy); }) check_option(policy);
    };
    (ask(policies), ...);
    check_parameters(policies...);
}

}  // namespace nmf::detail
