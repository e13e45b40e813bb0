// SPDX-License-Identifier: MIT
// At and near exact fits, where ||V||^2 - 2 <V, W H> + ||W H||^2 has lost its digits: the objective
// is neither negative nor NaN, and right.

#include <concepts>
#include <limits>

#include <nmf/testing/known_problems.hpp>

#include "support/catch.hpp"
#include "support/measure.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;

namespace {

/// Measures the pair (W, H) without moving it.
template <class V, class S>
Fit<S> measured(const V& v, const Matrix<S>& w, const Matrix<S>& h, int threads = 1) {
    return fit(
        v, w.cols(),
        {.init = nmf::CustomInit(w.template cast<double>(), h.template cast<double>(), false),
         .stopping = nmf::Only{nmf::MaxIterations{0}},
         .threads = {threads}});
}

/// W times 1 + e at random entries.
Matrix<double> disturbed(const Matrix<double>& w, double e) {
    return w.cwiseProduct((1 + e * (uniform(9, w.rows(), w.cols()).array() - 0.5)).matrix());
}

}  // namespace

TEST_CASE("The relative error is right from 1e-1 down to 1e-12") {
    const Matrix<double> w = scattered(90, 6, 0.7);
    const Matrix<double> h = uniform(3, 6, 110);
    const Matrix<double> v = w * h;
    const Sparse<double> stored = sparse(v);
    for (double e = 1e-1; e > 0.5e-12; e /= 10) {
        const Matrix<double> near = disturbed(w, e);
        const double expected = std::sqrt(measure::squared_residual(v, near, h)) / v.norm();
        for (const int threads : {1, 3}) {
            INFO("relative error " << expected);
            // The residual of a pair is known up to the rounding of its own product.
            CHECK_THAT(measured(v, near, h, threads).relative_error,
                       WithinRel(expected, 0.01) || WithinAbs(expected, 1e-15));
            CHECK_THAT(measured(stored, near, h, threads).relative_error,
                       WithinRel(expected, 0.01) || WithinAbs(expected, 1e-15));
        }
    }
}

TEMPLATE_TEST_CASE("The objective of a result is that of its factors, however near V they are", "",
                   float, double) {
    using S = TestType;
    constexpr bool twice = std::same_as<S, double>;
    const Matrix<S> h = uniform(3, 6, 110).cast<S>();
    for (double e = 1; e > (twice ? 0.5e-6 : 0.5e-2); e /= 10) {
        const Matrix<double> w = scattered(90, 6, 0.7);
        const Matrix<S> near = disturbed(w, e).cast<S>();
        const Matrix<S> v = (w * h.template cast<double>()).template cast<S>();
        const auto run = measured(v, near, h);
        INFO("relative error " << run.relative_error);
        CHECK_THAT(run.objective,
                   WithinRel(0.5 * measure::squared_residual(v, near, h), twice ? 1e-9 : 1e-4));
        CHECK(run.history.back().objective == run.objective);
    }
}

TEST_CASE("The relative error of sparse data is right from 1e-1 down to 1e-12") {
    // Two blocks: W H has the zeros of V.
    Matrix<double> w = Matrix<double>::Zero(80, 4);
    Matrix<double> h = Matrix<double>::Zero(4, 100);
    w.topLeftCorner(40, 2) = uniform(1, 40, 2);
    w.bottomRightCorner(40, 2) = uniform(2, 40, 2);
    h.topLeftCorner(2, 50) = uniform(3, 2, 50);
    h.bottomRightCorner(2, 50) = uniform(4, 2, 50);
    const Matrix<double> v = w * h;
    const Sparse<double> stored = sparse(v);
    REQUIRE(stored.nonZeros() == 4000);
    for (double e = 1e-1; e > 0.5e-12; e /= 10) {
        Matrix<double> near = disturbed(w, e);
        // And something where V stores nothing.
        near(3, 2) = e;
        const double expected = std::sqrt(measure::squared_residual(v, near, h)) / v.norm();
        INFO("relative error " << expected);
        CHECK_THAT(measured(stored, near, h).relative_error, WithinRel(expected, 0.01));
        CHECK_THAT(measured(v, near, h).relative_error, WithinRel(expected, 0.01));
    }
}

TEST_CASE("In single precision the relative error is right down to its rounding") {
    const Matrix<float> w = scattered(90, 6, 0.7).cast<float>();
    const Matrix<float> h = uniform(3, 6, 110).cast<float>();
    const Matrix<float> v = w * h;
    for (double e = 1e-1; e > 0.5e-5; e /= 10) {
        const Matrix<float> near = disturbed(w.cast<double>(), e).cast<float>();
        const double expected =
            std::sqrt(measure::squared_residual(v, near, h)) / std::sqrt(measure::squared_norm(v));
        INFO("relative error " << expected);
        CHECK_THAT(measured(v, near, h).relative_error,
                   WithinRel(expected, 0.02) || WithinAbs(expected, 3e-7));
        CHECK_THAT(measured(sparse(v), near, h).relative_error,
                   WithinRel(expected, 0.02) || WithinAbs(expected, 3e-7));
    }
}

TEMPLATE_TEST_CASE("An exact fit without rounding has the objective 0", "", float, double) {
    for (const Index rank : {1, 3, 9}) {
        const auto problem = nmf::testing::exact_problem<TestType>(40, 33, rank, 5);
        CHECK(measured(problem.v, problem.w, problem.h).objective == 0);
        CHECK(measured(sparse(problem.v), problem.w, problem.h).objective == 0);
        CHECK(measured(problem.v, problem.w, problem.h).kkt_residual == 0);
    }
}

TEMPLATE_TEST_CASE("Runs that end in exact fits report small numbers, never NaN", "", float,
                   double) {
    const double eps = static_cast<double>(std::numeric_limits<TestType>::epsilon());
    const auto problem = nmf::testing::exact_problem<TestType>(40, 33, 3, 5);
    const Sparse<TestType> stored = sparse(problem.v);
    for (const auto& [name, solver, exact] : all_solvers()) {
        for (const Index rank : {3, 5}) {
            INFO(name << ", rank " << rank);
            const Options options{.solver = solver,
                                  .stopping = nmf::KktTolerance{0} || nmf::MaxIterations{3000}};
            const auto check = [&](const auto& v, const auto& run) {
                CHECK(measure::acceptable(run));
                const double expected = std::sqrt(measure::squared_residual(v, run.W, run.H) /
                                                  measure::squared_norm(v));
                CHECK_THAT(run.relative_error,
                           WithinRel(expected, 0.05) || WithinAbs(expected, 16 * eps));
                CHECK(measure::largest_rise(run.history) <= 8 * eps * measure::squared_norm(v));
            };
            check(problem.v, fit(problem.v, rank, options));
            check(stored, fit(stored, rank, options));
        }
    }
}

TEST_CASE("A run into an exact fit goes far below the square root of eps") {
    const auto problem = nmf::testing::exact_problem<double>(40, 33, 3, 5);
    for (const AnySolver& solver : {AnySolver(nmf::Hals{}), AnySolver(nmf::Anls{})}) {
        const Options options{.solver = solver,
                              .stopping = nmf::KktTolerance{1e-13} || nmf::MaxIterations{5000}};
        CHECK(fit(problem.v, 3, options).relative_error <= 1e-11);
        CHECK(fit(sparse(problem.v), 3, options).relative_error <= 1e-11);
    }
}
