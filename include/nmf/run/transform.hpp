// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The coefficients of further data for a factor that stays.

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <limits>
#include <type_traits>
#include <utility>

#include <nmf/core/precision.hpp>
#include <nmf/data/summary.hpp>
#include <nmf/factor/balance.hpp>
#include <nmf/factor/gram.hpp>
#include <nmf/half_step/former_of.hpp>
#include <nmf/half_step/pair_costs.hpp>
#include <nmf/half_step/problem.hpp>
#include <nmf/loss/beta_divergence.hpp>
#include <nmf/loss/frobenius.hpp>
#include <nmf/machine/finite.hpp>
#include <nmf/run/alternation.hpp>
#include <nmf/run/coefficients.hpp>
#include <nmf/run/loop.hpp>
#include <nmf/run/penalty_of.hpp>
#include <nmf/run/transform_equations.hpp>
#include <nmf/solvers/kl_coordinate_descent.hpp>
#include <nmf/solvers/multiplicative_update.hpp>
#include <nmf/solvers/newton_columns.hpp>
#include <nmf/stopping/combine.hpp>
#include <nmf/stopping/kkt_tolerance.hpp>
#include <nmf/stopping/max_iterations.hpp>

namespace nmf::detail {

/// The power b of a loss that is the beta-divergence of that power.
template <class Loss>
[[nodiscard]] double power_of(const Loss& loss) {
    if constexpr (least_squares<Loss>) return 2;
    if constexpr (std::derived_from<Loss, BetaFamily<Loss>>) return loss.beta;
    return std::numeric_limits<double>::quiet_NaN();
}

/// Finds the X >= 0 that minimises loss(V, A'X) + penalties of X for a fixed A. A is W' and X is H,
/// or, on the view of V', A is H and X is W'. A convex problem is solved in double, whatever S is:
///
///   - least squares without weights by normal equations, all columns together, and where these
///     have lost the digits of a small residual, by NewtonColumns from there;
///   - least squares with weights by NewtonColumns;
///   - a beta-divergence of power in [1, 2] by some passes over V, then by NewtonColumns.
///
/// Other losses take passes until the KKT residual is down to the tolerance.
///
/// With bounds of X, or penalties that couple columns, it is a run with A fixed, by the solver that
/// gets closest.
template <DataView View, class Loss, class PenaltySet, class LimitsOf>
class Transform {
public:
    using S = typename View::Scalar;

    /// `side`: which factor X is.
    Transform(const View& view, Side side, const Summary& sums, const Loss& loss,
              const PenaltySet& penalties, const LimitsOf& limits)
        : view_(view),
          side_(side),
          sums_(sums),
          loss_(loss),
          penalties_(penalties),
          limits_(limits) {}

    /// For A (k x rows).
    [[nodiscard]] Coefficients<S> operator()(const Factor<S>& a) {
        return solve(a, [&] { by_best_solver(); });
    }

    /// The same by a run in which A stays.
    template <class SolverPolicy, class Rule, class Observer>
    [[nodiscard]] Coefficients<S> operator()(const Factor<S>& a, const SolverPolicy& solver,
                                             const Rule& rule, const Observer& observer,
                                             const Stopwatch& watch) {
        return solve(a, [&] {
            set_even_start();
            by_alternation(solver, rule, observer, watch);
        });
    }

private:
    template <class Search>
    [[nodiscard]] Coefficients<S> solve(const Factor<S>& a, const Search& search) {
        x_.resize(a.rows(), view_.cols());
        if (!acceptable_entries(a, other(side_))) return failed();
        typical_ = mean_entry(view_, sums_);
        scale(a);
        search();
        const Uninterrupted finishing;
        for (Index c = 0; c < x_.rows(); ++c) scale_row(x_, c, static_cast<S>(scales_[c]));
        if (!acceptable_entries(x_, side_)) return failed();
        static_cast<Matrix<S>&>(result_) = x_.matrix();
        measure(a);
        return std::move(result_);
    }

    void by_best_solver() {
        if constexpr (by_run) {
            by_passes();
        } else if constexpr (least_squares<Loss> && !View::weighted) {
            by_equations();
        } else if constexpr (least_squares<Loss>) {
            by_newton();
        } else {
            by_passes();
        }
    }

    static constexpr bool bounded = !std::same_as<LimitsOf, NoLimits>;

    /// No column can be solved by itself.
    static constexpr bool by_run = bounded || PenaltySet::touches;

    static constexpr double tolerance = std::same_as<S, double> ? 1e-9 : 1e-5;

    /// Passes that a convex loss gets before Newton's steps, and the most that another one does.
    static constexpr Index first_passes = 50;
    static constexpr Index most_passes = 2000;

    /// ||V - A'X||^2 / ||V||^2, up to which normal equations have lost six digits of it at most.
    static constexpr double digits_kept = 1e-8;

    /// Finite, and >= 0 where the constraints do not say otherwise.
    [[nodiscard]] bool acceptable_entries(const Factor<S>& x, [[maybe_unused]] Side side) const {
        if constexpr (bounded) {
            bool within = all_finite(x.data(), x.cols() * x.stride());
            const Bounds<S>& bounds = limits_.of(side);
            for (Index j = 0; j < x.cols(); ++j) {
                for (Index a = 0; a < x.rows(); ++a) {
                    within = within && x.data()[j * x.stride() + a] >= bounds.lower(a, j);
                }
            }
            return within;
        } else {
            return x.all([](S entry) { return acceptable(entry); });
        }
    }

    [[nodiscard]] NMF_COLD Coefficients<S> failed() {
        Matrix<S> zeros;
        zeros.setZero(x_.rows(), x_.cols());
        Coefficients<S> none(std::move(zeros));
        none.status = Status::not_finite;
        for (double* each : {&none.objective, &none.relative_error, &none.kkt_residual}) {
            *each = std::numeric_limits<double>::infinity();
        }
        return none;
    }

    /// Scales the components of A to the size of the entries of V, by powers of 2, which change no
    /// digit of A'X. If a penalty depends on the scale of X, they keep their size.
    void scale(const Factor<S>& a) {
        fixed_ = a;
        scales_.setOnes(a.rows());
        if (bounded || !penalties_.none() || !(typical_ > 0)) return;
        const auto rows = static_cast<double>(a.cols());
        const double wanted = std::sqrt(rows * typical_ / static_cast<double>(a.rows()));
        constexpr int most = std::numeric_limits<S>::max_exponent - 2;
        for (Index c = 0; c < a.rows(); ++c) {
            const double norm = row_norm(a, c);
            if (!(norm > 0)) continue;
            const int exponent = std::clamp(std::ilogb(wanted / norm), -most, most);
            scales_[c] = std::ldexp(1.0, exponent);
            scale_row(fixed_, c, static_cast<S>(scales_[c]));
        }
    }

    /// The fixed factor in double.
    [[nodiscard]] const Factor<double>& in_double() {
        if constexpr (std::same_as<S, double>) {
            return fixed_;
        } else {
            if (copy_.cols() == 0) copy_ = Factor<double>(fixed_.matrix().template cast<double>());
            return copy_;
        }
    }

    void by_equations() {
        TransformEquations<View, PenaltySet> equations(view_, side_, penalties_);
        equations.solve(in_double(), x_);
        result_.iterations = 1;
        result_.kkt_residual = equations.kkt_residual;
        gram_ = equations.gram;
        square_ = equations.square;
        const double residual = sums_.squared_norm - 2.0 * equations.cross + square_;
        if (residual > digits_kept * sums_.squared_norm) {
            squared_residual_ = residual;
        } else {
            by_newton();
        }
    }

    void by_newton() {
        const Factor<double>& a = in_double();
        const double unit = typical_ > 0 ? std::ldexp(1.0, std::ilogb(typical_)) : 1.0;
        ConvexProblem problem{a, side_, power_of(loss_), unit};
        RowSumsKernel<double>()(a, RowsOf<View>{view_}, problem.row_sums);
        if (gram_.size() > 0) problem.gram = &gram_;
        const ColumnOutcome outcome =
            NewtonColumns<View, PenaltySet>(view_, problem, penalties_)(x_, tolerance);
        result_.iterations += outcome.steps;
        std::array<double, 4> sums{outcome.distance, outcome.size,
                                   static_cast<double>(outcome.stuck),
                                   static_cast<double>(outcome.unfinished)};
        reduce(view_, sums);
        const auto [distance, size, stuck, unfinished] = sums;
        result_.kkt_residual = distance_ratio(distance, size);
        result_.status = Status::converged;
        if (stuck > 0) result_.status = Status::stalled;
        if (unfinished > 0) result_.status = Status::max_iterations;
    }

    /// Equal entries, of which the model has the size of V.
    void set_even_start() {
        double sum = 0;
        fixed_.for_each([&](S w) { sum += std::abs(static_cast<double>(w)); });
        const auto even =
            static_cast<S>(ratio_or_zero(typical_ * static_cast<double>(fixed_.cols()), sum));
        x_.for_each([&](S& x) { x = even; });
        if constexpr (bounded) limits_.of(side_).clip(x_);
    }

    void by_passes() {
        set_even_start();
        const double b = power_of(loss_);
        const bool convex = b >= 1 && b <= 2;
        const auto rule = Only{KktTolerance{tolerance} ||
                               MaxIterations{convex && !by_run ? first_passes : most_passes}};
        const auto run = [&](const auto& solver) {
            by_alternation(solver, rule, NoObserver{}, Stopwatch{});
        };
        if constexpr (least_squares<Loss>) {
            run(Anls{});
        } else if constexpr (std::same_as<DefaultSolver<Loss, View>, KlCoordinateDescent>) {
            run(KlCoordinateDescent{.sweeps = 2, .after = 0});
        } else {
            run(MultiplicativeUpdate{.extrapolation = {.relaxation = 1}});
        }
        if constexpr (!by_run && std::derived_from<Loss, BetaFamily<Loss>>) {
            if (convex) by_newton();
        }
    }

    /// The alternation in which A stays.
    template <class SolverPolicy, class Rule, class Observer>
    void by_alternation(const SolverPolicy& solver, const Rule& rule, const Observer& observer,
                        const Stopwatch& watch) {
        const auto task =
            problem_of(view_, sums_, fixed_.rows(), loss_, solver, penalties_, limits_);
        using Task = Problem<Loss, SolverPolicy, PenaltySet, LimitsOf>;
        Alternation<View, Task, true> alternation(view_, task, side_);
        alternation.start(fixed_, x_, false);
        Loop loop(alternation, rule, observer, watch);
        loop.go_on(no_limit);
        const LoopResult& outcome = loop.result();
        x_ = alternation.finish(false).second;
        result_.status = outcome.status;
        result_.iterations = outcome.history.back().iteration;
        result_.kkt_residual = outcome.history.back().kkt_residual;
    }

    /// The objective and error of the result.
    void measure(const Factor<S>& a) {
        if constexpr (least_squares<Loss>) {
            if (squared_residual_ < 0) {
                Scratch<S> scratch;
                squared_residual_ = at_least_zero(view_.squared_residual(a, x_, square_, scratch));
            }
            result_.objective = 0.5 * squared_residual_;
        } else {
            PairCosts<View, Loss> costs(view_, loss_);
            costs.prepare(a.stride());
            const CostSums sums = costs(a, x_);
            squared_residual_ = sums.squared_residual;
            result_.objective = sums.cost;
        }
        Factor<S> column;
        result_.objective += penalty_of(penalties_, side_, view_, x_, column);
        result_.relative_error = std::sqrt(ratio_or_zero(squared_residual_, sums_.squared_norm));
    }

    const View& view_;
    const Side side_;
    const Summary& sums_;
    const Loss& loss_;
    const PenaltySet& penalties_;
    const LimitsOf& limits_;
    double typical_ = 0;
    Factor<S> fixed_;        ///< A, its components scaled.
    Factor<double> copy_;    ///< The same in double, where S is not.
    Vector<double> scales_;  ///< Of the components.
    Factor<S> x_;            ///< X for that factor, in the end for A.
    Matrix<double> gram_;    ///< Of the fixed factor: least squares without weights.
    double square_ = 0;      ///< ||A'X||^2
    double squared_residual_ = -1;
    Coefficients<S> result_;
};

}  // namespace nmf::detail
