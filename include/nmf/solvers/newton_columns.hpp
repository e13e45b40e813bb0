// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Newton's method for a convex loss over one factor, column by column.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <vector>

#include <nmf/core/precision.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/flipped.hpp>
#include <nmf/factor/balance.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/machine/columns.hpp>
#include <nmf/machine/scratch.hpp>
#include <nmf/machine/sums.hpp>
#include <nmf/solvers/active_set.hpp>
#include <nmf/solvers/convex_column.hpp>

namespace nmf::detail {

/// How close some columns are to their minima.
struct ColumnOutcome {
    double distance = 0;  ///< Sums of the KKT residual, with the components of A at norm 1.
    double size = 0;
    Index steps = 0;       ///< The most steps that a column took.
    Index unfinished = 0;  ///< Columns that the limit on steps left short of the tolerance.
    Index stuck = 0;       ///< Columns that no step brought closer.

    ColumnOutcome& operator+=(const ColumnOutcome& part) {
        distance += part.distance;
        size += part.size;
        steps = std::max(steps, part.steps);
        unfinished += part.unfinished;
        stuck += part.stuck;
        return *this;
    }
};

/// Minimises the objective of each column of X (see ConvexColumn) over x >= 0, in double.
///
/// A step minimises the quadratic model of the objective at x exactly, by ActiveSet, even if the
/// model has many minimisers. It goes towards the minimiser as far as the objective falls. For b =
/// 2 the first step arrives, and the second mends its rounding, because gradients are summed up
/// from V - A'X. A column is done when its gradient is only rounding, or when steps bring it no
/// closer.
///
/// A step costs 2 e k'^2 + 8 e k flops, for e entries with curvature and k' components that are not
/// 0 or have to grow.
template <DataView View, class PenaltySet>
class NewtonColumns {
public:
    using S = typename View::Scalar;

    NMF_COLD NewtonColumns(const View& view, const ConvexProblem& problem,
                           const PenaltySet& penalties)
        : view_(view), problem_(problem), penalties_(penalties) {
        const Index rank = problem.fixed.rows();
        row_norms(problem.fixed, WholeData{}, norms_);
        workers_.resize(static_cast<std::size_t>(threads_of_run()));
        for (Worker& worker : workers_) {
            worker.column.prepare(rank, view.rows());
            for (Vector<double>* each : {&worker.x, &worker.best, &worker.change}) {
                each->setZero(rank);
            }
            worker.list.reserve(static_cast<std::size_t>(rank));
        }
        scratch_.prepare(threads_of_run(), ActiveSet::scratch_size(rank));
    }

    /// Improves X.
    [[nodiscard]] ColumnOutcome operator()(Factor<S>& x, double tolerance) {
        Parts<ColumnOutcome> parts;
        for_each_visited(view_, [&](Index first, Index cols, Index chunk, int thread) {
            for (Index j = first; j < first + cols; ++j) {
                parts[chunk] += solve(x, j, tolerance, thread);
            }
        });
        return parts.total();
    }

private:
    static constexpr Index most_steps = 100;
    static constexpr Index patience = 3;

    struct Worker {
        ConvexColumn column;
        Vector<double> x;
        Vector<double> best;
        Vector<double> change;
        std::vector<Index> list;  ///< Components that a step may move.
    };

    ColumnOutcome solve(Factor<S>& x, Index j, double tolerance, int thread) {
        Worker& worker = workers_[static_cast<std::size_t>(thread)];
        ColumnOutcome outcome;
        if (!worker.column.load(view_, j, problem_, penalties_)) {
            x.clear(j);
            return outcome;
        }
        S* const column = x.data() + j * x.stride();
        const auto take = [&] {
            for (Index a = 0; a < x.rows(); ++a) {
                worker.x[a] = static_cast<double>(column[a]) / problem_.unit;
            }
        };
        take();
        ColumnOutcome least = distance_of(worker);
        worker.best = worker.x;
        bool solved = at_rounding(worker);
        Index without_progress = 0;
        while (!solved && outcome.steps < most_steps && without_progress < patience) {
            ++outcome.steps;
            if (!step(worker, thread)) break;
            const ColumnOutcome now = distance_of(worker);
            solved = at_rounding(worker);
            // Far from the minimum the residual may rise, though the objective falls.
            const bool far = !(ratio(now) < 1e-3);
            if (far || ratio(now) < 0.5 * ratio(least)) {
                without_progress = 0;
            } else {
                ++without_progress;
            }
            if (!far && !(ratio(now) < ratio(least)) && !solved) continue;
            least = now;
            worker.best = worker.x;
        }
        for (Index a = 0; a < x.rows(); ++a) {
            column[a] = static_cast<S>(problem_.unit * worker.best[a]);
        }
        if constexpr (!std::same_as<S, double>) {
            take();
            least = distance_of(worker);
        }
        outcome.distance = least.distance;
        outcome.size = least.size;
        if (!solved && !(ratio(least) <= tolerance)) {
            (outcome.steps == most_steps ? outcome.unfinished : outcome.stuck) = 1;
        }
        return outcome;
    }

    [[nodiscard]] static double ratio(const ColumnOutcome& of) {
        if (of.distance <= 0) return 0;
        return of.size > 0 ? std::sqrt(of.distance / of.size)
                           : std::numeric_limits<double>::infinity();
    }

    /// Whether the model of the objective has no curvature along a component.
    [[nodiscard]] static bool flat(const ConvexColumn& column, Index a) {
        return !(column.curvature[a] > no_curvature<double> * column.curvature.maxCoeff());
    }

    /// The part of a gradient that may be rounding.
    [[nodiscard]] static double noise(const ConvexColumn& column, Index a) {
        return 8.0 * std::numeric_limits<double>::epsilon() * column.noise[a];
    }

    /// Evaluates x, and adds up the distances of its entries from their own minima. A gradient that
    /// is only rounding counts as no distance.
    ColumnOutcome distance_of(Worker& worker) const {
        ConvexColumn& column = worker.column;
        column.look(worker.x);
        ColumnOutcome sums;
        for (Index a = 0; a < worker.x.size(); ++a) {
            const double x = worker.x[a];
            const double g = column.gradient[a];
            double gap = 0;
            if (std::abs(g) > noise(column, a)) {
                gap = flat(column, a) ? (g > 0 ? x : 0) : std::min(x, g / column.curvature[a]);
            }
            sums.distance += norms_[a] * gap * gap;
            sums.size += norms_[a] * x * x;
        }
        return sums;
    }

    /// Whether the KKT conditions hold up to rounding.
    [[nodiscard]] static bool at_rounding(const Worker& worker) {
        const ConvexColumn& column = worker.column;
        for (Index a = 0; a < worker.x.size(); ++a) {
            const double g = column.gradient[a];
            const double allowed = noise(column, a);
            if (worker.x[a] > 0 ? std::abs(g) > allowed : g < -allowed) return false;
        }
        return true;
    }

    /// Makes one step from the x that was evaluated last. Returns false if no step lowers the
    /// objective.
    bool step(Worker& worker, int thread) {
        ConvexColumn& column = worker.column;
        worker.list.clear();
        worker.change.setZero();
        for (Index a = 0; a < worker.x.size(); ++a) {
            const double g = column.gradient[a];
            if (!(worker.x[a] > 0 || g < 0)) continue;
            if (!flat(column, a)) {
                worker.list.push_back(a);
            } else if (g > 0) {
                worker.change[a] = -worker.x[a];
            }
        }
        column.form_hessian(worker.list);
        const auto size = static_cast<Index>(worker.list.size());
        ActiveSet model(scratch_.of(thread), size);
        for (Index p = 0; p < size; ++p) {
            const Index a = worker.list[static_cast<std::size_t>(p)];
            model.x[p] = model.origin[p] = worker.x[a];
            model.origin_slope[p] = column.gradient[a];
            model.kept[p] = 0;
        }
        const auto hessian = [&](Index p, Index q) { return column.hessian(p, q); };
        static_cast<void>(model.solve(hessian, ActiveSet::noise<double>(size)));
        for (Index p = 0; p < size; ++p) {
            worker.change[worker.list[static_cast<std::size_t>(p)]] = model.x[p] - model.origin[p];
        }
        const double length = column.step(worker.x, worker.change);
        if (!(length > 0)) return false;
        add_scaled(worker.x.data(), length, worker.change.data(), worker.x.size());
        if (length == 1) {
            for (Index p = 0; p < size; ++p) {
                worker.x[worker.list[static_cast<std::size_t>(p)]] = model.x[p];
            }
        }
        for (double& entry : worker.x) entry = std::max(entry, 0.0);
        return true;
    }

    const View& view_;
    const ConvexProblem& problem_;
    const PenaltySet& penalties_;
    Vector<double> norms_;  ///< Squared norms of the components of A.
    std::vector<Worker> workers_;
    Scratch<double> scratch_;
};

}  // namespace nmf::detail
