// SPDX-License-Identifier: MIT
// What ends a run, and that it is true.

#include <cmath>
#include <cstdint>

#include <nmf/nmf.hpp>

#include "support/catch.hpp"
#include "support/divergence.hpp"
#include "support/measure.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;
using nmf::Status;

namespace {

/// A product of small whole numbers, many of them 0, and its rank at most.
struct SmallProduct {
    Matrix<double> v;
    Index rank;
};

SmallProduct small_product(std::uint64_t seed) {
    const nmf::CounterRandom random(1000 + seed);
    const Index rows = 3 + random.below(0, 12);
    const Index cols = 3 + random.below(1, 12);
    const Index rank = 1 + random.below(2, 5);
    const Index largest = 2 + random.below(3, 6);
    const double density = 0.3 + 0.7 * random.uniform(4);
    std::uint64_t draw = 10;
    const auto fill = [&](Index m, Index n) {
        Matrix<double> x(m, n);
        for (double& entry : x.reshaped()) {
            const bool there = random.uniform(draw++) < density;
            const auto number = static_cast<double>(random.below(draw++, largest));
            entry = there ? number : 0.0;
        }
        return x;
    };
    const Matrix<double> w = fill(rows, rank);
    return {w * fill(rank, cols), rank};
}

}  // namespace

TEST_CASE("Small products of exact rank all converge") {
    const auto rule = nmf::KktTolerance{1e-4} || nmf::MaxIterations{20000};
    int runs = 0;
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        const SmallProduct product = small_product(seed);
        if (product.v.isZero(0)) continue;
        const auto run = fit(product.v, product.rank, {.stopping = rule, .seed = {seed}});
        INFO("seed " << seed << ", " << run.iterations << " iterations, KKT residual "
                     << run.kkt_residual);
        CHECK(run.status == Status::converged);
        CHECK(run.kkt_residual <= 1e-4);
        ++runs;
    }
    CHECK(runs > 1900);
}

// A run that its extrapolation has led astray, and whose plain steps go on.
TEST_CASE("A run goes on from its best pair where extrapolation does not get below it") {
    Matrix<double> v(3, 8);
    v << 0, 10, 4, 0, 0, 0, 6, 10,  //
        0, 5, 0, 0, 0, 0, 3, 5,     //
        0, 20, 0, 0, 0, 0, 12, 20;
    const auto run = fit(v, 2, {.seed = {70}});
    CHECK(run.status == Status::converged);
    CHECK(run.relative_error <= 1e-3);
}

TEST_CASE("The end of the digits is convergence") {
    const auto rule = nmf::KktTolerance{0} || nmf::MaxIterations{20000};
    for (const auto& [name, solver, exact] : default_solvers()) {
        if (!exact) continue;
        INFO(name);
        const auto run = fit(golden_v(), 5, {.solver = solver, .stopping = rule});
        CHECK(run.status == Status::converged);
        CHECK(run.iterations < 20000);
        CHECK(run.kkt_residual <= 1e-12);
    }
}

TEST_CASE("A start of zeros that is taken as it is does not converge where V is not 0") {
    const nmf::CustomInit<double> zeros(Matrix<double>::Zero(30, 3), Matrix<double>::Zero(3, 20),
                                        false);
    for (const auto& [name, solver, exact] : default_solvers()) {
        INFO(name);
        const auto run = fit(golden_v(), 3, {.solver = solver, .init = zeros});
        CHECK((run.status != Status::converged || run.relative_error < 0.6));
    }
    const How how{.start = zeros, .stopping = nmf::KktTolerance{} || nmf::MaxIterations{500}};
    for (const double beta : {0.0, 0.5, 1.0, 1.5}) {
        INFO("beta " << beta);
        const auto run = fit_beta(beta, golden_v(), 3, how);
        CHECK((run.status != Status::converged || run.relative_error < 0.6));
    }
    const auto descent = fit_cd(golden_v(), 3, how);
    CHECK((descent.status != Status::converged || descent.relative_error < 0.6));
}

TEST_CASE("A start of which one factor is 0 does not converge at error 1") {
    const Matrix<double> none_w = Matrix<double>::Zero(30, 3);
    const Matrix<double> none_h = Matrix<double>::Zero(3, 20);
    const Matrix<double> w = uniform(1, 30, 3);
    const Matrix<double> h = uniform(2, 3, 20);
    for (const bool rescale : {false, true}) {
        for (const auto& start : {nmf::CustomInit<double>(none_w, h, rescale),
                                  nmf::CustomInit<double>(w, none_h, rescale)}) {
            const How how{.start = start,
                          .stopping = nmf::KktTolerance{} || nmf::MaxIterations{500}};
            const auto check = [](const auto& run) {
                CHECK((run.status != Status::converged || run.relative_error < 0.6));
                CHECK(run.history.front().kkt_residual >= 0.1);
            };
            check(fit_cd(golden_v(), 3, how));
            for (const double beta : {0.0, 0.5, 1.0, 1.5}) {
                INFO("beta " << beta);
                check(fit_beta(beta, golden_v(), 3, how));
            }
        }
    }
}

TEST_CASE("A component that is 0 in one factor counts in the residual of Kullback-Leibler") {
    Matrix<double> w = uniform(1, 30, 3);
    w.col(1).setZero();
    const How how{.start = nmf::CustomInit<double>(w, uniform(2, 3, 20), false),
                  .stopping = nmf::Only{nmf::MaxIterations{40}}};
    // Plain multiplicative updates keep it at their floor.
    const auto run = fit_beta(1, golden_v(), 3, how);
    CHECK(run.history.front().kkt_residual > 1e-2);
    CHECK(fit_cd(golden_v(), 3, how).history.front().kkt_residual > 1e-2);
}

TEST_CASE("Two factors of zeros are no minimum where an L2 penalty is small") {
    const nmf::CustomInit<double> zeros(Matrix<double>::Zero(30, 3), Matrix<double>::Zero(3, 20));
    const auto run = [&](const auto& penalty) {
        return nmf::factorize(golden_v(), 3, zeros, penalty).status;
    };
    CHECK(run(nmf::L2{.w = 0.1, .h = 0.1}) != Status::converged);
    CHECK(run(nmf::L2{.w = 1e4, .h = 1e4}) == Status::converged);
    CHECK(run(nmf::L1{.w = 0.1, .h = 0.1}) ==
          Status::converged);  // Their slope is nowhere below 0.
}

TEST_CASE("One heavy weight does not hide the other entries from the residual") {
    const Matrix<double> v = uniform(4, 14, 11);
    for (const double weight : {1e6, 1e8, 1e10}) {
        INFO("weight " << weight);
        Matrix<double> weights = Matrix<double>::Ones(14, 11);
        weights(0, 0) = weight;
        const auto check = [&](const auto& loss) {
            const auto run = nmf::factorize(v, 3, loss, nmf::Weights(weights));
            const auto longer = nmf::factorize(v, 3, loss, nmf::Weights(weights),
                                               nmf::Only{nmf::MaxIterations{2000}});
            CHECK(run.iterations > 10);
            CHECK(run.objective <= 1.1 * longer.objective);
        };
        check(nmf::Frobenius{});
        check(nmf::KullbackLeibler{});
        check(nmf::ItakuraSaito{});
        check(nmf::BetaDivergence{1.5});
    }
}

TEST_CASE("A V of zeros is converged at once from a start of zeros") {
    const Matrix<double> v = Matrix<double>::Zero(6, 5);
    const nmf::CustomInit<double> zeros(Matrix<double>::Zero(6, 2), Matrix<double>::Zero(2, 5));
    const auto run = fit(v, 2, {.init = zeros});
    CHECK(run.status == Status::converged);
    CHECK(run.objective == 0);
}
