// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// factorize on a view.

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include <nmf/arguments/checked_penalties.hpp>
#include <nmf/arguments/checked_start.hpp>
#include <nmf/arguments/checked_summary.hpp>
#include <nmf/arguments/policies.hpp>
#include <nmf/arguments/refusals.hpp>
#include <nmf/core/errors.hpp>
#include <nmf/core/random.hpp>
#include <nmf/data/complete_columns.hpp>
#include <nmf/data/extent.hpp>
#include <nmf/data/flipped.hpp>
#include <nmf/data/has_weights.hpp>
#include <nmf/loss/frobenius.hpp>
#include <nmf/machine/parallel.hpp>
#include <nmf/run/components.hpp>
#include <nmf/run/compression.hpp>
#include <nmf/run/factorization.hpp>
#include <nmf/run/fit.hpp>
#include <nmf/run/inits.hpp>
#include <nmf/run/limits_of.hpp>
#include <nmf/run/loop.hpp>
#include <nmf/run/one_run.hpp>
#include <nmf/run/run_from_starts.hpp>
#include <nmf/run/stage.hpp>
#include <nmf/run/start.hpp>
#include <nmf/run/validation.hpp>

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

/// Throws InputError for an order that the view cannot have.
template <DataView View>
NMF_COLD void check_order(UpdateOrder order) {
    if (TransposableView<View> || order == UpdateOrder::hw) return;
    throw_input_error(
        {"UpdateOrder::wh needs whole rows of V, which a one-sided view does not give"});
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

/// Runs a problem with weights that are all 1 on the view without them. The result is the same to
/// the last bit. For least squares the former does that itself. False if the weights matter.
template <DataView View, class Plain, class RunOn>
[[nodiscard]] bool without_weights(const View& view, const Summary& sums, bool least_squares,
                                   const Plain& plain, const RunOn& run_on) {
    if constexpr (View::weighted && std::invocable<const Plain&, const View&>) {
        if (!least_squares && has_weights(view) && sums.unit_weights) {
            const auto of_all = plain(view);
            run_on(of_all, of_all.summary());
            return true;
        }
    }
    return false;
}

/// What a result says of the policies of its run.
template <RealScalar S, class LossPolicy, class SolverPolicy>
void name_policies(Factorization<S>& fit, const LossPolicy& loss, const SolverPolicy& solver,
                   int threads) {
    fit.loss = name_of(loss);
    fit.solver = name_of(solver);
    fit.threads = threads;
}

/// Adds what an earlier stage tells, warns of a rank above the size of V, and leaves dead
/// components out if asked to.
template <class View, RealScalar S, class LimitsOf>
NMF_COLD void finish(Factorization<S>& fit, const View& view, const LimitsOf& limits,
                     const Stage& stage, Index rank, DeadComponents dead) {
    if (stage.earlier != nullptr) add_earlier(fit, *stage.earlier);
    const bool above_size = rank > std::min(row_extent(view).total, column_extent(view).total);
    if (above_size) fit.warnings.push_back(Warning::rank_above_size);
    if (dead != DeadComponents::drop || stage.first) return;
    drop_components(fit, [&](Index a) { return can_be_scaled(limits, a); });
}

/// The pair that a start begins with: that of the earlier stage, or a new one. Refuses one that no
/// run can begin with, and raises zeros that the solver could not leave. `clips`: it is taken from
/// a matrix that may have negative entries. `clears`: what has nothing to explain is 0.
template <RealScalar S, class View, class InitSet, class SolverPolicy, class ConstraintSet,
          class LimitsOf>
[[nodiscard]] FirstPair<S> first_pair(const Factorization<S>& fit, const View& view,
                                      const Summary& sums, const InitSet& inits, Index start,
                                      const SolverPolicy& solver, const ConstraintSet& constraints,
                                      const LimitsOf& limits, const Stage& stage,
                                      const CounterRandom& random, Index rank, bool clips,
                                      bool clears, std::vector<Warning>& warnings) {
    const Index which = inits.of_start(start);
    FirstPair<S> pair{.init = inits.name(which)};
    auto& [name, rescale, w, h] = pair;
    if (stage.earlier != nullptr) {
        inits.with(which, [&](const auto& init) { pair.rescale = rescaled(init); });
        take_pair(*stage.earlier, w, h);
        clip_start(limits, w, h);
        return pair;
    }
    inits.with(which, [&](const auto& init) { make_start(pair, view, sums, init, random, rank); });
    if (clips) clip_at_zero(w, h);
    check_start(name, Side::w, w, constraints.any_sign(Side::w));
    check_start(name, Side::h, h, constraints.any_sign(Side::h));
    unlock_zeros(warnings, solver, view, w, h, rescale, sums.squared_norm > 0);
    if (clears) clear_unobserved(fit, w, h);
    clip_start(limits, w, h);
    return pair;
}

/// A run on the matrix of low rank that takes the place of V.
template <RealScalar S, DataView View, class Entries, class RunOn>
void run_compressed(Factorization<S>& fit, const View& view, const Summary& sums,
                    const Entries& entries, Index rank, Seed seed, const RunOn& run_on) {
    const CounterRandom random(seed.value);
    const auto low = entries.compress(view, rank, random.stream(compression_stream));
    Summary sums_of = sums;
    sums_of.squared_norm = low.squared_norm();
    fit.compression_error = compression_error(view, sums, low, sums_of.squared_norm);
    run_on(entries.view_of(low), sums_of);
}

/// Lists what has no entry that counts.
template <RealScalar S, DataView View>
void see_unobserved(Factorization<S>& fit, const View& view) {
    fit.unobserved_rows = unobserved_columns(flipped_view(view));
    fit.unobserved_columns = unobserved_columns(view);
}

/// factorize on a view, for policies that fit together. `watch` began with the run, and `entries`
/// are what the view was made by.
template <DataView View, class Entries, class Plain, class... Ps>
auto factorize_view(const View& view, const Entries& entries, const Plain& plain, Index rank,
                    const Stopwatch& watch, const Ps&... policies) {
    const auto& loss = pick<axis::Loss>(Frobenius{}, policies...);
    using LossPolicy = std::decay_t<decltype(loss)>;
    const auto& solver = pick<axis::Solver>(DefaultSolver<LossPolicy, View>{}, policies...);
    const auto inits = pick_inits(policies...);
    const auto rule = pick_rule(policies...);
    const auto& observer = pick<axis::Observer>(NoObserver{}, policies...);
    const auto penalties = pick_penalties(policies...);
    auto effective = pick_effective(penalties, policies...);
    const auto constraints = pick_constraints(policies...);
    const auto stage = pick<Stage>(Stage{}, policies...);
    const auto seed = pick<Seed>(Seed{}, policies...);
    const auto starts = pick<Starts>(Starts{}, policies...);
    const auto threads = pick<Threads>(Threads{}, policies...);
    const auto order = pick<UpdateOrder>(UpdateOrder::hw, policies...);

    const RunScope scope(threads_for(view, rank, threads, least_squares<LossPolicy>),
                         hard_deadline(rule, watch), stop_request(rule));
    using S = typename View::Scalar;
    check_order<View>(order);
    check_starts(starts, inits, compresses<View>(entries));
    const Summary sums = taking_up(stage, [&] { return checked_summary(view, loss); });
    const auto score = taking_up(stage, [&] { return score_of(view, loss, sums, rule); });
    check_signs(penalties, constraints);
    const auto limits = limits_of<S>(constraints, rank, view.rows(), view.cols());
    const bool allowed = pick<AllowNoMinimiser>(AllowNoMinimiser{false}, policies...).value;
    check_problem(effective, limits, rank, !allowed && sums.squared_norm > 0);

    Fit<S, LossPolicy, std::decay_t<decltype(without_held_out(entries))>,
        std::decay_t<decltype(penalties)>, std::decay_t<decltype(constraints)>>
        fit(loss, without_held_out(entries), penalties, constraints, threads);
    name_policies(fit, loss, solver, scope.threads());
    const auto run_on = [&](const auto& of, const Summary& sums_of) {
        const auto problem = problem_of(of, sums_of, rank, loss, solver, effective, limits);
        const auto begin = [&](Index number, std::vector<Warning>& warnings) {
            const CounterRandom random(seed.value + static_cast<std::uint64_t>(number));
            constexpr bool clears = !std::decay_t<decltype(effective)>::has_pulls;
            const Index start = number + stage.start(seed);
            return first_pair(fit, of, sums_of, inits, start, solver, constraints, limits, stage,
                              random, rank, compresses<View>(entries), clears, warnings);
        };
        const auto task_of = [&](const auto& oriented, Side right) {
            return RunTask{oriented, sums_of, problem, rule, observer, score, watch, stage, right};
        };
        run_from_starts(fit, of, order, task_of, stage.starts(starts), seed, begin);
    };
    if (compresses<View>(entries)) {
        if constexpr (Compressing<Entries, View>) {
            run_compressed(fit, view, sums, entries, rank, seed, run_on);
        }
    } else if constexpr (always_compresses<Entries, View>) {
    } else if (!without_weights(view, sums, least_squares<LossPolicy>, plain, run_on)) {
        taking_up(stage, [&] { see_unobserved(fit, view); });
        run_on(view, sums);
    }
    finish(fit, view, limits, stage, rank, pick<DeadComponents>(DeadComponents::keep, policies...));
    fit.seconds = watch.seconds();
    return fit;
}

/// factorize, for policies that fit together and the view that `make` makes.
template <class Make, class V, class Entries, class Plain, class... Ps>
auto factorize_checked(const V& v, const Entries& entries, Index rank, const Make& make,
                       const Plain& plain, const Ps&... policies) {
    const auto stage = pick<Stage>(Stage{}, policies...);
    const Stopwatch watch = stage.watch != nullptr ? *stage.watch : Stopwatch();
    check_policies(policies...);
    check_shape(v, rank);
    const auto rule = pick_rule(policies...);
    // Making a view can take a while.
    const RunScope making(1, hard_deadline(rule, watch), stop_request(rule));
    const auto& view = taking_up(stage, make);
    return factorize_view(view, entries, plain, rank, watch, policies...);
}

}  // namespace nmf::detail
