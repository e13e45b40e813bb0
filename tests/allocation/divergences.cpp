// SPDX-License-Identifier: MIT
// What runs with other losses, and with weights, take from the heap.

#include <functional>

#include "allocation/allocations.hpp"
#include "support/catch.hpp"
#include "support/divergence.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;

namespace {

/// Allocations from the end of the first iteration to that of the last.
template <class Run>
long late_allocations(const Run& run, How how) {
    long after_one = 0;
    long at_end = 0;
    how.stopping = nmf::Only{nmf::MaxIterations{12}};
    how.observer = [&](const nmf::Progress& progress) {
        if (progress.iteration == 1) after_one = allocations().count;
        at_end = allocations().count;
    };
    const auto outcome = run(how);
    CHECK(outcome.iterations > 10);
    return at_end - after_one;
}

const nmf::MultiplicativeUpdate updates[] = {
    {.extrapolation = {.enabled = false}}, {}, {.joint = true}};
const nmf::ElasticNet penalties[] = {{}, {nmf::L1{0.01, 0.02}, nmf::L2{0.1, 0.2}}};
constexpr Index rank = 7;

}  // namespace

TEST_CASE("Runs of every divergence allocate nothing after the first iteration") {
    if (!counted()) return;
    const Matrix<double> dense = scattered(90, 70, 0.3);
    const Sparse<double> stored = sparse(dense);
    const Matrix<float> single = dense.cast<float>();
    for (const double beta : {0.5, 1.0, 1.5}) {
        for (const auto& mu : updates) {
            for (const auto& penalty : penalties) {
                INFO("beta " << beta);
                const How how{.mu = mu, .penalty = penalty};
                const auto count = [&](const auto& v) {
                    return late_allocations(
                        [&](const How& with) { return fit_beta(beta, v, rank, with); }, how);
                };
                CHECK(count(dense) == 0);
                CHECK(count(stored) == 0);
                CHECK(count(single) == 0);
            }
        }
    }
}

TEST_CASE("Coordinate descent and runs with weights allocate nothing after the first iteration") {
    if (!counted()) return;
    const Matrix<double> dense = scattered(90, 70, 0.3);
    const Sparse<double> stored = sparse(dense);
    const Matrix<double> weights = uniform(7, 90, 70);
    const How all{};
    const How dense_weights{.entries = nmf::Weights(weights)};
    const How missing{.entries = nmf::MissingUnstored{}};
    const auto cd = [&](const auto& v, const How& how) {
        return late_allocations([&](const How& with) { return fit_cd(v, rank, with); }, how);
    };
    CHECK(cd(dense, all) == 0);
    CHECK(cd(stored, all) == 0);
    CHECK(cd(dense, {.cd = {.after = 1}}) == 0);
    CHECK(cd(dense, dense_weights) == 0);
    CHECK(cd(stored, missing) == 0);
    for (const auto& [name, solver, exact] : default_solvers()) {
        INFO(name);
        const auto weighted = [&, &chosen = solver](const auto& v, How how) {
            how.least_squares = chosen;
            return late_allocations([&](const How& with) { return fit_weighted(v, rank, with); },
                                    how);
        };
        CHECK(weighted(dense, dense_weights) == 0);
        CHECK(weighted(stored, missing) == 0);
    }
    CHECK(late_allocations([&](const How& with) { return fit_beta(1, dense, rank, with); },
                           dense_weights) == 0);
}

TEST_CASE("With two threads nothing is allocated later either, whichever works when") {
    if (!counted()) return;
    const Matrix<double> dense = scattered(500, 400, 0.3);
    const Sparse<double> stored = sparse(dense);
    const Matrix<double> weights = uniform(7, 500, 400);
    How how{.threads = 2};
    const auto beta = [&](const How& with) { return fit_beta(1.5, dense, rank, with); };
    const auto by_entries = [&](const How& with) { return fit_beta(1, stored, rank, with); };
    const auto cd = [&](const How& with) { return fit_cd(stored, rank, with); };
    const auto weighted = [&](const How& with) { return fit_weighted(dense, rank, with); };
    CHECK(late_allocations(beta, how) == 0);
    CHECK(late_allocations(by_entries, how) == 0);
    CHECK(late_allocations(cd, how) == 0);
    how.entries = nmf::Weights(weights);
    CHECK(late_allocations(weighted, how) == 0);
}

// Beside V: some copies of both factors, and pieces of fixed size that stay far below 32 MiB.
TEST_CASE("A run of a divergence on a dense V holds nothing as large as V") {
    if (!counted()) return;
    constexpr Index rows = 3000;
    constexpr Index cols = 2000;
    const Matrix<double> v = uniform(1, rows, cols).array() + 0.1;
    const Matrix<double> weights = uniform(7, rows, cols);
    const std::size_t allowed =
        10 * factor_bytes<double>(rank, rows + cols) + 2 * 1'000'000 + 4 * page_slack;
    REQUIRE(2 * allowed < sizeof(double) * static_cast<std::size_t>(rows * cols));
    for (const auto order : {nmf::UpdateOrder::hw, nmf::UpdateOrder::wh}) {
        How how{.stopping = nmf::Only{nmf::MaxIterations{2}},
                .order = order,
                .threads = order == nmf::UpdateOrder::hw ? 2 : 1};
        const auto most = [&](const std::function<void()>& run) { return use_of(run).most; };
        CHECK(most([&] { fit_beta(1, v, rank, how); }) <= allowed);
        CHECK(most([&] { fit_beta(1.5, v, rank, how); }) <= allowed);
        CHECK(most([&] { fit_cd(v, rank, how); }) <= allowed);
        how.mu.joint = true;
        CHECK(most([&] { fit_beta(1, v, rank, how); }) <= allowed);
        how.entries = nmf::Weights(weights);
        CHECK(most([&] { fit_beta(1, v, rank, how); }) <= allowed);
        CHECK(most([&] { fit_weighted(v, rank, how); }) <= allowed);
    }
}
