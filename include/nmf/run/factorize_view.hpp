// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A run from its view to its result.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <utility>

#include <nmf/arguments/checked_penalties.hpp>
#include <nmf/arguments/checked_start.hpp>
#include <nmf/arguments/checked_summary.hpp>
#include <nmf/arguments/policies.hpp>
#include <nmf/arguments/refusals.hpp>
#include <nmf/core/errors.hpp>
#include <nmf/data/complete_columns.hpp>
#include <nmf/data/extent.hpp>
#include <nmf/init/fill.hpp>
#include <nmf/init/random.hpp>
#include <nmf/loss/beta_divergence.hpp>
#include <nmf/loss/frobenius.hpp>
#include <nmf/machine/parallel.hpp>
#include <nmf/run/alternation.hpp>
#include <nmf/run/components.hpp>
#include <nmf/run/factorization.hpp>
#include <nmf/run/limits_of.hpp>
#include <nmf/run/loop.hpp>
#include <nmf/run/measure.hpp>
#include <nmf/run/refused.hpp>

namespace nmf::detail {

template <class V>
NMF_COLD void check_shape(const V& v, Index rank) {
    if (v.rows() == 0 || v.cols() == 0) {
        throw_input_error({"V is ", shape(v.rows(), v.cols()), "; it needs at least one entry"});
    }
    if (rank < 1) throw_input_error({"the rank is ", decimal(rank), "; it has to be >= 1"});
    // Far beyond any memory, and far below what an Index can count.
    const Index most = (Index{1} << 50) / std::max<Index>(v.rows(), v.cols());
    if (rank > most) {
        throw_input_error(
            {"the rank is ", decimal(rank), "; factors of that size do not fit into memory"});
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

/// The same V where every entry counts once, for weights that are all 1: that of the matrix, if
/// there is one.
struct OfView {
    template <class View>
    [[nodiscard]] auto operator()(const View& view) const requires requires {
        view.unweighted();
    }
    { return view.unweighted(); }
};

/// Runs a problem with weights that are all 1 on the view without them: the same to the last bit.
/// Of least squares the former does that itself. False where weights matter.
template <DataView View, class Plain, class RunOn>
[[nodiscard]] bool without_weights(const View& view, const Summary& sums, bool least_squares,
                                   const Plain& plain, const RunOn& run_on) {
    if constexpr (View::weighted && std::invocable<const Plain&, const View&>) {
        if (!least_squares && sums.unit_weights) {
            const auto of_all = plain(view);
            run_on(of_all, of_all.summary());
            return true;
        }
    }
    return false;
}

/// Of the random numbers of a run, those of compression; inits have the low numbers.
inline constexpr std::uint64_t compression_stream = 1000;

/// ||V - V~|| / ||V|| for a projection V~ of V, which is orthogonal to V - V~.
template <class View, class Low>
[[nodiscard]] double compression_error(const View& view, const Summary& sums, const Low& low,
                                       double low_squared_norm) {
    Scratch<typename View::Scalar> scratch;
    const double residual =
        Frobenius::squared_residual(view, sums.squared_norm, low.left(), low.right(),
                                    low_squared_norm, low_squared_norm, scratch);
    return std::sqrt(ratio_or_zero(residual, sums.squared_norm));
}

/// A run on one orientation of V: right is updated first.
template <class Fit, DataView View, class P, class Rule, class Observer>
void run(Fit& fit, const View& view, const Summary& sums, const P& problem, const Rule& rule,
         const Observer& observer, bool rescale, Side right_side,
         Factor<typename View::Scalar> left, Factor<typename View::Scalar> right,
         const Stopwatch& watch) {
    using S = typename View::Scalar;
    Alternation<View, P> alternation(view, problem, right_side);
    alternation.start(std::move(left), std::move(right), rescale);
    if (!std::isfinite(alternation.best().objective)) {
        throw_input_error({"the objective of the start is ",
                           scientific(alternation.best().objective),
                           "; a loss or a penalty has made a NaN or an infinity"});
    }
    LoopResult outcome = run_loop(alternation, rule, observer, watch);
    const Uninterrupted finishing;
    auto [l, r] = alternation.finish(rescale);
    const bool right_is_h = right_side == Side::h;
    fit.W = (right_is_h ? l : r).transposed();
    fit.H = (right_is_h ? r : l).matrix();
    fit.status = outcome.status;
    fit.history = std::move(outcome.history);
    if constexpr (least_squares<typename P::Loss>) {
        measure_once_more(view, sums.squared_norm, l, r, !problem.penalties.none(),
                          fit.history.back());
    }
    fit.restarts = alternation.restarts();
    const auto norms = [&](Index component) { return alternation.component_norms(component); };
    const auto given = [&](Index a) { return P::Penalties::scale_free || !problem.scalable(a); };
    look_at_components<S>(fit, norms, given, std::sqrt(sums.squared_norm));
    fit.iterations = fit.history.back().iteration;
    fit.objective = fit.history.back().objective;
    fit.relative_error = fit.history.back().relative_error;
    fit.kkt_residual = fit.history.back().kkt_residual;
}

/// A run from this start: H is updated first, or W.
template <class Fit, DataView View, class P, class Rule, class Observer,
          class S = typename View::Scalar>
void run_in_order(Fit& fit, const View& view, const Summary& sums, const P& problem,
                  const Rule& rule, const Observer& observer, bool rescale, UpdateOrder order,
                  Factor<S>& w, Factor<S>& h, const Stopwatch& watch) {
    if (order == UpdateOrder::hw) {
        run(fit, view, sums, problem, rule, observer, rescale, Side::h, std::move(w), std::move(h),
            watch);
    } else {
        run(fit, view.transposed(), sums, problem, rule, observer, rescale, Side::w, std::move(h),
            std::move(w), watch);
    }
}

/// Wt and H of the init, side by side in memory.
template <RealScalar S, class View, class P>
[[nodiscard]] std::pair<Factor<S>, Factor<S>> make_start(const View& view, const Summary& sums,
                                                         const P& init, const CounterRandom& random,
                                                         Index rank) {
    std::pair<Factor<S>, Factor<S>> start;
    auto& [w, h] = start;
    Factor<S>::allocate_together(rank, {{&w, view.rows()}, {&h, view.cols()}}, pages_beside(view));
    for (Factor<S>* x : {&w, &h}) x->padded_matrix().setZero();
    init.start(view, sums, random, w, h);
    return start;
}

/// Raises the zeros of a start that the solver could not leave, where it may be changed, and warns
/// of those that stay.
template <class Fit, class SolverPolicy, class View, RealScalar S>
NMF_COLD void unlock_zeros(Fit& fit, const SolverPolicy& solver, const View& view, Factor<S>& w,
                           Factor<S>& h, bool may_change, bool matters) {
    bool locked = has_locked_zeros(solver, view, w, h);
    if (locked && may_change && !leaves_zeros(solver)) {
        fill_zeros(w, view.transposed());
        fill_zeros(h, view);
        locked = has_locked_zeros(solver, view, w, h);
    }
    if (locked && matters) fit.warnings.push_back(Warning::locked_zeros);
}

template <RealScalar S>
NMF_COLD void clip_at_zero(Factor<S>& w, Factor<S>& h) {
    for (Factor<S>* x : {&w, &h}) x->for_each([](S& entry) { entry = std::max(entry, S(0)); });
}

/// What has nothing to explain becomes 0.
template <class Fit, RealScalar S>
NMF_COLD void clear_unobserved(const Fit& fit, Factor<S>& w, Factor<S>& h) {
    for (const Index i : fit.unobserved_rows) w.clear(i);
    for (const Index j : fit.unobserved_columns) h.clear(j);
}

/// A fit with its policies.
template <RealScalar S, class Loss, class Entries, class PenaltySet, class ConstraintSet>
[[nodiscard]] auto empty_fit(const Loss& loss, const Entries& entries, const PenaltySet& penalties,
                             const ConstraintSet& constraints) {
    return Factorization<S, PenaltySet, Loss, Entries, ConstraintSet>{
        .loss = loss, .entries = entries, .penalties = penalties, .constraints = constraints};
}

/// factorize on a view, for policies that fit together. `watch` began with the run, and `entries`
/// are what the view was made by.
template <DataView View, class Entries, class Plain, class... Ps>
auto factorize_view(const View& view, const Entries& entries, const Plain& plain, Index rank,
                    const Stopwatch& watch, const Ps&... policies) {
    const auto& loss = pick<axis::Loss>(Frobenius{}, policies...);
    using LossPolicy = std::decay_t<decltype(loss)>;
    const auto& solver = pick<axis::Solver>(DefaultSolver<LossPolicy>{}, policies...);
    const auto& init = pick<axis::Init>(RandomInit{}, policies...);
    const auto rule = pick_rule(policies...);
    const auto& observer = pick<axis::Observer>(NoObserver{}, policies...);
    const auto penalties = pick_penalties(policies...);
    auto effective = pick_effective(penalties, policies...);
    const auto constraints = pick_constraints(policies...);
    const auto seed = pick<Seed>(Seed{}, policies...);
    const auto threads = pick<Threads>(Threads{}, policies...);
    const auto order = pick<UpdateOrder>(UpdateOrder::hw, policies...);
    const auto dead = pick<DeadComponents>(DeadComponents::keep, policies...);

    const RunScope scope(threads_for(view, rank, threads, least_squares<LossPolicy>),
                         hard_deadline(rule, watch), stop_request(rule));
    using S = typename View::Scalar;
    const Summary sums = checked_summary(view, loss);
    const bool allowed = pick<AllowNoMinimiser>(AllowNoMinimiser{false}, policies...).value;
    check_signs(penalties, constraints);
    const auto limits = limits_of<S>(constraints, rank, view.rows(), view.cols());
    check_problem(effective, limits, rank, !allowed && sums.squared_norm > 0);

    auto fit = empty_fit<S>(loss, entries, penalties, constraints);
    fit.threads = scope.threads();
    fit.threads_wanted = threads;
    const CounterRandom random(seed.value);
    const auto run_on = [&](const auto& of, const Summary& sums_of) {
        const auto problem = problem_of(of, sums_of, rank, loss, solver, effective, limits);
        auto [w, h] = make_start<S>(of, sums_of, init, random, rank);
        // V~ may have negative entries, and then so may a start that is taken from it.
        if constexpr (Compressing<Entries, View>) clip_at_zero(w, h);
        check_start(init.name, Side::w, w, constraints.any_sign(Side::w));
        check_start(init.name, Side::h, h, constraints.any_sign(Side::h));
        unlock_zeros(fit, solver, of, w, h, rescaled(init), sums.squared_norm > 0);
        if constexpr (!std::decay_t<decltype(effective)>::has_pulls) clear_unobserved(fit, w, h);
        clip_start(limits, w, h);
        run_in_order(fit, of, sums_of, problem, rule, observer, rescaled(init), order, w, h, watch);
    };
    if constexpr (Compressing<Entries, View>) {
        const auto compressed = entries.compress(view, rank, random.stream(compression_stream));
        Summary sums_of = sums;
        sums_of.squared_norm = compressed.squared_norm();
        fit.compression_error = compression_error(view, sums, compressed, sums_of.squared_norm);
        run_on(compressed, sums_of);
    } else if (!without_weights(view, sums, least_squares<LossPolicy>, plain, run_on)) {
        fit.unobserved_rows = unobserved_columns(view.transposed());
        fit.unobserved_columns = unobserved_columns(view);
        run_on(view, sums);
    }
    const bool above_size = rank > std::min(row_extent(view).total, column_extent(view).total);
    if (above_size) fit.warnings.push_back(Warning::rank_above_size);
    const auto may_go = [&](Index a) { return can_be_scaled(limits, a); };
    if (dead == DeadComponents::drop) drop_components(fit, may_go);
    fit.seconds = watch.seconds();
    return fit;
}

/// factorize, for policies that fit together and the view that `make` makes.
template <class Make, class V, class Entries, class Plain, class... Ps>
auto factorize_checked(const V& v, const Entries& entries, Index rank, const Make& make,
                       const Plain& plain, const Ps&... policies) {
    const Stopwatch watch;
    check_policies(policies...);
    check_shape(v, rank);
    const auto rule = pick_rule(policies...);
    // Making a view can take a while.
    const RunScope making(1, hard_deadline(rule, watch), stop_request(rule));
    const auto& view = make();
    return factorize_view(view, entries, plain, rank, watch, policies...);
}

}  // namespace nmf::detail
