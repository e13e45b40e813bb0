// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The coefficients of further columns of V for a factor that stays.

#include <algorithm>
#include <concepts>

#include <nmf/core/precision.hpp>
#include <nmf/data/gram.hpp>
#include <nmf/loss/frobenius.hpp>
#include <nmf/run/component_norms.hpp>
#include <nmf/run/half_pass.hpp>
#include <nmf/run/passes.hpp>
#include <nmf/solvers/anls.hpp>
#include <nmf/solvers/kl_coordinate_descent.hpp>
#include <nmf/solvers/multiplicative_update.hpp>

namespace nmf::detail {

/// Least squares without weights: the exact solution.
template <class View, class PenaltySet, class S>
void transform_by_equations(const View& view, const PenaltySet& penalties, const Factor<S>& fixed,
                            Factor<S>& x) {
    NormalEquations<S> equations;
    Matrix<double> gram;
    GramKernel<S>()(fixed, view.threads(), gram);
    equations.gram.assign(gram.cast<S>());
    equations.cross.resize(fixed.rows(), view.cols());
    equations.threads = view.threads();
    equations.observations = static_cast<double>(view.rows());
    view.product(fixed, equations.cross);
    penalties.add_to(Side::h, equations);
    Anls::Workspace<S> work;
    Anls{}.update(equations, x, work);
}

/// Passes over V until the KKT residual of X is down to the tolerance.
template <class View, class Passes, class S>
void transform_by_passes(const View& view, const Passes& passes, const Factor<S>& fixed,
                         Factor<S>& x, bool extrapolate) {
    constexpr double tolerance = std::same_as<S, double> ? 1e-9 : 1e-5;
    constexpr Index most_iterations = 2000;
    auto pass = passes.template make<View>();
    Factor<S> previous = x;
    KktGauge gauge{Vector<double>::Zero(x.rows()), passes.mass(view)};
    Vector<double> fixed_norms;
    row_norms(fixed, fixed_norms);
    PositiveMomentum momentum({.enabled = extrapolate, .relaxation = 1});
    double least = std::numeric_limits<double>::max();
    Index without_progress = 0;
    for (Index iteration = 0; iteration < most_iterations; ++iteration) {
        const PassTarget<S> target{x, previous, momentum.next(), &previous};
        pass.run(view, PassFactors<S>(fixed), Side::h, target, gauge);
        x.swap(previous);
        const PassSums& sums = pass.sums();
        sums.curvature(gauge.curvature);
        const double residual = sums.kkt_residual(fixed_norms, false);
        // The first pass does not know the curvature yet.
        if (iteration > 0 && residual <= tolerance) return;
        without_progress = iteration > 0 && residual < least ? 0 : without_progress + 1;
        if (iteration > 0) least = std::min(least, residual);
        if (without_progress > 20) {
            momentum.restart();
            without_progress = 0;
        }
    }
}

}  // namespace nmf::detail
