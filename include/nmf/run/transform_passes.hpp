// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Passes over V that improve one factor while the other one stays.

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <nmf/acceleration/positive_extrapolation.hpp>
#include <nmf/core/progress.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/factor/balance.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/half_step/target_and_sums.hpp>

namespace nmf::detail {

/// The KKT residual from its sums.
[[nodiscard]] inline double distance_ratio(double distance, double size) {
    if (!(distance > 0)) return 0;
    return size > 0 ? std::sqrt(distance / size) : std::numeric_limits<double>::infinity();
}

struct PassesOutcome {
    Status status = Status::max_iterations;
    Index passes = 0;
    double kkt_residual = 0;
};

/// Passes over V until the KKT residual of X is down to the tolerance, or there were so many. For
/// `mass` see KktGauge.
template <DataView View, class Pass, class S>
PassesOutcome pass_until_solved(const View& view, Pass& pass, const Factor<S>& fixed, Factor<S>& x,
                                ColumnMass mass, bool extrapolate, Index most, double tolerance) {
    constexpr Index patience = 20;
    PassesOutcome outcome;
    Factor<S> previous = x;
    KktGauge gauge{Vector<double>::Zero(x.rows()), std::move(mass)};
    Vector<double> fixed_norms;
    row_norms(fixed, fixed_norms);
    PositiveMomentum momentum({.enabled = extrapolate, .relaxation = 1});
    double least = std::numeric_limits<double>::max();
    Index without_progress = 0;
    const auto residual = [&] {
        const PassSums& sums = pass.sums();
        sums.curvature(gauge.curvature);
        return sums.kkt_residual(fixed_norms, false);
    };
    while (outcome.passes < most && outcome.status != Status::converged) {
        const PassTarget<S> target{x, previous, momentum.next(), &previous};
        pass.run(view, PassFactors<S>(fixed), Side::h, target, gauge);
        x.swap(previous);
        const double now = residual();
        // The first pass does not know the curvature yet.
        if (outcome.passes++ == 0) continue;
        if (now <= tolerance) outcome.status = Status::converged;
        without_progress = now < least ? 0 : without_progress + 1;
        least = std::min(least, now);
        if (without_progress > patience) {
            momentum.restart();
            without_progress = 0;
        }
    }
    pass.run(view, PassFactors<S>(fixed), Side::h, {x, x}, gauge);
    outcome.kkt_residual = residual();
    return outcome;
}

}  // namespace nmf::detail
