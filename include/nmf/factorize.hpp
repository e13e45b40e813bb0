// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The front door: factorize(V, rank, policies...) and the NMF model.

#include <limits>
#include <string>
#include <tuple>
#include <utility>

#include <nmf/init/random.hpp>
#include <nmf/loss/frobenius.hpp>
#include <nmf/run/alternation.hpp>
#include <nmf/run/factorization.hpp>
#include <nmf/run/loop.hpp>
#include <nmf/run/policies.hpp>
#include <nmf/solvers/hals.hpp>
#include <nmf/stopping/kkt_tolerance.hpp>
#include <nmf/stopping/max_iterations.hpp>

namespace nmf {
namespace detail {

template <class V>
void check_shape(const V& v, Index rank) {
    if (v.rows() == 0 || v.cols() == 0) {
        throw InputError("V is " + shape(v.rows(), v.cols()) + "; it needs at least one entry");
    }
    if (rank < 1) throw InputError("the rank is " + std::to_string(rank) + "; it has to be >= 1");
}

/// Throws where sums of products of entries would leave the range of S.
template <RealScalar S>
void check_range(const Summary& sums) {
    const bool in_range = sums.largest == 0 || (sums.largest <= extreme_entry<S> &&
                                                sums.largest >= 1 / extreme_entry<S>);
    if (in_range && sums.squared_norm <= std::numeric_limits<double>::max()) return;
    throw InputError("the largest entry of V is " + scientific(sums.largest) +
                     ", too far from 1 for sums of products in this precision; scale V");
}

template <class P>
[[nodiscard]] bool rescaled(const P& init) {
    if constexpr (requires { init.rescale; }) {
        return init.rescale;
    } else {
        return true;
    }
}

/// Leaves the listed components out.
template <RealScalar S, class PenaltySet>
void drop_components(Factorization<S, PenaltySet>& fit) {
    Index kept = 0;
    std::size_t dead = 0;
    for (Index a = 0; a < fit.W.cols(); ++a) {
        if (dead < fit.dead_components.size() && fit.dead_components[dead] == a) {
            ++dead;
            continue;
        }
        fit.W.col(kept) = fit.W.col(a);
        fit.H.row(kept) = fit.H.row(a);
        ++kept;
    }
    fit.W.conservativeResize(Eigen::NoChange, kept);
    fit.H.conservativeResize(kept, Eigen::NoChange);
}

/// A run on one orientation of V: right is updated first.
template <DataView View, class LossPolicy, class SolverPolicy, class PenaltySet, class Rule,
          class Observer>
auto run(const View& view, const Summary& sums, const LossPolicy&, const SolverPolicy& solver,
         const PenaltySet& penalties, const Rule& rule, const Observer& observer, bool rescale,
         Side right_side, Factor<typename View::Scalar> left, Factor<typename View::Scalar> right,
         const Stopwatch& watch) {
    using S = typename View::Scalar;
    Alternation<View, SolverPolicy, PenaltySet> alternation(view, sums, solver, penalties,
                                                            right_side);
    alternation.start(std::move(left), std::move(right), rescale);
    LoopResult outcome = run_loop(alternation, rule, observer, watch);

    Factorization<S, PenaltySet> fit;
    const Index rank = alternation.rank();
    auto [l, r] = alternation.finish(rescale);
    const bool right_is_h = right_side == Side::h;
    fit.W = (right_is_h ? l : r).matrix().transpose();
    fit.H = (right_is_h ? r : l).matrix();
    fit.status = outcome.status;
    fit.history = std::move(outcome.history);
    fit.iterations = fit.history.back().iteration;
    fit.objective = fit.history.back().objective;
    fit.relative_error = fit.history.back().relative_error;
    fit.kkt_residual = fit.history.back().kkt_residual;
    fit.restarts = alternation.restarts();
    fit.penalties = penalties;
    fit.threads = view.threads();
    const double nothing = digits_lost<S> * digits_lost<S> * std::sqrt(sums.squared_norm);
    for (Index a = 0; a < rank; ++a) {
        if (!(alternation.component_norm(a) > nothing)) fit.dead_components.push_back(a);
    }
    return fit;
}

}  // namespace detail

/// Factorizes V (m x n, entries >= 0) into W (m x k) times H (k x n), W, H >= 0, with k = rank:
///
///     minimise  1/2 ||V - W H||^2 + penalties.
///
/// V is any dense Eigen matrix, Map, Ref, Block or expression, or any Eigen::SparseMatrix or Map of
/// one, of float or double. A dense V is not copied; of a sparse V one copy is made, in the other
/// storage order. Nothing else is m x n.
///
/// Policies come in any order, each at most once (penalties once each): a solver (default Hals), a
/// loss (Frobenius), an init (RandomInit), a stopping rule (KktTolerance || MaxIterations),
/// penalties (none), an observer (none), Seed, Threads, UpdateOrder, DeadComponents.
///
/// Throws InputError for a V without entries, a rank below 1, the first entry of V that is
/// negative, NaN or infinite, and a custom start that does not fit.
///
///     auto fit = nmf::factorize(V, 20);
///     auto fit = nmf::factorize(V, 20, nmf::Anls{}, nmf::Nndsvd{}, nmf::Seed{7});
template <class Derived, class... Ps>
[[nodiscard]] auto factorize(const Eigen::EigenBase<Derived>& v, Index rank,
                             const Ps&... policies) {
    static_assert(detail::check_policies<Ps...>());
    const detail::Stopwatch watch;
    const auto& loss = detail::pick<axis::Loss>(Frobenius{}, policies...);
    const auto& solver = detail::pick<axis::Solver>(Hals{}, policies...);
    const auto& init = detail::pick<axis::Init>(RandomInit{}, policies...);
    const auto default_rule = KktTolerance{} || MaxIterations{};
    const auto rule = detail::as_rule(detail::pick<axis::Stopping>(default_rule, policies...));
    const auto& observer = detail::pick<axis::Observer>(detail::NoObserver{}, policies...);
    const auto penalties = detail::pick_penalties(policies...);
    const Seed seed = detail::pick<Seed>(Seed{}, policies...);
    const Threads threads = detail::pick<Threads>(Threads{}, policies...);
    const UpdateOrder order = detail::pick<UpdateOrder>(UpdateOrder::hw, policies...);
    const DeadComponents dead = detail::pick<DeadComponents>(DeadComponents::keep, policies...);
    static_assert(SolverFor<std::decay_t<decltype(solver)>, std::decay_t<decltype(loss)>>,
                  "nmf: this solver cannot work on the half-steps of this loss");

    detail::check_shape(v, rank);
    const auto view = make_view(v.derived(), detail::resolve_threads(threads.count));
    using S = typename Derived::Scalar;
    static_assert(InitFor<std::decay_t<decltype(init)>, std::decay_t<decltype(view)>>,
                  "nmf: this init lacks start(view, sums, random, w, h); see nmf/init/concept.hpp");
    const Summary sums = view.summary();
    detail::check_range<S>(sums);
    Factor<S> w(rank, v.rows());
    Factor<S> h(rank, v.cols());
    init.start(view, sums, CounterRandom(seed.value), w, h);

    const auto run = [&](const auto& along, Side right_side, Factor<S>& left, Factor<S>& right) {
        return detail::run(along, sums, loss, solver, penalties, rule, observer,
                           detail::rescaled(init), right_side, std::move(left), std::move(right),
                           watch);
    };
    auto fit =
        order == UpdateOrder::hw ? run(view, Side::h, w, h) : run(view.transposed(), Side::w, h, w);
    if (dead == DeadComponents::drop) detail::drop_components(fit);
    fit.seconds = watch.seconds();
    return fit;
}

/// A factorization with its policies, kept for later: NMF(20, Anls{}).fit(V) is
/// factorize(V, 20, Anls{}).
template <class... Ps>
class NMF {
public:
    explicit NMF(Index rank, const Ps&... policies) : rank_(rank), policies_(policies...) {}

    template <class Derived>
    [[nodiscard]] auto fit(const Eigen::EigenBase<Derived>& v) const {
        return std::apply([&](const Ps&... policies) { return factorize(v, rank_, policies...); },
                          policies_);
    }

private:
    Index rank_;
    std::tuple<Ps...> policies_;
};

}  // namespace nmf
