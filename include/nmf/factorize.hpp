// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The front door: factorize(V, rank, policies...) and the NMF model.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <tuple>
#include <utility>

#include <nmf/init/fill.hpp>
#include <nmf/init/random.hpp>
#include <nmf/loss/beta_divergence.hpp>
#include <nmf/loss/frobenius.hpp>
#include <nmf/machine/parallel.hpp>
#include <nmf/run/checked_start.hpp>
#include <nmf/run/checked_summary.hpp>
#include <nmf/run/components.hpp>
#include <nmf/run/dispatch.hpp>
#include <nmf/run/factorization.hpp>
#include <nmf/run/loop.hpp>
#include <nmf/run/measure.hpp>
#include <nmf/run/minimiser.hpp>
#include <nmf/run/policies.hpp>
#include <nmf/run/refusals.hpp>

namespace nmf {
namespace detail {

template <class V>
void check_shape(const V& v, Index rank) {
    if (v.rows() == 0 || v.cols() == 0) {
        throw InputError("V is " + shape(v.rows(), v.cols()) + "; it needs at least one entry");
    }
    if (rank < 1) throw InputError("the rank is " + std::to_string(rank) + "; it has to be >= 1");
    // Far beyond any memory, and far below what an Index can count.
    const Index most = (Index{1} << 50) / std::max<Index>(v.rows(), v.cols());
    if (rank > most) {
        throw InputError("the rank is " + std::to_string(rank) +
                         "; factors of that size do not fit into memory");
    }
}

template <class P>
[[nodiscard]] bool rescaled(const P& init) {
    if constexpr (requires { init.rescale; }) {
        return init.rescale;
    } else {
        return true;
    }
}

/// Columns without any entry that counts.
template <class View>
[[nodiscard]] std::vector<Index> unobserved(const View& view) {
    std::vector<Index> empty;
    if constexpr (View::weighted) {
        for (Index j = 0; j < view.cols(); ++j) {
            check_interrupt();
            bool seen = false;
            view.visit(j, [&](Index, auto, auto) { seen = true; });
            if (!seen) empty.push_back(j);
        }
    }
    return empty;
}

/// Of the random numbers of a run, those of compression; inits have the low numbers.
inline constexpr std::uint64_t compression_stream = 1000;

/// ||V - V~|| / ||V|| for a projection V~ of V, which is orthogonal to V - V~.
template <class View, class Low>
[[nodiscard]] double compression_error(const View& view, const Summary& sums, const Low& low,
                                       double low_squared_norm) {
    const double residual = Frobenius::squared_residual(
        view, sums.squared_norm, low.left(), low.right(), low_squared_norm, low_squared_norm);
    return std::sqrt(ratio_or_zero(residual, sums.squared_norm));
}

/// A run on one orientation of V: right is updated first.
template <class Fit, DataView View, class P, class Rule, class Observer>
void run(Fit& fit, const View& view, const Summary& sums, const P& problem, const Rule& rule,
         const Observer& observer, bool rescale, Side right_side,
         Factor<typename View::Scalar> left, Factor<typename View::Scalar> right,
         const Stopwatch& watch) {
    using S = typename View::Scalar;
    const Index rank = left.rows();
    with_alternation(view, sums, problem, right_side, rank, [&](auto& alternation) {
        alternation.start(std::move(left), std::move(right), rescale);
        if (!std::isfinite(alternation.best().objective)) {
            throw InputError("the objective of the start is " +
                             scientific(alternation.best().objective) +
                             "; a loss or a penalty has made a NaN or an infinity");
        }
        LoopResult outcome = run_loop(alternation, rule, observer, watch);
        const Uninterrupted finishing;
        auto [l, r] = alternation.finish(rescale);
        const bool right_is_h = right_side == Side::h;
        fit.W = (right_is_h ? l : r).matrix().transpose();
        fit.H = (right_is_h ? r : l).matrix();
        fit.status = outcome.status;
        fit.history = std::move(outcome.history);
        if constexpr (least_squares<std::decay_t<decltype(problem.loss)>>) {
            measure_once_more(view, sums.squared_norm, l, r, !problem.penalties.scale_free(),
                              fit.history.back());
        }
        fit.restarts = alternation.restarts();
        const auto norm = [&](Index component) { return alternation.component_norm(component); };
        look_at_components<S>(fit, norm, std::sqrt(sums.squared_norm));
    });
    fit.iterations = fit.history.back().iteration;
    fit.objective = fit.history.back().objective;
    fit.relative_error = fit.history.back().relative_error;
    fit.kkt_residual = fit.history.back().kkt_residual;
}

/// factorize, for policies that fit together.
template <class Derived, class... Ps>
auto factorize_checked(const Eigen::EigenBase<Derived>& v, Index rank, const Ps&... policies) {
    const Stopwatch watch;
    const auto& loss = pick<axis::Loss>(Frobenius{}, policies...);
    using LossPolicy = std::decay_t<decltype(loss)>;
    const auto& solver = pick<axis::Solver>(DefaultSolver<LossPolicy>{}, policies...);
    const auto& entries = pick<axis::Entries>(AllEntries{}, policies...);
    const auto& init = pick<axis::Init>(RandomInit{}, policies...);
    const auto rule = pick_rule(policies...);
    const auto& observer = pick<axis::Observer>(NoObserver{}, policies...);
    const auto penalties = pick_penalties(policies...);
    const auto seed = pick<Seed>(Seed{}, policies...);
    const auto threads = pick<Threads>(Threads{}, policies...);
    const auto order = pick<UpdateOrder>(UpdateOrder::hw, policies...);
    const auto dead = pick<DeadComponents>(DeadComponents::keep, policies...);

    check_policies(policies...);
    check_shape(v, rank);
    const RunScope scope(threads_for(v, rank, threads, loss, entries), hard_deadline(rule, watch),
                         stop_request(rule));
    const auto view = entries.view(v.derived(), scope.threads());
    using View = std::decay_t<decltype(view)>;
    using S = typename Derived::Scalar;
    const Summary sums = checked_summary(view, loss);
    const auto allowed = pick<AllowNoMinimiser>(AllowNoMinimiser{false}, policies...);
    if (!allowed.value && sums.squared_norm > 0) check_minimiser(penalties, rank);

    Factorization<S, std::decay_t<decltype(penalties)>, LossPolicy, std::decay_t<decltype(entries)>>
        fit{.loss = loss,
            .entries = entries,
            .penalties = penalties,
            .threads = view.threads(),
            .threads_wanted = threads};
    const Problem<LossPolicy, std::decay_t<decltype(solver)>, std::decay_t<decltype(penalties)>>
        problem{loss, solver, penalties};
    const CounterRandom random(seed.value);
    const auto run_on = [&](const auto& of, const Summary& sums_of) {
        Factor<S> w;
        Factor<S> h;
        Factor<S>::allocate_together(rank, {{&w, v.rows()}, {&h, v.cols()}}, pages_beside(of));
        for (Factor<S>* x : {&w, &h}) x->padded_matrix().setZero();
        init.start(of, sums_of, random, w, h);
        if constexpr (Compressing<std::decay_t<decltype(entries)>, View>) {
            // V~ may have negative entries, and then so may a start that is taken from it.
            for (Factor<S>* x : {&w, &h}) x->padded_matrix() = x->padded_matrix().cwiseMax(S(0));
        }
        check_start(init.name, "W", w, true);
        check_start(init.name, "H", h, false);
        bool locked = has_locked_zeros(solver, w, h);
        if (locked && rescaled(init) && !leaves_zeros(solver)) {
            fill_start(w, h);
            locked = has_locked_zeros(solver, w, h);
        }
        if (locked && sums.squared_norm > 0) {
            fit.warnings.push_back(Warning::locked_zeros);
        }
        for (const Index i : fit.unobserved_rows) w.matrix().col(i).setZero();
        for (const Index j : fit.unobserved_columns) h.matrix().col(j).setZero();
        const auto run = [&](const auto& along, Side right_side, Factor<S>& left,
                             Factor<S>& right) {
            detail::run(fit, along, sums_of, problem, rule, observer, rescaled(init), right_side,
                        std::move(left), std::move(right), watch);
        };
        if (order == UpdateOrder::hw) {
            run(of, Side::h, w, h);
        } else {
            run(of.transposed(), Side::w, h, w);
        }
    };
    if constexpr (View::weighted) {
        // Weights that are all 1 are no weights: bit for bit.
        if (sums.unit_weights) {
            const auto all = make_view(v.derived(), view.threads());
            run_on(all, all.summary());
        } else {
            if (least_squares<LossPolicy> && extrapolation_of(solver).enabled) {
                fit.warnings.push_back(Warning::weights_without_extrapolation);
            }
            fit.unobserved_rows = unobserved(view.transposed());
            fit.unobserved_columns = unobserved(view);
            run_on(view, sums);
        }
    } else if constexpr (Compressing<std::decay_t<decltype(entries)>, View>) {
        const auto compressed = entries.compress(view, rank, random.stream(compression_stream));
        Summary sums_of = sums;
        sums_of.squared_norm = compressed.squared_norm();
        fit.compression_error = compression_error(view, sums, compressed, sums_of.squared_norm);
        run_on(compressed, sums_of);
    } else {
        run_on(view, sums);
    }
    if (rank > std::min(v.rows(), v.cols())) fit.warnings.push_back(Warning::rank_above_size);
    if (dead == DeadComponents::drop) drop_components(fit);
    fit.seconds = watch.seconds();
    return fit;
}

}  // namespace detail

/// Factorizes V (m x n, entries >= 0) into W (m x k) times H (k x n), W, H >= 0, with k = rank:
///
///     minimise  loss(V, W H) + penalties.
///
/// V is any dense Eigen matrix, Map, Ref, Block or expression, or any Eigen::SparseMatrix or Map of
/// one, of float or double. A dense V is not copied; of a sparse V one copy is made, in the other
/// storage order. Nothing else is m x n.
///
/// Policies come in any order, each at most once (penalties once each, any number of stopping
/// rules): a loss (default Frobenius), a solver (Hals for Frobenius, KlCoordinateDescent for
/// KullbackLeibler, MultiplicativeUpdate for other losses), an init (RandomInit), stopping rules
/// (KktTolerance || MaxIterations), which entries count (AllEntries), penalties (none), an observer
/// (none), Seed, Threads, UpdateOrder, DeadComponents.
///
/// Stopping rules side by side are joined by ||. If all are limits, the default tolerance joins
/// them, and if none is, the default limit; Only{rule} stands alone.
///
/// Throws InputError for a parameter of a policy out of its range, a V without entries, a rank
/// below 1, the first entry of V that is negative, NaN or infinite, the first zero where the loss
/// has no place for it, and a custom start or weights that do not fit.
///
///     auto fit = nmf::factorize(V, 20);
///     auto fit = nmf::factorize(V, 20, nmf::KullbackLeibler{}, nmf::Seed{7});
template <class Derived, class Rank, class... Ps>
[[nodiscard]] auto factorize(const Eigen::EigenBase<Derived>& v, const Rank& rank,
                             const Ps&... policies) {
    // Where something does not fit, nothing more is instantiated.
    if constexpr (detail::accept<Derived, Rank, Ps...>()) {
        return detail::factorize_checked(v, static_cast<Index>(rank), policies...);
    } else {
        return detail::Refused<typename Eigen::internal::traits<Derived>::Scalar>{};
    }
}

template <class V, class... Args>
requires(!detail::is_eigen<V>) auto factorize(const V&, const Args&...) {
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

/// A factorization with its policies, kept for later: NMF(20, Anls{}).fit(V) is
/// factorize(V, 20, Anls{}).
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
