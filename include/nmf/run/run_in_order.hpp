// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A run from its start to its result.

#include <cmath>
#include <utility>

#include <nmf/core/errors.hpp>
#include <nmf/core/interrupt.hpp>
#include <nmf/core/options.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/summary.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/half_step/former_of.hpp>
#include <nmf/run/alternation.hpp>
#include <nmf/run/components.hpp>
#include <nmf/run/factorization.hpp>
#include <nmf/run/loop.hpp>
#include <nmf/run/measure.hpp>

namespace nmf::detail {

/// A run on one orientation of V: right is updated first.
template <DataView View, class P, class Rule, class Observer, class Score,
          class S = typename View::Scalar>
void run(Factorization<S>& fit, const View& view, const Summary& sums, const P& problem,
         const Rule& rule, const Observer& observer, const Score& score, bool rescale,
         Side right_side, Factor<S> left, Factor<S> right, const Stopwatch& watch) {
    Alternation<View, P> alternation(view, problem, right_side);
    alternation.start(std::move(left), std::move(right), rescale);
    if (!std::isfinite(alternation.best().objective)) {
        throw_input_error({"the objective of the start is ",
                           scientific(alternation.best().objective),
                           "; a loss or a penalty has made a NaN or an infinity"});
    }
    LoopResult outcome = run_loop(alternation, rule, observer, watch, score);
    const Uninterrupted finishing;
    auto [l, r] = alternation.finish(rescale);
    const bool right_is_h = right_side == Side::h;
    fit.validation = score(right_is_h ? l : r, right_is_h ? r : l);
    fit.W = (right_is_h ? l : r).transposed();
    fit.H = (right_is_h ? r : l).matrix();
    fit.status = outcome.status;
    fit.history = std::move(outcome.history);
    if constexpr (least_squares<typename P::Loss>) {
        measure_once_more(view, sums.squared_norm, l, r, !problem.penalties.none(),
                          fit.history.back());
    }
    fit.steps_taken_back = alternation.steps_taken_back();
    const auto norms = [&](Index component) { return alternation.component_norms(component); };
    const auto given = [&](Index a) {
        return problem.penalties.is_scale_free() || !problem.scalable(a);
    };
    look_at_components<S>(fit, norms, given, std::sqrt(sums.squared_norm));
    fit.iterations = fit.history.back().iteration;
    fit.objective = fit.history.back().objective;
    fit.relative_error = fit.history.back().relative_error;
    fit.kkt_residual = fit.history.back().kkt_residual;
}

/// A run from this start: H is updated first, or W.
template <DataView View, class P, class Rule, class Observer, class Score,
          class S = typename View::Scalar>
void run_in_order(Factorization<S>& fit, const View& view, const Summary& sums, const P& problem,
                  const Rule& rule, const Observer& observer, const Score& score, bool rescale,
                  UpdateOrder order, Factor<S>& w, Factor<S>& h, const Stopwatch& watch) {
    if (order == UpdateOrder::hw) {
        run(fit, view, sums, problem, rule, observer, score, rescale, Side::h, std::move(w),
            std::move(h), watch);
    } else if constexpr (TransposableView<View>) {
        run(fit, view.transposed(), sums, problem, rule, observer, score, rescale, Side::w,
            std::move(h), std::move(w), watch);
    }
}

}  // namespace nmf::detail
