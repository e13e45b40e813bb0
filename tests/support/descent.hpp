// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What every run that minimises a divergence has to show.

#include <cmath>

#include "support/catch.hpp"
#include "support/divergence.hpp"
#include "support/measure.hpp"

/// What a history that never rises, by the way it is kept, cannot hide: a step that rose is among
/// the steps taken back, and the objective is that of the factors.
inline void check_descent(double beta, const nmf::Matrix<double>& v,
                          const nmf::Matrix<double>& weights, const Outcome<double>& run,
                          const nmf::ElasticNet& penalty, bool may_rise) {
    CHECK(measure::acceptable(run));
    CHECK(measure::largest_rise(run.history) <= 0);
    if (!may_rise) CHECK(run.steps_taken_back == 0);
    CHECK(run.objective < run.history.front().objective);
    CHECK_THAT(run.objective,
               WithinRel(naive_objective(beta, v, weights, run.W, run.H, penalty), 1e-12));
    const nmf::Matrix<double> gap = v - run.W * run.H;
    const double error = std::sqrt((weights.array() * gap.array().square()).sum() /
                                   (weights.array() * v.array().square()).sum());
    CHECK_THAT(run.relative_error, WithinRel(error, 1e-12));
}
