// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What `factorize` says, when a program is compiled, of arguments that do not go together, as
/// nmf/arguments/refused_policies.hpp does of each policy.

#include <concepts>
#include <type_traits>
#include <utility>

#include <nmf/arguments/policies.hpp>
#include <nmf/arguments/refused_policies.hpp>
#include <nmf/data/entries.hpp>
#include <nmf/data/extent.hpp>
#include <nmf/half_step/former_of.hpp>
#include <nmf/init/random.hpp>
#include <nmf/loss/beta_divergence.hpp>
#include <nmf/loss/frobenius.hpp>
#include <nmf/penalty/concept.hpp>
#include <nmf/solvers/concept.hpp>

namespace nmf {

struct Als;
struct Anls;
struct CountScaledL2;

namespace detail {

template <class V>
inline constexpr bool dense_or_sparse =
    std::is_base_of_v<Eigen::DenseBase<V>, V> || std::is_base_of_v<Eigen::SparseMatrixBase<V>, V>;

/// V, whose type is derived from Eigen::EigenBase.
template <class V>
consteval bool accept_matrix() {
    using S = typename Eigen::internal::traits<V>::Scalar;
    constexpr int fault = first_fault(dense_or_sparse<V>, !std::integral<S>,
                                      !Eigen::NumTraits<S>::IsComplex, RealScalar<S>);
    static_assert(fault != 1,
                  "nmf: V has to be a dense or sparse Eigen matrix; pass Eigen::MatrixXd(V)");
    static_assert(fault != 2, "nmf: V holds integers; pass V.cast<double>()");
    static_assert(fault != 3, "nmf: V is complex; pass real numbers >= 0, such as V.cwiseAbs()");
    static_assert(fault != 4, "nmf: V has to hold float or double; pass V.cast<double>()");
    return fault == 0;
}

template <class R>
inline constexpr bool is_character =
    std::same_as<R, char> || std::same_as<R, signed char> || std::same_as<R, unsigned char> ||
    std::same_as<R, wchar_t> || std::same_as<R, char8_t> || std::same_as<R, char16_t> ||
    std::same_as<R, char32_t>;

template <class R>
consteval bool accept_rank() {
    constexpr int fault = first_fault(!std::floating_point<R>, !std::same_as<R, bool>,
                                      std::convertible_to<R, Index> && !is_character<R>);
    static_assert(fault != 1, "nmf: the rank is a whole number, as in nmf::factorize(V, 20)");
    static_assert(fault != 2, "nmf: the rank is a whole number, not a bool");
    static_assert(fault != 3,
                  "nmf: the rank, a whole number, comes before the policies, as in "
                  "nmf::factorize(V, 20, nmf::KullbackLeibler{})");
    return fault == 0;
}

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

/// A policy that may be a penalty, with a solver and a loss.
template <class P, class SolverPolicy, class L>
consteval bool accept_penalty_for() {
    if constexpr (std::same_as<AxisOf<P>, axis::Penalty>) {
        constexpr bool fit = PenaltyFor<P, StatisticsFor<SolverPolicy, L, float>> &&
                             PenaltyFor<P, StatisticsFor<SolverPolicy, L, double>> &&
                             PenaltyFor<P, typename L::template HalfStep<double>>;
        constexpr bool counted = std::same_as<P, CountScaledL2>;
        static_assert(fit || !counted,
                      "nmf: CountScaledL2 is for Frobenius; the other losses have L1, L2 and "
                      "ElasticNet");
        static_assert(fit || counted,
                      "nmf: a penalty for this loss and solver has void add_to(nmf::Side, Step&) "
                      "const for any Step with members linear and ridge, such as "
                      "nmf::MultiplicativeStep<S>");
        return fit;
    }
    return true;
}

template <class SolverPolicy, class L, class... Ps>
consteval bool accept_penalties() {
    return (true && ... && accept_penalty_for<Ps, SolverPolicy, L>());
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
        if constexpr (accept_pair<P, L>()) return accept_penalties<P, L, Ps...>();
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
    return visited && counted && whole;
}

/// A view of V with policies that fit each other.
template <class View, class... Ps>
consteval bool accept_view() {
    using L = Chosen<axis::Loss, Frobenius, Ps...>;
    using I = Chosen<axis::Init, RandomInit, Ps...>;
    using E = Chosen<axis::Entries, AllEntries, Ps...>;
    constexpr bool fit = !Compressing<E, View> || least_squares<L>;
    static_assert(fit, "nmf: Compressed is for Frobenius; the other losses need V itself");
    if constexpr (fit && accept_view_for<View, L>()) {
        constexpr bool starts = InitFor<I, View>;
        static_assert(starts,
                      "nmf: an init has template <nmf::DataView View, class S> void "
                      "start(const View&, const nmf::Summary&, nmf::CounterRandom, "
                      "nmf::Factor<S>& wt, nmf::Factor<S>& h) const");
        return starts;
    }
    return false;
}

/// V with policies that fit each other.
template <class V, class... Ps>
consteval bool accept_data() {
    using E = Chosen<axis::Entries, AllEntries, Ps...>;
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
    } else {
        using E = Chosen<axis::Entries, AllEntries, Ps...>;
        constexpr bool all = std::same_as<E, AllEntries>;
        constexpr bool compressing = Compressing<E, View>;
        static_assert(all || compressing,
                      "nmf: which entries count belongs to the view, as in nmf::make_view(V, "
                      "nmf::MissingNan{})");
        if constexpr (all || compressing) return accept_view<View, Ps...>();
        return false;
    }
}

}  // namespace detail
}  // namespace nmf
