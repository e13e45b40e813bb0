// SPDX-License-Identifier: MIT
// The tests that end a run of factorize(V, options).

#include <nmf/any.hpp>

#include "support/catch.hpp"
#include "support/input_error.hpp"
#include "support/problems.hpp"

namespace {

/// A run that goes on for long after it has little to gain.
nmf::Factorization<double> run(const auto& choose) {
    nmf::Options options{.rank = 5};
    choose(options);
    return nmf::factorize(nmf::Matrix<double>(uniform(1, 200, 100)), options);
}

}  // namespace

TEST_CASE("Without a tolerance a run of options ends as one of policies", "[any]") {
    const auto usual = run([](nmf::Options&) {});
    CHECK(usual.status == nmf::Status::converged);
    CHECK(usual.kkt_residual > 1e-4);
    CHECK(usual.kkt_residual <= nmf::DiminishingReturns{}.residual);

    const auto by_residual = run([](nmf::Options& o) { o.tolerance = 1e-4; });
    CHECK(by_residual.kkt_residual <= 1e-4);
    CHECK(by_residual.iterations > usual.iterations);
    // So does another test.
    const auto by_fall = run([](nmf::Options& o) {
        o.relative_decrease = nmf::RelativeDecrease{1e-12, 10};
    });
    CHECK(by_fall.iterations == by_residual.iterations);

    const auto both = run([](nmf::Options& o) {
        o.tolerance = 1e-4;
        o.diminishing_returns = nmf::DiminishingReturns{};
    });
    CHECK(both.iterations == usual.iterations);
    const auto as_rule = run([](nmf::Options& o) { o.stopping = nmf::DiminishingReturns{}; });
    CHECK(as_rule.iterations == usual.iterations);
    const auto later =
        run([](nmf::Options& o) { o.diminishing_returns = nmf::DiminishingReturns{1e-6}; });
    CHECK(later.iterations > usual.iterations);
    CHECK(later.iterations <= by_residual.iterations);
}

TEST_CASE("Parameters of the tests are checked", "[any]") {
    const auto refused = [](const auto& choose) {
        return error_of([&] { static_cast<void>(run(choose)); }).has_value();
    };
    CHECK(refused([](nmf::Options& o) { o.tolerance = -1; }));
    CHECK(refused([](nmf::Options& o) { o.diminishing_returns = nmf::DiminishingReturns{-1}; }));
    CHECK(refused(
        [](nmf::Options& o) { o.diminishing_returns = nmf::DiminishingReturns{.residual = -1}; }));
    CHECK(refused(
        [](nmf::Options& o) { o.diminishing_returns = nmf::DiminishingReturns{.least = 0}; }));
}
