// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Sorts the arguments of `factorize` by axis, and says what is wrong with them.

#include <cstdint>
#include <tuple>
#include <type_traits>
#include <utility>

#include <nmf/core/policy.hpp>
#include <nmf/init/concept.hpp>
#include <nmf/penalty/concept.hpp>
#include <nmf/run/passes.hpp>
#include <nmf/solvers/concept.hpp>
#include <nmf/stopping/concept.hpp>

namespace nmf::detail {

struct Unknown {};

/// The axis of a policy, an option or a callable.
template <class P>
consteval auto axis_of() {
    if constexpr (requires { typename P::Axis; }) {
        return typename P::Axis{};
    } else if constexpr (std::same_as<P, Seed> || std::same_as<P, Threads> ||
                         std::same_as<P, UpdateOrder> || std::same_as<P, DeadComponents> ||
                         std::same_as<P, AllowNoMinimiser>) {
        return P{};
    } else if constexpr (StoppingCallable<P>) {
        return axis::Stopping{};
    } else if constexpr (ObserverCallable<P>) {
        return axis::Observer{};
    } else {
        return Unknown{};
    }
}

template <class P>
using AxisOf = decltype(axis_of<P>());

/// Fails with the concept that P does not satisfy, and why.
template <class P>
consteval bool check_policy() {
    using A = AxisOf<P>;
    if constexpr (std::same_as<A, axis::Solver>) {
        static_assert(Solver<P>, "nmf: this solver lacks a member; see nmf/solvers/concept.hpp");
    } else if constexpr (std::same_as<A, axis::Loss>) {
        static_assert(Loss<P>, "nmf: this loss lacks a member; see nmf/loss/concept.hpp");
    } else if constexpr (std::same_as<A, axis::Init>) {
        static_assert(Init<P>, "nmf: this init lacks a member; see nmf/init/concept.hpp");
    } else if constexpr (std::same_as<A, axis::Penalty>) {
        static_assert(Penalty<P>, "nmf: this penalty lacks a member; see nmf/penalty/concept.hpp");
    } else if constexpr (std::same_as<A, axis::Entries>) {
        static_assert(HasName<P>, "nmf: this choice of entries lacks its name");
    } else if constexpr (std::same_as<A, axis::Stopping>) {
        if constexpr (!StoppingCallable<P>) {
            static_assert(StoppingRule<P>,
                          "nmf: this stopping rule lacks a member; see nmf/stopping/concept.hpp");
        }
    } else if constexpr (std::same_as<A, axis::Observer>) {
        static_assert(ObserverCallable<P>,
                      "nmf: an observer is called as void(const nmf::Progress&) or "
                      "nmf::Signal(const nmf::Progress&)");
    } else {
        static_assert(
            !std::same_as<A, Unknown>,
            "nmf: this argument is no policy; a policy has `using Axis = nmf::axis::...`");
    }
    return true;
}

/// Fails with the names of a solver and a loss that do not go together, and why. False then.
template <class P, class L>
consteval bool check_solver_for() {
    if constexpr (Solver<P> && Loss<L> && !SolverFor<P, L>) {
        static_assert(HasUpdate<P, typename L::template HalfStep<double>, double>,
                      "nmf: this solver cannot work on the half-steps of this loss; see "
                      "nmf/solvers/concept.hpp");
    }
    return SolverFor<P, L>;
}

/// Entries that a run replaces by a matrix of low rank; see data/compressed.hpp.
template <class E, class View>
concept Compressing = requires(const E& entries, const View& view, CounterRandom random) {
    { entries.compress(view, view.rows(), random) } -> DataView;
};

/// Fails with the names of entries and a loss that do not go together, and why. False then.
template <class E, class L>
consteval bool check_entries_for() {
    constexpr bool fit = !Compressing<E, PlainView<double>> || least_squares<L>;
    static_assert(fit, "nmf: a divergence needs V itself; Compressed is for Frobenius");
    return fit;
}

/// The same for a policy, if it is a penalty, and a loss.
template <class P, class L>
consteval bool check_penalty_for() {
    if constexpr (Penalty<P> && Loss<L>) {
        using HalfStep = typename L::template HalfStep<double>;
        static_assert(PenaltyFor<P, HalfStep>,
                      "nmf: this penalty cannot be added to the half-steps of this loss");
        return PenaltyFor<P, HalfStep>;
    }
    return true;
}

template <class A, class... Ps>
inline constexpr int count_of = (0 + ... + (std::same_as<AxisOf<Ps>, A> ? 1 : 0));

template <class... Ps>
consteval bool check_policies() {
    static_assert(count_of<axis::Solver, Ps...> <= 1, "nmf: more than one solver is given");
    static_assert(count_of<axis::Loss, Ps...> <= 1, "nmf: more than one loss is given");
    static_assert(count_of<axis::Init, Ps...> <= 1, "nmf: more than one init is given");
    static_assert(count_of<axis::Entries, Ps...> <= 1,
                  "nmf: more than one choice of entries is given");
    static_assert(count_of<axis::Stopping, Ps...> <= 1,
                  "nmf: more than one stopping rule is given; combine them with || or &&");
    static_assert(count_of<axis::Observer, Ps...> <= 1, "nmf: more than one observer is given");
    static_assert(count_of<Seed, Ps...> <= 1, "nmf: more than one Seed is given");
    static_assert(count_of<Threads, Ps...> <= 1, "nmf: more than one Threads is given");
    static_assert(count_of<UpdateOrder, Ps...> <= 1, "nmf: more than one UpdateOrder is given");
    static_assert(count_of<DeadComponents, Ps...> <= 1,
                  "nmf: more than one DeadComponents is given");
    return (true && ... && check_policy<Ps>());
}

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

template <class P>
auto penalty_or_nothing(const P& policy) {
    if constexpr (std::same_as<AxisOf<P>, axis::Penalty>) {
        return std::tuple<P>(policy);
    } else {
        return std::tuple<>();
    }
}

template <class... Ps>
auto pick_penalties(const Ps&... policies) {
    return std::apply(
        [](const auto&... terms) {
            return Penalties<std::decay_t<decltype(terms)>...>{{terms...}};
        },
        std::tuple_cat(penalty_or_nothing(policies)...));
}

}  // namespace nmf::detail
