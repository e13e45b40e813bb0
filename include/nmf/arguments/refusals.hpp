// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Compile-time messages of `factorize` about arguments that do not fit together. The messages
/// about single policies are in nmf/arguments/refused_policies.hpp.

#include <concepts>
#include <type_traits>
#include <utility>

#include <nmf/arguments/policies.hpp>
#include <nmf/arguments/refused_data.hpp>
#include <nmf/arguments/refused_held_out.hpp>
#include <nmf/arguments/refused_one_sided.hpp>
#include <nmf/arguments/refused_policies.hpp>
#include <nmf/data/entries.hpp>
#include <nmf/data/extent.hpp>
#include <nmf/half_step/former_of.hpp>
#include <nmf/init/concept.hpp>
#include <nmf/loss/beta_divergence.hpp>
#include <nmf/loss/frobenius.hpp>
#include <nmf/penalty/concept.hpp>
#include <nmf/solvers/concept.hpp>

namespace nmf {

struct Als;
struct Anls;
struct CountScaledL2;

namespace detail {

/// A solver and a loss that go together.
template <class P, class L>
consteval bool accept_pair() {
    constexpr bool fit = SolverFor<P, L>;
    constexpr bool kl = std::same_as<L, KullbackLeibler>;
    constexpr bool frobenius = least_squares<L>;
    constexpr bool hals = std::same_as<P, Hals>;
    constexpr bool anls = std::same_as<P, Anls>;
    constexpr bool als = std::same_as<P, Als>;
    constexpr bool cd = std::same_as<P, KlCoordinateDescent>;
    constexpr bool own = !hals && !anls && !als && !cd;
    static_assert(fit || !hals || !kl,
                  "nmf: Hals solves Frobenius; KullbackLeibler has KlCoordinateDescent and "
                  "MultiplicativeUpdate");
    static_assert(fit || !anls || !kl,
                  "nmf: Anls solves Frobenius; KullbackLeibler has KlCoordinateDescent and "
                  "MultiplicativeUpdate");
    static_assert(fit || !als || !kl,
                  "nmf: Als solves Frobenius; KullbackLeibler has KlCoordinateDescent and "
                  "MultiplicativeUpdate");
    static_assert(fit || !hals || kl,
                  "nmf: Hals solves Frobenius; the other losses have MultiplicativeUpdate");
    static_assert(fit || !anls || kl,
                  "nmf: Anls solves Frobenius; the other losses have MultiplicativeUpdate");
    static_assert(fit || !als || kl,
                  "nmf: Als solves Frobenius; the other losses have MultiplicativeUpdate");
    static_assert(fit || !cd || !frobenius,
                  "nmf: KlCoordinateDescent solves KullbackLeibler; Frobenius has Hals, Anls, Als "
                  "and MultiplicativeUpdate");
    static_assert(fit || !cd || frobenius,
                  "nmf: KlCoordinateDescent solves KullbackLeibler; the other losses have "
                  "MultiplicativeUpdate");
    static_assert(fit || !own || !frobenius,
                  "nmf: a solver for Frobenius has void update(const nmf::NormalEquations<S>&, "
                  "nmf::Factor<S>&, Workspace<S>&) const for S = float and double");
    static_assert(fit || !own || frobenius || !kl,
                  "nmf: a solver for KullbackLeibler has void update(nmf::MultiplicativeStep<S>&, "
                  "nmf::Factor<S>&, Workspace<S>&) const, or the same with nmf::EntryColumn<S>&, "
                  "for S = float and double");
    static_assert(fit || !own || frobenius || kl,
                  "nmf: a solver for this loss has void update(nmf::MultiplicativeStep<S>&, "
                  "nmf::Factor<S>&, Workspace<S>&) const for S = float and double");
    return fit;
}

/// A policy that may be a penalty, with a loss.
template <class P, class L>
consteval bool accept_penalty_for() {
    if constexpr (std::same_as<AxisOf<P>, axis::Penalty>) {
        constexpr bool counted = std::same_as<P, CountScaledL2>;
        constexpr bool free = !HasCountedValue<P, double> && !couples_components<P>;
        constexpr bool taken = requires { requires L::takes_penalties; };
        constexpr bool pulls = !HasPull<P, double> || requires { requires L::takes_pulls; };
        constexpr bool known = !NamesFormer<L> || (taken && pulls);
        constexpr int fault =
            first_fault(least_squares<L> || !counted, least_squares<L> || free, known);
        static_assert(fault != 1,
                      "nmf: CountScaledL2 is for Frobenius; the other losses have L1, L2 and "
                      "ElasticNet");
        static_assert(fault != 2,
                      "nmf: this penalty couples components or counts observations, which is for "
                      "Frobenius; the other losses have L1, L2, ElasticNet and Smooth");
        static_assert(
            fault != 3,
            "nmf: a loss with half-steps of its own kind says by static constexpr bool "
            "takes_penalties = true that its former adds step.penalties(), and by takes_pulls that "
            "it adds step.pulls()");
        return fault == 0;
    }
    return true;
}

template <class L, class... Ps>
consteval bool accept_penalties() {
    return (true && ... && accept_penalty_for<Ps, L>());
}

/// UnitComponents with the penalties.
template <class... Ps>
consteval bool accept_unit() {
    constexpr bool all =
        (true && ... && (!std::same_as<AxisOf<Ps>, axis::Penalty> || scales_by_component<Ps>));
    constexpr bool fit = all || count_of<UnitComponents, Ps...> == 0;
    static_assert(fit,
                  "nmf: UnitComponents goes with penalties of single entries: L1, L2 and "
                  "ElasticNet");
    return fit;
}

/// Constraints with a solver and a loss.
template <class SolverPolicy, class L, class ConstraintSet>
consteval bool accept_limits() {
    if constexpr (ConstraintSet::none) {
        return true;
    } else if constexpr (NamesFormer<L>) {
        static_assert(!NamesFormer<L>,
                      "nmf: constraints are not for a loss with half-steps of its own kind");
        return false;
    } else {
        constexpr bool kept =
            KeepsBounds<SolverPolicy, L, float> && KeepsBounds<SolverPolicy, L, double>;
        constexpr bool frees = ConstraintSet::frees_signs;
        constexpr int fault =
            first_fault(kept, !frees || least_squares<L>, !frees || takes_any_sign<SolverPolicy>);
        static_assert(fault != 1,
                      "nmf: a solver that heeds constraints has update for any Region, as in "
                      "template <nmf::RealScalar S, class Region> void update(const "
                      "nmf::NormalEquations<S, Region>&, nmf::Factor<S>&, Workspace<S>&) const");
        static_assert(fault != 2, "nmf: entries of any sign, as by nmf::Free, are for Frobenius");
        static_assert(fault != 3,
                      "nmf: entries of any sign, as by nmf::Free, are for the solvers Hals, Als "
                      "and Anls");
        return fault == 0;
    }
}

/// All that can be said without V.
template <class... Ps>
consteval bool accept_policies() {
    if constexpr (!accept_counts<Ps...>()) {
        return false;
    } else if constexpr (!accept_each<Ps...>()) {
        return false;
    } else {
        using L = Chosen<axis::Loss, Frobenius, Ps...>;
        using P = Chosen<axis::Solver, DefaultSolver<L>, Ps...>;
        if constexpr (accept_pair<P, L>()) {
            if constexpr (accept_limits<P, L, ChosenConstraints<Ps...>>()) {
                if constexpr (accept_unit<Ps...>()) return accept_penalties<L, Ps...>();
            }
        }
        return false;
    }
}

/// A view of V, or of further columns of it, for a loss.
template <class View, class L>
consteval bool accept_view_for() {
    constexpr bool visited = least_squares<L> || EntryView<View>;
    static_assert(visited,
                  "nmf: for this loss a view has for_each_group(), costs() and pass(); see "
                  "nmf::EntryView");
    constexpr bool counted = WeightedView<View> || !View::weighted;
    static_assert(counted,
                  "nmf: a view with weights has differing(), observed() and visit_differing(); see "
                  "nmf::WeightedView");
    constexpr bool whole = least_squares<L> || !has_part<View>;
    static_assert(whole,
                  "nmf: a view that is one part of a larger V is for Frobenius; the other losses "
                  "need all of V");
    constexpr bool signs = least_squares<L> || !entries_of_any_sign<View>;
    static_assert(
        signs,
        "nmf: entries of any sign, as by nmf::SignedEntries, are for Frobenius; the other "
        "losses need a V >= 0");
    return visited && counted && whole && signs;
}

/// A view of V with a solver.
template <class View, class P>
consteval bool accept_signs() {
    constexpr bool solved = takes_any_sign<P> || !entries_of_any_sign<View>;
    static_assert(solved,
                  "nmf: entries of any sign, as by nmf::SignedEntries, are for the solvers Hals, "
                  "Als and Anls");
    return solved;
}

/// Whether a policy is no init, or one that can start from a view.
template <class P, class View>
inline constexpr bool starts_from = InitFor<P, View>;
template <class P, class View>
requires(!std::same_as<AxisOf<P>, axis::Init>) inline constexpr bool starts_from<P, View> = true;
template <InitList P, class View>
inline constexpr bool starts_from<P, View> = InitFor<typename P::Each, View>;

/// A view of V with policies that fit each other.
template <class View, class... Ps>
consteval bool accept_view() {
    using L = Chosen<axis::Loss, Frobenius, Ps...>;
    using E = ChosenEntries<Ps...>;
    constexpr bool fit = !Compressing<E, View> || least_squares<L>;
    static_assert(fit, "nmf: Compressed is for Frobenius; the other losses need V itself");
    using P = Chosen<axis::Solver, DefaultSolver<L, View>, Ps...>;
    constexpr bool alone = !has_part<View> || (ChosenConstraints<Ps...>::none &&
                                               (true && ... && !touches_at_factor<Ps>));
    static_assert(alone,
                  "nmf: a view that is one part of a larger V has no constraints, and no penalties "
                  "that couple columns");
    if constexpr (!fit || !alone) {
        return false;
    } else if constexpr (!accept_view_for<View, L>() || !accept_rows<View, L, P>()) {
        return false;
    } else if constexpr (!accept_signs<View, P>()) {
        return false;
    } else if constexpr (!accept_held_out<View, Ps...>()) {
        return false;
    } else {
        constexpr bool starts = (true && ... && starts_from<Ps, View>);
        static_assert(starts,
                      "nmf: an init has template <nmf::DataView View, class S> void "
                      "start(const View&, const nmf::Summary&, nmf::CounterRandom, "
                      "nmf::Factor<S>& wt, nmf::Factor<S>& h) const");
        return starts;
    }
}

/// V with policies that fit each other.
template <class V, class... Ps>
consteval bool accept_data() {
    using E = ChosenEntries<Ps...>;
    if constexpr (!accept_entries<E, V>()) {
        return false;
    } else if constexpr (!requires(const E& entries, const V& v) {
                             { entries.view(v) } -> DataView;
                         }) {
        static_assert(!HasName<E>,
                      "nmf: a choice of entries has view(const V&) const, which "
                      "returns a nmf::DataView of V");
        return false;
    } else {
        using View = decltype(std::declval<const E&>().view(std::declval<const V&>()));
        return accept_view<View, Ps...>();
    }
}

template <class V>
inline constexpr bool is_eigen = requires(const V& v) {
    []<class Derived>(const Eigen::EigenBase<Derived>&) {}(v);
};

/// The arguments of `factorize`, of which the first is an Eigen matrix.
template <class V, class Rank, class... Ps>
consteval bool accept() {
    if constexpr (!accept_matrix<V>()) {
        return false;
    } else if constexpr (!accept_rank<Rank>()) {
        return false;
    } else if constexpr (!accept_policies<Ps...>()) {
        return false;
    } else {
        return accept_data<V, Ps...>();
    }
}

/// The same where the first is a view of V.
template <class View, class Rank, class... Ps>
consteval bool accept_with_view() {
    if constexpr (!accept_rank<Rank>()) {
        return false;
    } else if constexpr (!accept_policies<Ps...>()) {
        return false;
    } else if constexpr (accept_entries_of<View, ChosenEntries<Ps...>>()) {
        using E = ChosenEntries<Ps...>;
        constexpr bool all = std::same_as<E, AllEntries>;
        constexpr bool compressing = Compressing<E, View>;
        static_assert(all || compressing,
                      "nmf: which entries count belongs to the view, as in nmf::make_view(V, "
                      "nmf::MissingNan{})");
        if constexpr (all || compressing) return accept_view<View, Ps...>();
        return false;
    } else {
        return false;
    }
}

}  // namespace detail
}  // namespace nmf
