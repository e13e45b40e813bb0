// SPDX-License-Identifier: MIT
// Weights and holes, and transform, in single precision.

#include <limits>

#include "support/catch.hpp"
#include "support/divergence.hpp"
#include "support/linear_algebra.hpp"
#include "support/measure.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;

namespace {

constexpr double eps = std::numeric_limits<float>::epsilon();

/// A product of positive factors with entries that are off by up to `noise` of themselves, in
/// single precision.
Matrix<float> near_product(Index rows, Index cols, Index rank, double noise) {
    const Matrix<double> product = uniform(11, rows, rank) * uniform(12, rank, cols);
    const Matrix<double> factor = 1 + noise * (2 * uniform(13, rows, cols).array() - 1);
    return product.cwiseProduct(factor).cast<float>();
}

Matrix<double> mask(Index rows, Index cols) {
    return (uniform(14, rows, cols).array() < 0.5).cast<double>();
}

}  // namespace

// The objective is a difference of sums that are partly added up in single precision: near the end
// of a run it moves by less than their rounding.
TEST_CASE("Weighted least squares in single precision ends as in double precision") {
    const Matrix<double> weights = mask(100, 80);
    for (const double noise : {0.3, 0.1, 0.03, 0.001}) {
        const Matrix<float> v = near_product(100, 80, 5, noise);
        const Matrix<double> same = v.cast<double>();
        // Sums of 128 products, each rounded twice: <V, Y> twice, and ||Y||^2.
        const double rounding =
            0.5 * 3 * 130 * 0.5 * eps * weights.cwiseProduct(same).cwiseProduct(same).sum();
        const nmf::Hals plain{.extrapolation = {.enabled = false}};
        for (const AnySolver& solver :
             {AnySolver(plain), AnySolver(plain_anls()), AnySolver(nmf::Hals{})}) {
            INFO("noise " << noise);
            const How how{.entries = nmf::Weights(weights),
                          .least_squares = solver,
                          .stopping = nmf::KktTolerance{1e-4} || nmf::MaxIterations{1000}};
            const auto run = fit_weighted(v, 5, how);
            REQUIRE(fit_weighted(same, 5, how).status == nmf::Status::converged);
            CHECK(run.status == nmf::Status::converged);
            CHECK((run.steps_taken_back == 0 || solver.extrapolation.enabled));
            CHECK_THAT(run.objective,
                       WithinAbs(naive_objective(2, same, weights, run.W.cast<double>(),
                                                 run.H.cast<double>()),
                                 rounding));
        }
    }
}

TEST_CASE("Runs with weights in single precision are those in double precision, rounded") {
    const Matrix<float> v = golden_v().cast<float>();
    const Matrix<double> weights = mask(30, 20).cwiseProduct(uniform(7, 30, 20));
    Matrix<float> nan = v;
    nan = (weights.array() > 0).select(v, std::numeric_limits<float>::quiet_NaN());
    const How how{.entries = nmf::Weights(weights), .stopping = nmf::Only{nmf::MaxIterations{10}}};
    const auto check = [&](const auto& call) {
        const Outcome<double> exact = call(Matrix<double>(v.cast<double>()));
        const Outcome<float> run = call(v);
        const Outcome<float> without = call(nan);
        CHECK(run.W == without.W);
        CHECK(run.H == without.H);
        REQUIRE(run.history.size() == exact.history.size());
        for (std::size_t line = 0; line < run.history.size(); ++line) {
            CHECK_THAT(run.history[line].objective, WithinRel(exact.history[line].objective, 1e-4));
        }
    };
    for (const double beta : {0.0, 1.0, 1.5, 2.5}) {
        INFO("beta " << beta);
        check([&](const auto& of) { return fit_beta(beta, of, 4, how); });
    }
    check([&](const auto& of) { return fit_weighted(of, 4, how); });
}

// With a perturbation of the gradient, relative to the curvature, of r, the minimiser moves by r
// times the condition.
TEST_CASE("transform in single precision is that in double precision, rounded") {
    const Matrix<float> v = near_product(30, 20, 3, 0.05);
    const Matrix<double> same = v.cast<double>();
    const Matrix<double> weights = mask(30, 20);
    const Matrix<float> w = (0.2 + uniform(11, 30, 3).array()).cast<float>();
    const Matrix<double> fixed = w.cast<double>();
    const nmf::Vector<double> singular = singular_values(fixed);
    const double condition = std::pow(singular.maxCoeff() / singular.minCoeff(), 2);
    How how{.start = nmf::CustomInit(fixed, uniform(12, 3, 20), false),
            .stopping = nmf::Only{nmf::MaxIterations{0}}};
    const auto check = [&](const auto& call, double tolerance) {
        const Outcome<double> exact = call(same);
        const Outcome<float> run = call(v);
        REQUIRE(run.W == w);
        const Matrix<double> h = run.transform_v().template cast<double>();
        CHECK(measure::distance(h, exact.transform_v()) <= condition * tolerance);
    };
    for (const double beta : {0.0, 1.0, 1.5}) {
        INFO("beta " << beta);
        check([&](const auto& of) { return fit_beta(beta, of, 3, how); }, 1e-5);
    }
    check([&](const auto& of) { return fit_cd(of, 3, how); }, 1e-5);
    how.entries = nmf::Weights(weights);
    check([&](const auto& of) { return fit_beta(1, of, 3, how); }, 1e-5);
    check([&](const auto& of) { return fit_weighted(of, 3, how); }, 130 * eps);
}
