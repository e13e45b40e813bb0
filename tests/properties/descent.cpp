// SPDX-License-Identifier: MIT
// No iteration raises the objective, and the objective is that of the factors.

#include <limits>

#include "support/catch.hpp"
#include "support/measure.hpp"
#include "support/penalties.hpp"
#include "support/problems.hpp"

using nmf::Matrix;

namespace {

/// The objective is known to a few eps of the size of its terms.
template <class V, class S>
void check(const V& v, const Fit<S>& run, const nmf::ElasticNet& penalty) {
    const double size = 0.5 * measure::squared_norm(v) + run.objective;
    const double rounding = 8 * static_cast<double>(std::numeric_limits<S>::epsilon()) * size;
    CHECK(measure::acceptable(run));
    CHECK(measure::largest_rise(run.history) <= rounding);
    CHECK(run.history.back().objective < run.history.front().objective);
    CHECK_THAT(run.objective, WithinAbs(measure::objective(v, run, penalty), rounding));
    const double residual = measure::squared_residual(v, run.W, run.H);
    CHECK_THAT(0.5 * run.relative_error * run.relative_error * measure::squared_norm(v),
               WithinAbs(0.5 * residual, rounding));
}

}  // namespace

TEMPLATE_TEST_CASE("The objective falls for every solver and penalty", "", float, double) {
    const Matrix<TestType> dense = uniform(1, 30, 20).cast<TestType>();
    const Matrix<TestType> scattered_v = scattered(45, 70, 0.15).cast<TestType>();
    const Sparse<TestType> stored = sparse(scattered_v);
    for (const auto& [name, solver, exact] : all_solvers()) {
        for (const auto& [penalty_name, penalty] : named_penalties) {
            for (const auto order : {nmf::UpdateOrder::hw, nmf::UpdateOrder::wh}) {
                INFO(name << ", " << penalty_name
                          << (order == nmf::UpdateOrder::hw ? ", hw" : ", wh"));
                const Options options{.solver = solver,
                                      .stopping = nmf::Only{nmf::MaxIterations{60}},
                                      .penalty = penalty,
                                      .order = order};
                check(dense, fit(dense, 5, options), penalty);
                check(stored, fit(stored, 6, options), penalty);
            }
        }
    }
}

TEST_CASE("The objective falls from a start without scale") {
    const Matrix<double> v = uniform(1, 30, 20);
    for (const auto& [name, solver, exact] : all_solvers()) {
        for (const double scale : {1e-3, 1.0, 1e3}) {
            INFO(name << ", start scaled by " << scale);
            const nmf::CustomInit init(scale * uniform(2, 30, 5), scale * uniform(3, 5, 20), false);
            const auto run = fit(
                v, 5,
                {.solver = solver, .init = init, .stopping = nmf::Only{nmf::MaxIterations{50}}});
            CHECK(measure::acceptable(run));
            CHECK(measure::largest_rise(run.history) <= 1e-14 * run.history.front().objective);
            CHECK(run.objective < 0.5 * v.squaredNorm());
        }
    }
}
