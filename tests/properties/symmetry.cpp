// SPDX-License-Identifier: MIT
// What a factorization does not depend on: the scale of V, which side is which, the order of rows,
// columns and components, and how V is stored.

#include <algorithm>
#include <numeric>
#include <vector>

#include "support/catch.hpp"
#include "support/measure.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;

namespace {

constexpr nmf::Only ten{nmf::MaxIterations{10}};
constexpr Index rows = 30;
constexpr Index cols = 20;
constexpr Index rank = 5;

/// The raw start with W and H in each other's place.
nmf::CustomInit<double> turned_start() {
    return {uniform(3, rank, cols).transpose(), uniform(2, rows, rank).transpose(), false};
}

template <class S>
bool same_lines(const Fit<S>& one, const Fit<S>& two, double objective_scale) {
    return std::equal(one.history.begin(), one.history.end(), two.history.begin(),
                      two.history.end(), [&](const auto& a, const auto& b) {
                          return a.objective * objective_scale == b.objective &&
                                 a.relative_error == b.relative_error &&
                                 a.kkt_residual == b.kkt_residual;
                      });
}

/// 0 .. size - 1 in another order.
std::vector<Index> shuffled(Index size) {
    std::vector<Index> order(static_cast<std::size_t>(size));
    std::iota(order.begin(), order.end(), Index(0));
    const auto draws = uniform(77, size, 1);
    std::sort(order.begin(), order.end(), [&](Index i, Index j) { return draws(i) < draws(j); });
    return order;
}

Matrix<double> pick_rows(const Matrix<double>& x, const std::vector<Index>& order) {
    Matrix<double> result(x.rows(), x.cols());
    for (Index i = 0; i < x.rows(); ++i) result.row(i) = x.row(order[static_cast<std::size_t>(i)]);
    return result;
}
Matrix<double> pick_cols(const Matrix<double>& x, const std::vector<Index>& order) {
    return pick_rows(x.transpose(), order).transpose();
}

/// Rounding errors grow from iteration to iteration; after 10 they are still small.
constexpr double tolerance = 1e-9;

}  // namespace

TEMPLATE_TEST_CASE("Scaling V by a power of four scales the factors to the last bit", "", float,
                   double) {
    const Matrix<TestType> plain = golden_v().cast<TestType>();
    for (const auto& [name, solver, exact] : all_solvers()) {
        for (const int power : {-5, 4}) {
            INFO(name << ", 4^" << power);
            const auto root = static_cast<TestType>(std::ldexp(1.0, power));
            const Matrix<TestType> scaled = root * root * plain;
            const Options options{.solver = solver, .stopping = nmf::Only{nmf::MaxIterations{30}}};
            const auto one = fit(plain, rank, options);
            const auto two = fit(scaled, rank, options);
            CHECK((root * one.W).eval().cwiseEqual(two.W).all());
            CHECK((root * one.H).eval().cwiseEqual(two.H).all());
            CHECK(same_lines(one, two, std::ldexp(1.0, 4 * power)));
            const auto sparse_one = fit(sparse(plain), rank, options);
            const auto sparse_two = fit(sparse(scaled), rank, options);
            CHECK(same_lines(sparse_one, sparse_two, std::ldexp(1.0, 4 * power)));
        }
    }
}

TEST_CASE("Scaling V by any number scales the factors") {
    for (const auto& [name, solver, exact] : all_solvers()) {
        for (const double scale : {1e8, 1e-8, 1e100, 1e-100}) {
            for (const auto& [init_name, init] : all_inits()) {
                INFO(name << ", " << init_name << ", " << scale);
                const Options options{.solver = solver, .init = init, .stopping = ten};
                const auto one = fit(golden_v(), rank, options);
                const auto two = fit(Matrix<double>(scale * golden_v()), rank, options);
                CHECK(measure::distance(two.W / std::sqrt(scale), one.W) <= tolerance);
                CHECK(measure::distance(two.H / std::sqrt(scale), one.H) <= tolerance);
                CHECK_THAT(two.objective / scale / scale, WithinRel(one.objective, tolerance));
                CHECK_THAT(two.kkt_residual, WithinRel(one.kkt_residual, 1e-6));
            }
        }
    }
}

TEST_CASE("In single precision V may be scaled within its range") {
    const Matrix<float> plain = golden_v().cast<float>();
    for (const auto& [name, solver, exact] : all_solvers()) {
        for (const float scale : {1e10F, 1e-10F}) {
            INFO(name << ", " << scale);
            const Options options{.solver = solver, .stopping = ten};
            const auto one = fit(plain, rank, options);
            const auto two = fit(Matrix<float>(scale * plain), rank, options);
            CHECK(measure::acceptable(two));
            const auto by = static_cast<double>(scale);
            CHECK_THAT(two.objective / by / by, WithinRel(one.objective, 1e-3));
        }
    }
}

TEST_CASE("W and H swap roles when V is transposed and the order of updates is turned") {
    for (const auto& [name, solver, exact] : all_solvers()) {
        INFO(name);
        const auto one = fit(golden_v(), rank,
                             {.solver = solver,
                              .init = raw_start(rows, cols, rank),
                              .stopping = ten,
                              .order = nmf::UpdateOrder::hw});
        const auto two = fit(Matrix<double>(golden_v().transpose()), rank,
                             {.solver = solver,
                              .init = turned_start(),
                              .stopping = ten,
                              .order = nmf::UpdateOrder::wh});
        CHECK(measure::distance(two.W.transpose(), one.H) <= tolerance);
        CHECK(measure::distance(two.H.transpose(), one.W) <= tolerance);
        CHECK_THAT(two.objective, WithinRel(one.objective, tolerance));
        CHECK_THAT(two.kkt_residual, WithinRel(one.kkt_residual, 1e-6));
    }
}

TEST_CASE("W and H swap their penalties, too") {
    const nmf::ElasticNet penalty{nmf::L1{0.1, 0.3}, nmf::L2{0.7, 0.2}};
    const nmf::ElasticNet turned_penalty{nmf::L1{0.3, 0.1}, nmf::L2{0.2, 0.7}};
    for (const auto& [name, solver, exact] : all_solvers()) {
        INFO(name);
        const auto one = fit(golden_v(), rank,
                             {.solver = solver,
                              .init = raw_start(rows, cols, rank),
                              .stopping = ten,
                              .penalty = penalty});
        const auto two = fit(Matrix<double>(golden_v().transpose()), rank,
                             {.solver = solver,
                              .init = turned_start(),
                              .stopping = ten,
                              .penalty = turned_penalty,
                              .order = nmf::UpdateOrder::wh});
        CHECK(measure::distance(two.W.transpose(), one.H) <= tolerance);
        CHECK_THAT(two.objective, WithinRel(one.objective, tolerance));
        CHECK_THAT(two.kkt_residual, WithinRel(one.kkt_residual, 1e-6));
    }
}

TEST_CASE("Permuting rows and columns of V permutes W and H") {
    const auto row_order = shuffled(rows);
    const auto col_order = shuffled(cols);
    const Matrix<double> w = uniform(2, rows, rank);
    const Matrix<double> h = uniform(3, rank, cols);
    const Matrix<double> permuted = pick_cols(pick_rows(golden_v(), row_order), col_order);
    for (const auto& [name, solver, exact] : all_solvers()) {
        INFO(name);
        const auto one = fit(golden_v(), rank,
                             {.solver = solver, .init = nmf::CustomInit(w, h), .stopping = ten});
        const nmf::CustomInit init(pick_rows(w, row_order), pick_cols(h, col_order));
        const auto two = fit(permuted, rank, {.solver = solver, .init = init, .stopping = ten});
        CHECK(measure::distance(two.W, pick_rows(one.W, row_order)) <= tolerance);
        CHECK(measure::distance(two.H, pick_cols(one.H, col_order)) <= tolerance);
        const auto three =
            fit(sparse(permuted), rank, {.solver = solver, .init = init, .stopping = ten});
        CHECK(measure::distance(three.W, pick_rows(one.W, row_order)) <= tolerance);
    }
}

// HALS visits one component after the other, so there the order matters.
TEST_CASE("Permuting the components of the start permutes those of the result") {
    const auto order = shuffled(rank);
    const Matrix<double> w = uniform(2, rows, rank);
    const Matrix<double> h = uniform(3, rank, cols);
    for (const AnySolver& solver : {AnySolver(nmf::MultiplicativeUpdate{}), AnySolver(nmf::Anls{}),
                                    AnySolver(plain_anls())}) {
        const auto one = fit(golden_v(), rank,
                             {.solver = solver, .init = nmf::CustomInit(w, h), .stopping = ten});
        const auto two = fit(golden_v(), rank,
                             {.solver = solver,
                              .init = nmf::CustomInit(pick_cols(w, order), pick_rows(h, order)),
                              .stopping = ten});
        CHECK(measure::distance(two.W, pick_cols(one.W, order)) <= tolerance);
        CHECK(measure::distance(two.H, pick_rows(one.H, order)) <= tolerance);
    }
}

// Hals with a given number of sweeps: by itself it chooses them by the number of stored entries.
TEST_CASE("A sparse V and its dense twin have the same factorization") {
    for (const double density : {0.05, 0.4, 1.1}) {
        const Matrix<double> dense = scattered(60, 45, density);
        const Sparse<double> stored = sparse(dense);
        for (const auto& [name, solver, exact] : all_solvers()) {
            if (name == "hals") continue;
            INFO(name << ", density " << density);
            const Options options{.solver = solver, .stopping = ten};
            const auto one = fit(dense, rank, options);
            const auto two = fit(stored, rank, options);
            CHECK(measure::distance(two.W, one.W) <= tolerance);
            CHECK(measure::distance(two.H, one.H) <= tolerance);
            CHECK_THAT(two.objective, WithinRel(one.objective, tolerance));
            CHECK_THAT(two.kkt_residual, WithinRel(one.kkt_residual, 1e-6));
        }
    }
}

TEST_CASE("Stored zeros change nothing") {
    const Matrix<double> dense = scattered(60, 45, 0.2);
    const Sparse<double> stored = sparse(dense);
    Sparse<double> zeros = stored;
    for (Index i = 0; i < 60; i += 3) zeros.coeffRef(i, i % 45) += 0.0;
    REQUIRE(zeros.nonZeros() > stored.nonZeros());
    for (const auto& [name, solver, exact] : all_solvers()) {
        if (name == "hals") continue;
        INFO(name);
        const Options options{.solver = solver, .stopping = ten};
        CHECK(measure::distance(fit(zeros, rank, options).W, fit(stored, rank, options).W) <=
              tolerance);
    }
}
