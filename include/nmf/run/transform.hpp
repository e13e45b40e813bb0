// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The coefficients of further columns of V for a factor that stays.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <type_traits>

#include <nmf/core/precision.hpp>
#include <nmf/data/summary.hpp>
#include <nmf/factor/gram.hpp>
#include <nmf/half_step/pair_costs.hpp>
#include <nmf/loss/beta_divergence.hpp>
#include <nmf/loss/frobenius.hpp>
#include <nmf/run/coefficients.hpp>
#include <nmf/run/newton_columns.hpp>
#include <nmf/run/passes.hpp>
#include <nmf/run/transform_passes.hpp>
#include <nmf/solvers/anls.hpp>
#include <nmf/solvers/kl_coordinate_descent.hpp>
#include <nmf/solvers/multiplicative_update.hpp>

namespace nmf::detail {

/// The power b of a loss that is the beta-divergence of that power.
template <class Loss>
[[nodiscard]] double power_of(const Loss& loss) {
    if constexpr (least_squares<Loss>) return 2;
    if constexpr (std::derived_from<Loss, BetaFamily<Loss>>) return loss.beta;
    return std::numeric_limits<double>::quiet_NaN();
}

/// Finds H >= 0 that minimises loss(V, W H) + penalties of H for a W that stays. Where that is
/// convex, in double whatever S is:
///
///   - least squares without weights by normal equations, all columns together, and where these
///     have lost the digits of a small residual, by NewtonColumns from there;
///   - least squares with weights by NewtonColumns;
///   - a beta-divergence of power in [1, 2] by some passes over V, then by NewtonColumns.
///
/// Other losses take passes until the KKT residual is down to the tolerance.
template <DataView View, class Loss, class PenaltySet>
class Transform {
public:
    using S = typename View::Scalar;

    Transform(const View& view, const Summary& sums, const Loss& loss, const PenaltySet& penalties)
        : view_(view), sums_(sums), loss_(loss), penalties_(penalties) {}

    /// For W' (k x m).
    [[nodiscard]] Coefficients<S> operator()(const Factor<S>& w) {
        x_.resize(w.rows(), view_.cols());
        if (!acceptable_entries(w)) return failed();
        typical_ = mean_entry(view_, sums_);
        scale(w);
        if constexpr (least_squares<Loss> && !View::weighted) {
            by_equations();
        } else if constexpr (least_squares<Loss>) {
            by_newton();
        } else {
            by_passes();
        }
        for (Index a = 0; a < x_.rows(); ++a) {
            x_.matrix().row(a) *= static_cast<S>(scales_[a]);
        }
        if (!acceptable_entries(x_)) return failed();
        static_cast<Matrix<S>&>(result_) = x_.matrix();
        measure(w);
        return std::move(result_);
    }

private:
    static constexpr double tolerance = std::same_as<S, double> ? 1e-9 : 1e-5;

    /// Passes that a convex loss gets before Newton's steps, and the most that another one does.
    static constexpr Index first_passes = 50;
    static constexpr Index most_passes = 2000;

    /// ||V - W H||^2 / ||V||^2, up to which normal equations have lost six digits of it at most.
    static constexpr double digits_kept = 1e-8;

    [[nodiscard]] static bool acceptable_entries(const Factor<S>& x) {
        return x.matrix().unaryExpr([](S entry) { return acceptable(entry); }).all();
    }

    [[nodiscard]] Coefficients<S> failed() {
        Coefficients<S> none(Matrix<S>::Zero(x_.rows(), x_.cols()));
        none.status = Status::not_finite;
        for (double* each : {&none.objective, &none.relative_error, &none.kkt_residual}) {
            *each = std::numeric_limits<double>::infinity();
        }
        return none;
    }

    /// Brings the components of W to the size of the entries of V, by powers of 2, which change no
    /// digit of W H. Where a penalty depends on the scale of H they stay.
    void scale(const Factor<S>& w) {
        fixed_ = w;
        scales_.setOnes(w.rows());
        if (!penalties_.scale_free() || !(typical_ > 0)) return;
        const auto rows = static_cast<double>(w.cols());
        const double wanted = std::sqrt(rows * typical_ / static_cast<double>(w.rows()));
        constexpr int most = std::numeric_limits<S>::max_exponent - 2;
        for (Index a = 0; a < w.rows(); ++a) {
            const double norm = w.matrix().row(a).template cast<double>().stableNorm();
            if (!(norm > 0)) continue;
            const int exponent = std::clamp(std::ilogb(wanted / norm), -most, most);
            scales_[a] = std::ldexp(1.0, exponent);
            fixed_.matrix().row(a) *= static_cast<S>(scales_[a]);
        }
    }

    /// The fixed factor in double.
    [[nodiscard]] const Factor<double>& in_double() {
        if constexpr (std::same_as<S, double>) {
            return fixed_;
        } else {
            if (copy_.cols() == 0) copy_.assign(fixed_.matrix().template cast<double>());
            return copy_;
        }
    }

    void by_equations() {
        const Factor<double>& a = in_double();
        NormalEquations<double> equations;
        GramKernel<double>()(a, view_.threads(), gram_);
        equations.gram.assign(gram_);
        equations.cross.resize(a.rows(), view_.cols());
        equations.threads = view_.threads();
        equations.observations = static_cast<double>(view_.rows());
        multiply_by_view(a, equations.cross);
        penalties_.add_to(Side::h, equations);
        Factor<double> x(a.rows(), view_.cols());
        Anls::Workspace<double> work;
        Anls{}.update(equations, x, work);
        x_.matrix() = x.matrix().template cast<S>();
        result_.iterations = 1;
        x.matrix() = x_.matrix().template cast<double>();
        look_at_equations(equations, x);
        const double residual = sums_.squared_norm - 2.0 * cross_ + square_;
        if (residual > digits_kept * sums_.squared_norm) {
            squared_residual_ = residual;
        } else {
            by_newton();
        }
    }

    /// C = A V in double.
    void multiply_by_view(const Factor<double>& a, Factor<double>& c) const {
        if constexpr (std::same_as<S, double>) {
            view_.product(a, c);
        } else {
            const Chunks chunks(view_.cols(), 1, 1);
            for_each_chunk(chunks.count(), view_.threads(), [&](Index chunk, int) {
                for (Index j = chunks.begin(chunk); j < chunks.end(chunk); ++j) {
                    auto to = c.padded_matrix().col(j);
                    view_.visit(j, [&](Index i, S v, S) {
                        to += static_cast<double>(v) * a.padded_matrix().col(i);
                    });
                }
            });
        }
    }

    /// <C, X>, <X, G X> and the KKT residual, C and G without penalties in the former.
    void look_at_equations(const NormalEquations<double>& equations, const Factor<double>& x) {
        const Index k = x.rows();
        cross_ = inner_product(equations.cross, x, view_.threads());
        Matrix<double> gram_of_x;
        GramKernel<double>()(x, view_.threads(), gram_of_x);
        square_ = gram_.cwiseProduct(gram_of_x).sum();
        KktRows<double> rows;
        rows.prepare(equations);
        Factor<double> gradient(k, block);
        Vector<double> sums = Vector<double>::Zero(k);
        for (Index j = 0; j < x.cols(); j += block) {
            rows.add(x.data() + j * x.stride(), equations.cross.data() + j * x.stride(),
                     std::min(block, x.cols() - j), gradient.data(), sums.data());
        }
        result_.kkt_residual =
            distance_ratio(sums.dot(gram_.diagonal()), gram_of_x.diagonal().dot(gram_.diagonal()));
    }

    void by_newton() {
        const Factor<double>& a = in_double();
        const double unit = typical_ > 0 ? std::ldexp(1.0, std::ilogb(typical_)) : 1.0;
        ConvexProblem problem{a, power_of(loss_), unit};
        RowSumsKernel<double>()(a, view_.threads(), problem.row_sums);
        if (gram_.size() > 0) problem.gram = &gram_;
        const ColumnOutcome outcome =
            NewtonColumns<View, PenaltySet>(view_, problem, penalties_)(x_, tolerance);
        result_.iterations += outcome.steps;
        result_.kkt_residual = distance_ratio(outcome.distance, outcome.size);
        result_.status = Status::converged;
        if (outcome.stuck > 0) result_.status = Status::stalled;
        if (outcome.unfinished > 0) result_.status = Status::max_iterations;
    }

    void by_passes() {
        const double model =
            static_cast<double>(fixed_.matrix().mean()) * static_cast<double>(fixed_.rows());
        x_.matrix().setConstant(static_cast<S>(ratio_or_zero(typical_, model)));
        const auto run = [&]<template <class...> class PassOf>(const auto& solver, bool extrapolate,
                                                               Index most) {
            const DivergencePasses<PassOf, Loss, std::decay_t<decltype(solver)>, PenaltySet> passes{
                loss_, solver, penalties_, typical_, 1.0, fixed_.rows()};
            auto pass = passes.template make<View>();
            const PassesOutcome outcome = pass_until_solved(
                view_, pass, fixed_, x_, passes.mass(view_), extrapolate, most, tolerance);
            result_.status = outcome.status;
            result_.iterations = outcome.passes;
            result_.kkt_residual = outcome.kkt_residual;
        };
        const double b = power_of(loss_);
        const bool convex = b >= 1 && b <= 2;
        const Index most = convex ? first_passes : most_passes;
        if constexpr (UpdatesColumns<KlCoordinateDescent, Loss, S>) {
            run.template operator()<EntryColumnPass>(KlCoordinateDescent{.sweeps = 2}, false, most);
        } else {
            run.template operator()<MultiplicativePass>(MultiplicativeUpdate{},
                                                        convex_in_each_factor(loss_), most);
        }
        if constexpr (std::derived_from<Loss, BetaFamily<Loss>>) {
            if (convex) by_newton();
        }
    }

    /// The objective and error of the result.
    void measure(const Factor<S>& w) {
        if constexpr (least_squares<Loss>) {
            if (squared_residual_ < 0) {
                squared_residual_ = at_least_zero(view_.squared_residual(w, x_, square_));
            }
            result_.objective = 0.5 * squared_residual_;
        } else {
            PairCosts<View, Loss> costs(view_, loss_);
            costs.prepare(w.stride());
            const CostSums sums = costs(w, x_);
            squared_residual_ = sums.squared_residual;
            result_.objective = sums.cost;
        }
        result_.objective += penalty();
        result_.relative_error = std::sqrt(ratio_or_zero(squared_residual_, sums_.squared_norm));
    }

    /// Of H, whose columns may have different numbers of entries to explain.
    [[nodiscard]] double penalty() const {
        if (penalties_.scale_free()) return 0;
        if constexpr (!View::weighted) {
            return penalties_.value(Side::h, x_, static_cast<double>(view_.rows()));
        } else {
            double sum = 0;
            Factor<S> column(x_.rows(), 1);
            for (Index j = 0; j < x_.cols(); ++j) {
                column.matrix() = x_.matrix().col(j);
                double entries = 0;
                view_.visit(j, [&](Index, S, S m) { entries += m > 0 ? 1.0 : 0.0; });
                sum += penalties_.value(Side::h, column, entries);
            }
            return sum;
        }
    }

    static constexpr Index block = 64;

    const View& view_;
    const Summary& sums_;
    const Loss& loss_;
    const PenaltySet& penalties_;
    double typical_ = 0;
    Factor<S> fixed_;        ///< W', its components scaled.
    Factor<double> copy_;    ///< The same in double, where S is not.
    Vector<double> scales_;  ///< Of the components.
    Factor<S> x_;            ///< H for that factor, in the end for W.
    Matrix<double> gram_;    ///< Of the fixed factor: least squares without weights.
    double cross_ = 0;       ///< <A V, X>
    double square_ = 0;      ///< ||A'X||^2
    double squared_residual_ = -1;
    Coefficients<S> result_;
};

}  // namespace nmf::detail
