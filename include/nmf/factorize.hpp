// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The front door: factorize(V, rank, policies...) and the NMF model.

#include <tuple>
#include <type_traits>

#include <nmf/arguments/policies.hpp>
#include <nmf/arguments/refusals.hpp>
#include <nmf/data/entries.hpp>
#include <nmf/run/factorize_view.hpp>
#include <nmf/run/memory_estimate.hpp>
#include <nmf/run/refused.hpp>

namespace nmf {

/// Factorizes V (m x n, entries >= 0) into W (m x k) times H (k x n), W, H >= 0, with k = rank:
///
///     minimise  loss(V, W H) + penalties.
///
/// V is any dense Eigen matrix, Map, Ref, Block or expression, or any Eigen::SparseMatrix or Map of
/// one. Its scalars are float or double. A dense V is not copied. A sparse V is copied once, in the
/// other storage order, and for large factors twice more in bands that fit the cache. Nothing else
/// is m x n.
///
/// V may also be a view, such as make_view(V) or make_view(V, MissingNan{}). A view is made once
/// and serves many runs, any number of them at a time. A V that does not fit into memory is
/// streamed(rows, cols, callable).
///
/// Policies come in any order, each kind at most once. There may be several different penalties,
/// constraints and stopping rules, and several inits, which share the Starts. The kinds and their
/// defaults:
///
/// - loss: Frobenius;
/// - solver: Hals for Frobenius, KlCoordinateDescent for KullbackLeibler, MultiplicativeUpdate for
///   other losses and for KullbackLeibler of a streamed V;
/// - init: RandomInit;
/// - stopping rules: KktTolerance || DiminishingReturns || MaxIterations;
/// - entries that count: AllEntries; entries that are held out: none;
/// - penalties, constraints, observer: none;
/// - options: Seed, Starts, Threads, UpdateOrder, DeadComponents, AllowNoMinimiser.
///
/// Stopping rules side by side are joined by ||. If all of them are limits, the default tests join
/// them. If none is a limit, the default limit joins them. Only{rule} stands alone.
///
/// Throws InputError for the first of these that it finds:
///
/// - a parameter of a policy out of its range;
/// - a V without entries, or a rank below 1;
/// - an entry of V that is negative, NaN or infinite;
/// - a zero in V, if the loss cannot have one;
/// - inits and Starts that do not go together;
/// - a custom start or weights that do not fit.
///
///     auto fit = nmf::factorize(V, 20);
///     auto fit = nmf::factorize(V, 20, nmf::KullbackLeibler{}, nmf::Seed{7});
template <class Derived, class Rank, class... Ps>
[[nodiscard]] auto factorize(const Eigen::EigenBase<Derived>& v, const Rank& rank,
                             const Ps&... policies) {
    // Where something does not fit, nothing more is instantiated.
    if constexpr (detail::accept<Derived, Rank, Ps...>()) {
        const auto entries = detail::pick_entries(policies...);
        return detail::factorize_checked(
            v.derived(), entries, static_cast<Index>(rank),
            [&] { return entries.view(v.derived()); },
            [&](const auto&) { return make_view(v.derived()); }, policies...);
    } else {
        return detail::Refused<typename Eigen::internal::traits<Derived>::Scalar>{};
    }
}

template <DataView View, class Rank, class... Ps>
[[nodiscard]] auto factorize(const View& view, const Rank& rank, const Ps&... policies) {
    if constexpr (detail::accept_with_view<View, Rank, Ps...>()) {
        const auto run = [&](const auto& entries) {
            return detail::factorize_checked(
                view, entries, static_cast<Index>(rank), [&]() -> const View& { return view; },
                detail::OfView{}, policies...);
        };
        if constexpr (detail::others_differ<View>()) {
            return run(detail::EntriesOfView(true));
        } else {
            return run(detail::pick_entries(policies...));
        }
    } else {
        return detail::Refused<typename View::Scalar>{};
    }
}

template <class V, class... Args>
requires(!detail::is_eigen<V> && !DataView<V>) auto factorize(const V&, const Args&...) {
    static_assert(detail::is_eigen<V>,
                  "nmf: V has to be an Eigen matrix; numbers in memory are one by "
                  "Eigen::Map<const Eigen::MatrixXd>(pointer, rows, cols)");
    return detail::Refused<double>{};
}

template <class Derived>
auto factorize(const Eigen::EigenBase<Derived>&) {
    static_assert(!detail::is_eigen<Derived>,
                  "nmf: the rank comes after V, as in nmf::factorize(V, 20)");
    return detail::Refused<double>{};
}

/// A rank and policies, kept for later. NMF(20, Anls{}).fit(V) is factorize(V, 20, Anls{}).
template <class... Ps>
class NMF {
    static constexpr bool accepted = detail::accept_policies<Ps...>();

public:
    template <class Rank>
    explicit NMF(const Rank& rank, const Ps&... policies) : kept_(keep(policies...)) {
        if constexpr (detail::accept_rank<Rank>()) rank_ = static_cast<Index>(rank);
    }

    template <class V>
    [[nodiscard]] auto fit(const V& v) const {
        if constexpr (accepted) {
            return std::apply([&](const auto&... kept) { return factorize(v, rank_, kept...); },
                              kept_);
        } else {
            return detail::Refused<double>{};
        }
    }

    template <class V, class P, class... More>
    auto fit(const V&, const P&, const More&...) const {
        static_assert(sizeof(V) == 0,
                      "nmf: fit takes V alone; the policies come after the rank, as in "
                      "nmf::NMF(20, nmf::KullbackLeibler{})");
        return detail::Refused<double>{};
    }

private:
    static auto keep(const Ps&... policies) {
        if constexpr (accepted) {
            return std::tuple<std::decay_t<Ps>...>(policies...);
        } else {
            return std::tuple<>();
        }
    }

    Index rank_ = 0;
    std::conditional_t<accepted, std::tuple<std::decay_t<Ps>...>, std::tuple<>> kept_;
};
template <class Rank, class... Ps>
NMF(const Rank&, const Ps&...) -> NMF<Ps...>;

}  // namespace nmf
