// SPDX-License-Identifier: MIT
// The same seed gives the same bits, whatever the number of threads.

#include <nmf/machine/chunks.hpp>

#include "support/catch.hpp"
#include "support/divergence.hpp"
#include "support/measure.hpp"
#include "support/problems.hpp"

using nmf::Matrix;

namespace {

template <class Run>
bool identical(const Run& one, const Run& two) {
    const auto line = [](const nmf::HistoryEntry& a, const nmf::HistoryEntry& b) {
        return a.objective == b.objective && a.relative_error == b.relative_error &&
               a.kkt_residual == b.kkt_residual;
    };
    return one.W == two.W && one.H == two.H && one.status == two.status &&
           one.steps_taken_back == two.steps_taken_back &&
           std::equal(one.history.begin(), one.history.end(), two.history.begin(),
                      two.history.end(), line);
}

/// Larger than any tile, block and chunk of the kernels.
template <class S>
Matrix<S> sample() {
    return scattered(700, 1100, 0.2).cast<S>();
}

}  // namespace

TEMPLATE_TEST_CASE("The number of threads changes no bit of any solver", "", float, double) {
    const Matrix<TestType> dense = sample<TestType>();
    const Sparse<TestType> stored = sparse(dense);
    const nmf::ElasticNet penalty{nmf::L1{0.01, 0.02}, nmf::L2{0.1, 0.2}};
    for (const auto& [name, solver, exact] : default_solvers()) {
        Options options{
            .solver = solver, .stopping = nmf::Only{nmf::MaxIterations{4}}, .penalty = penalty};
        const auto one = fit(dense, 9, options);
        const auto sparse_one = fit(stored, 9, options);
        for (const int threads : {2, 3, 4}) {
            INFO(name << ", " << threads << " threads");
            options.threads = nmf::Threads{threads};
            CHECK(identical(fit(dense, 9, options), one));
            CHECK(identical(fit(stored, 9, options), sparse_one));
        }
    }
}

TEST_CASE("The number of threads changes no bit of divergences, weights and holes") {
    constexpr nmf::Index rows = 300;
    constexpr nmf::Index cols = 450;
    // Several chunks of dense passes in either direction, and of sparse ones, which begin at
    // multiples of 64 columns.
    REQUIRE(nmf::detail::Chunks(rows, 128).count() > 2);
    REQUIRE(nmf::detail::Chunks(cols, 128).count() > 3);
    const Matrix<double> dense = scattered(rows, cols, 0.2);
    const Matrix<double> positive = dense.array() + 0.1;
    const Sparse<double> stored = sparse(dense);
    const Matrix<double> weights =
        (uniform(4, rows, cols).array() < 0.3).select(uniform(7, rows, cols), 0.0);
    const Sparse<double> stored_weights = sparse(weights);
    const auto check = [](const char* name, How how, const auto& call) {
        how.stopping = nmf::Only{nmf::MaxIterations{3}};
        const Outcome<double> one = call(how);
        for (const int threads : {2, 4}) {
            INFO(name << ", " << threads << " threads");
            how.threads = threads;
            CHECK(identical(call(how), one));
        }
    };
    const auto beta = [](double b, const auto& v) {
        return [b, &v](const How& how) { return fit_beta(b, v, 7, how); };
    };
    const auto cd = [](const auto& v) {
        return [&v](const How& how) { return fit_cd(v, 7, how); };
    };
    const auto weighted = [](const auto& v) {
        return [&v](const How& how) { return fit_weighted(v, 7, how); };
    };
    const How all;
    const How with_weights{.entries = nmf::Weights(weights)};
    const How with_list{.entries = nmf::Weights(stored_weights)};
    const How missing{.entries = nmf::MissingUnstored{}};
    check("kl, dense", all, beta(1, dense));
    check("kl, sparse", all, beta(1, stored));
    check("kl, joint", {.mu = {.joint = true}}, beta(1, stored));
    check("is, dense", all, beta(0, positive));
    check("is, holes", missing, beta(0, stored));
    check("beta 1.5, sparse", all, beta(1.5, stored));
    check("cd, dense", all, cd(dense));
    check("cd, sparse", all, cd(stored));
    check("kl, weights", with_weights, beta(1, dense));
    check("kl, listed weights", with_list, beta(1, stored));
    check("cd, holes", missing, cd(stored));
    check("least squares, weights", with_weights, weighted(dense));
    check("least squares, listed weights", with_list, weighted(dense));
    check("least squares, holes", missing, weighted(stored));
}

TEST_CASE("The number of threads changes no bit of any start") {
    const Matrix<double> dense = sample<double>();
    const Sparse<double> stored = sparse(dense);
    for (const auto& [name, init] : all_inits()) {
        INFO(name);
        Options options{.init = init, .stopping = nmf::Only{nmf::MaxIterations{1}}};
        const auto one = fit(dense, 5, options);
        const auto sparse_one = fit(stored, 5, options);
        options.threads = nmf::Threads{4};
        CHECK(identical(fit(dense, 5, options), one));
        CHECK(identical(fit(stored, 5, options), sparse_one));
    }
}

TEST_CASE("The number of threads changes no bit near an exact fit, nor of transform") {
    const Matrix<double> w = uniform(1, 500, 4);
    const Matrix<double> h = uniform(2, 4, 900);
    const Matrix<double> v = w * h;
    Options options{.init = nmf::CustomInit(w, h), .stopping = nmf::Only{nmf::MaxIterations{3}}};
    const auto one = fit(v, 4, options);
    const auto sparse_one = fit(sparse(v), 4, options);
    options.threads = nmf::Threads{3};
    const auto three = fit(v, 4, options);
    CHECK(identical(three, one));
    CHECK(identical(fit(sparse(v), 4, options), sparse_one));
    CHECK(three.transform(v) == one.transform(v));
}

TEST_CASE("The same seed gives the same bits, another one another start") {
    const Matrix<double> v = uniform(1, 30, 20);
    for (const auto& [name, init] : all_inits()) {
        INFO(name);
        const Options options{
            .init = init, .stopping = nmf::Only{nmf::MaxIterations{5}}, .seed = {4}};
        CHECK(identical(fit(v, 5, options), fit(v, 5, options)));
    }
    const auto run = [&](std::uint64_t seed) {
        return fit(v, 5, {.stopping = nmf::Only{nmf::MaxIterations{0}}, .seed = {seed}}).objective;
    };
    CHECK(run(1) != run(2));
    CHECK(run(0) == fit(v, 5, {.stopping = nmf::Only{nmf::MaxIterations{0}}}).objective);
}
