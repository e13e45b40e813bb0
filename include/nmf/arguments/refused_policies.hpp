// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Compile-time messages of `factorize` about policies that it cannot use, each of one sentence.
/// Functions named accept_... fail with the first sentence that applies. They then return false, so
/// that nothing more is instantiated.

#include <concepts>
#include <string_view>
#include <type_traits>

#include <nmf/arguments/policies.hpp>
#include <nmf/constraint/concept.hpp>
#include <nmf/half_step/former_of.hpp>
#include <nmf/loss/separable.hpp>
#include <nmf/penalty/concept.hpp>
#include <nmf/solvers/concept.hpp>

namespace nmf::detail {

/// The number of the first condition that does not hold, from 1; 0 if all do.
consteval int first_fault(std::same_as<bool> auto... holds) {
    int number = 0;
    int fault = 0;
    ((++number, fault = fault == 0 && !holds ? number : fault), ...);
    return fault;
}

template <class P>
consteval bool accept_solver() {
    constexpr int fault = first_fault(HasName<P>, HasWorkspace<P, float> && HasWorkspace<P, double>,
                                      std::copy_constructible<P>);
    static_assert(fault != 1, "nmf: a solver has static constexpr std::string_view name");
    static_assert(fault != 2,
                  "nmf: a solver has template <nmf::RealScalar S> struct Workspace, its scratch "
                  "memory, which may be empty");
    static_assert(fault != 3, "nmf: a solver has to be copyable");
    return fault == 0;
}

/// Whether the statistics of a half-step are normal equations, those of the multiplicative family,
/// or a kind for which the loss has a former.
template <class L, class S>
concept HasKnownHalfStep = HasHalfStep<L, S> &&
    (NamesFormer<L> || std::same_as<typename L::template HalfStep<S>, NormalEquations<S>> ||
     std::same_as<typename L::template HalfStep<S>, MultiplicativeStep<S>>);

template <class P>
consteval bool accept_loss() {
    constexpr int fault = first_fault(HasName<P>, HasEntryCost<P>,
                                      HasKnownHalfStep<P, float> && HasKnownHalfStep<P, double>,
                                      std::copy_constructible<P>);
    static_assert(fault != 1, "nmf: a loss has static constexpr std::string_view name");
    static_assert(fault != 2,
                  "nmf: a loss has double entry(double v, double y) const, the cost of modelling v "
                  "by y");
    static_assert(fault != 3,
                  "nmf: a loss has template <nmf::RealScalar S> using HalfStep = "
                  "nmf::MultiplicativeStep<S>");
    static_assert(fault != 4, "nmf: a loss has to be copyable");
    if constexpr (fault == 0) {
        if constexpr (!least_squares<P> && !NamesFormer<P>) {
            constexpr int more =
                first_fault(HasSplit<P, float> && HasSplit<P, double>, HasExponent<P>);
            static_assert(
                more != 1,
                "nmf: a loss has void split(v, y, p, q) const on Eigen arrays of float and "
                "of double, which sets p, q >= 0 so that the derivative by y is q - p");
            static_assert(more != 2,
                          "nmf: a loss has double exponent(bool with_l2) const, the power of p / q "
                          "that makes a multiplicative update");
            return more == 0;
        }
    }
    return fault == 0;
}

template <class P>
consteval bool accept_penalty() {
    constexpr int fault =
        first_fault(HasName<P>, HasValue<P, float> && HasValue<P, double>,
                    HasAddTo<P, float> && HasAddTo<P, double>, std::copy_constructible<P>);
    static_assert(fault != 1, "nmf: a penalty has static constexpr std::string_view name");
    static_assert(fault != 2,
                  "nmf: a penalty has double value(nmf::Side, const nmf::Factor<S>&) const for S = "
                  "float and double");
    static_assert(
        fault != 3,
        "nmf: a penalty has void add_to(const nmf::PenaltyPlace<S>&, nmf::PenaltyTerms&) const for "
        "S = float and double");
    static_assert(fault != 4, "nmf: a penalty has to be copyable");
    return fault == 0;
}

template <class P>
consteval bool accept_constraint() {
    constexpr int fault = first_fault(HasName<P>, HasBound<P, float> && HasBound<P, double>,
                                      std::copy_constructible<P>);
    static_assert(fault != 1, "nmf: a constraint has static constexpr std::string_view name");
    static_assert(
        fault != 2,
        "nmf: a constraint has void bound(nmf::Side, nmf::Bounds<S>&) const for S = float "
        "and double");
    static_assert(fault != 3, "nmf: a constraint has to be copyable");
    return fault == 0;
}

/// An argument without an axis, which is no option and no observer.
template <class P>
consteval bool accept_unknown() {
    using F = std::decay_t<P>;
    constexpr bool constant = std::invocable<const F&, const Progress&>;
    constexpr int fault = first_fault(
        !StoppingCallable<F>, !std::is_arithmetic_v<P>,
        !std::convertible_to<const P&, std::string_view>, !requires(const P& p) { p.rows(); },
        constant || !std::invocable<F&, const Progress&>, !constant || std::copy_constructible<F>,
        !constant, !requires { &P::operator(); } && !std::is_function_v<std::remove_pointer_t<F>>,
        false);
    if constexpr (fault == 1) return require_rule<F>();
    static_assert(fault != 2,
                  "nmf: a number does not say what it is for: nmf::KktTolerance{1e-6} is a "
                  "tolerance, nmf::MaxIterations{1000} a limit, nmf::Seed{7} a seed");
    static_assert(fault != 3,
                  "nmf: policies are given by their types, not by names in quotes: "
                  "nmf::KullbackLeibler{} is a loss, nmf::Hals{} a solver, nmf::Nndsvd{} an init");
    static_assert(fault != 4,
                  "nmf: a matrix does not say what it is for: nmf::Weights(M) are weights, "
                  "nmf::CustomInit(W, H) is a start");
    static_assert(fault != 5,
                  "nmf: a callable is called as a const object; a lambda must not be mutable, but "
                  "may capture by reference what it changes");
    static_assert(fault != 6, "nmf: a callable has to be copyable");
    static_assert(fault != 7,
                  "nmf: an observer returns nothing or nmf::Signal; nmf::StopWhen{callable} is a "
                  "stopping rule");
    static_assert(fault != 8,
                  "nmf: an observer is called with a const nmf::Progress&, and returns nothing or "
                  "nmf::Signal");
    static_assert(fault != 9,
                  "nmf: this argument is no policy: nmf/nmf.hpp has the policies, and one of your "
                  "own says what it is by using Axis = nmf::axis::Solver (Loss, Init, Stopping, "
                  "Penalty, Constraint, Entries)");
    return false;
}

template <class P>
consteval bool accept_policy() {
    using A = AxisOf<P>;
    if constexpr (is_option<P>) {
        return true;
    } else if constexpr (std::same_as<A, axis::Solver>) {
        return accept_solver<P>();
    } else if constexpr (std::same_as<A, axis::Loss>) {
        return accept_loss<P>();
    } else if constexpr (std::same_as<A, axis::Penalty>) {
        return accept_penalty<P>();
    } else if constexpr (std::same_as<A, axis::Constraint>) {
        return accept_constraint<P>();
    } else if constexpr (std::same_as<A, axis::Stopping>) {
        return require_rule<P>();
    } else if constexpr (std::same_as<A, axis::Init>) {
        static_assert(HasName<P>, "nmf: an init has static constexpr std::string_view name");
        return HasName<P>;
    } else if constexpr (std::same_as<A, axis::Entries>) {
        static_assert(HasName<P>,
                      "nmf: a choice of entries has static constexpr std::string_view name");
        return HasName<P>;
    } else if constexpr (std::same_as<A, axis::Observer>) {
        constexpr bool callable = ObserverCallable<std::decay_t<P>>;
        static_assert(callable,
                      "nmf: an observer is called with a const nmf::Progress&, as a const object, "
                      "and returns nothing or nmf::Signal");
        return callable;
    } else if constexpr (std::same_as<A, Unknown>) {
        return accept_unknown<P>();
    } else {
        static_assert(is_option<P>,
                      "nmf: the Axis of a policy is nmf::axis::Solver, Loss, Init, Stopping, "
                      "Penalty, Constraint, Entries or Observer");
        return false;
    }
}

/// One policy after the other, up to the first that is refused.
template <class... Ps>
requires(sizeof...(Ps) == 0) consteval bool accept_each() { return true; }
template <class P, class... Ps>
consteval bool accept_each() {
    if constexpr (accept_policy<P>()) return accept_each<Ps...>();
    return false;
}

template <class... Ps>
consteval bool accept_counts() {
    constexpr bool only = (false || ... || stands_alone<Ps>);
    constexpr int fault = first_fault(
        count_of<axis::Solver, Ps...> <= 1, count_of<axis::Loss, Ps...> <= 1,
        count_of<axis::Observer, Ps...> <= 1, count_of<Seed, Ps...> <= 1,
        count_of<Threads, Ps...> <= 1, count_of<UpdateOrder, Ps...> <= 1,
        count_of<DeadComponents, Ps...> <= 1, !only || count_of<axis::Stopping, Ps...> <= 1,
        count_of<AllowNoMinimiser, Ps...> <= 1, count_of<UnitComponents, Ps...> <= 1);
    static_assert(fault != 1, "nmf: more than one solver is given");
    static_assert(fault != 2, "nmf: more than one loss is given");
    static_assert(fault != 3,
                  "nmf: more than one observer is given; call one of them from the other");
    static_assert(fault != 4, "nmf: more than one Seed is given");
    static_assert(fault != 5, "nmf: more than one Threads is given");
    static_assert(fault != 6, "nmf: more than one UpdateOrder is given");
    static_assert(fault != 7, "nmf: more than one DeadComponents is given");
    static_assert(fault != 8,
                  "nmf: Only{...} ends the run alone: put the other rules inside, as in "
                  "nmf::Only{nmf::MaxIterations{100} || nmf::TimeLimit{10}}");
    static_assert(fault != 9, "nmf: more than one AllowNoMinimiser is given");
    static_assert(fault != 10,
                  "nmf: UnitComponents are for one factor; the other one has the sizes");
    if constexpr (fault == 0) return accept_together<Ps...>();
    return false;
}

}  // namespace nmf::detail
