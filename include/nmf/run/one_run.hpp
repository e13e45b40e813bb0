// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A run from one start to its result.

#include <cmath>
#include <utility>

#include <nmf/core/errors.hpp>
#include <nmf/core/interrupt.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/summary.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/half_step/former_of.hpp>
#include <nmf/run/alternation.hpp>
#include <nmf/run/components.hpp>
#include <nmf/run/factorization.hpp>
#include <nmf/run/loop.hpp>
#include <nmf/run/measure.hpp>
#include <nmf/run/stage.hpp>
#include <nmf/run/start.hpp>

namespace nmf::detail {

/// What the runs from several starts share.
template <DataView ViewOf, class ProblemOf, class RuleOf, class ObserverOf, class ScoreOf>
struct RunTask {
    using View = ViewOf;
    using Problem = ProblemOf;
    using Rule = RuleOf;
    using Observer = ObserverOf;
    using Score = ScoreOf;

    const View& view;
    const Summary& sums;
    const Problem& problem;
    const Rule& rule;
    const Observer& observer;
    const Score& score;
    const Stopwatch& watch;
    const Stage& stage;
    Side right_side;  ///< Which factor is updated first.
};
template <class V, class P, class R, class O, class C>
RunTask(const V&, const Summary&, const P&, const R&, const O&, const C&, const Stopwatch&,
        const Stage&, Side) -> RunTask<V, P, R, O, C>;

/// A run on one orientation of V. It can be left after any iteration and gone on with.
template <class Task>
class OneRun {
    using View = typename Task::View;
    using Problem = typename Task::Problem;

public:
    using S = typename View::Scalar;

    OneRun(const Task& task, FirstPair<S> pair, Index start)
        : task_(task),
          rescale_(pair.rescale),
          alternation_(task.view, task.problem, task.right_side),
          loop_(alternation_, task.rule, task.observer, task.watch, task.score, start) {
        if (task.right_side == Side::w) pair.w.swap(pair.h);
        const bool goes_on = task.stage.earlier != nullptr;
        alternation_.start(std::move(pair.w), std::move(pair.h), rescale_, goes_on);
        if (!std::isfinite(objective())) {
            throw_input_error({"the objective of the start is ", scientific(objective()),
                               "; a loss or a penalty has made a NaN or an infinity"});
        }
        if (goes_on) loop_.take_up(task.stage.earlier->history);
    }

    /// Goes on to iteration `last`, or to the end of the run: then true.
    bool go_on(Index last) { return loop_.go_on(last); }

    /// Ends the run where it is.
    void end(Status status) { loop_.end(status); }

    [[nodiscard]] double objective() const { return alternation_.best().objective; }
    [[nodiscard]] Status status() const { return loop_.result().status; }
    [[nodiscard]] Index iterations() const { return loop_.result().history.back().iteration; }

    /// Sets the result. Ends the run.
    void finish(Factorization<S>& fit) {
        const Uninterrupted finishing;
        auto [l, r] = alternation_.finish(rescale_);
        const bool right_is_h = task_.right_side == Side::h;
        fit.validation = task_.score(right_is_h ? l : r, right_is_h ? r : l);
        fit.W = (right_is_h ? l : r).transposed();
        fit.H = (right_is_h ? r : l).matrix();
        fit.status = status();
        fit.history = std::move(loop_.result().history);
        if constexpr (least_squares<typename Problem::Loss>) {
            measure_once_more(task_.view, task_.sums.squared_norm, l, r,
                              !task_.problem.penalties.none(), fit.history.back());
        }
        fit.steps_taken_back = alternation_.steps_taken_back();
        const auto norms = [&](Index a) { return alternation_.component_norms(a); };
        const auto given = [&](Index a) {
            return task_.problem.penalties.is_scale_free() || !task_.problem.scalable(a);
        };
        look_at_components<S>(fit, norms, given, std::sqrt(task_.sums.squared_norm));
        fit.iterations = fit.history.back().iteration;
        fit.objective = fit.history.back().objective;
        fit.relative_error = fit.history.back().relative_error;
        fit.kkt_residual = fit.history.back().kkt_residual;
    }

private:
    using Run = Alternation<View, Problem>;

    const Task& task_;
    bool rescale_;
    Run alternation_;
    Loop<Run, typename Task::Rule, typename Task::Observer, typename Task::Score> loop_;
};

}  // namespace nmf::detail
