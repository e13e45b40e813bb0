// SPDX-License-Identifier: MIT
// The golden trajectories. Double: to 1e-10 up to 10 iterations and 1e-8 at 100.

#include <limits>

#include <nmf/nmf.hpp>

#include "golden/golden_values.hpp"
#include "support/catch.hpp"
#include "support/digits.hpp"
#include "support/problems.hpp"

using golden::Line;
using nmf::Index;

namespace {

double allowed(Index iteration) { return iteration <= 10 ? 1e-10 : 1e-8; }

double at(const std::vector<nmf::HistoryEntry>& history, Index iteration) {
    return history.at(static_cast<std::size_t>(iteration)).objective;
}

template <class F>
void check(const F& run, const golden::Lines& lines) {
    for (const Line& line : lines) {
        INFO("iteration " << line.iteration);
        CHECK_THAT(at(run.history, line.iteration), WithinRel(line.value, allowed(line.iteration)));
    }
}

nmf::CustomInit<double> start() { return raw_start(30, 20, 5); }
constexpr nmf::Only hundred{nmf::MaxIterations{100}};

}  // namespace

TEST_CASE("The generator draws the golden problem") {
    for (Index j = 0; j < 3; ++j) CHECK(golden_v()(0, j) == golden::v_0[j]);
    CHECK_THAT(golden_v().sum(), WithinRel(golden::sum_v, 1e-14));
    CHECK_THAT(golden_v().squaredNorm(), WithinRel(golden::squared_norm_v, 1e-14));
    CHECK_THAT(uniform(2, 30, 5).sum(), WithinRel(golden::sum_w0, 1e-14));
    CHECK_THAT(uniform(3, 5, 20).sum(), WithinRel(golden::sum_h0, 1e-14));
}

TEST_CASE("The start is measured before the first iteration") {
    const auto run =
        fit(golden_v(), 5, {.init = start(), .stopping = nmf::Only{nmf::MaxIterations{0}}});
    CHECK(run.iterations == 0);
    CHECK_THAT(run.objective, WithinRel(golden::start, 1e-13));
}

TEST_CASE("Hals with one sweep and no extrapolation is the golden HALS") {
    check(nmf::factorize(golden_v(), 5, plain_hals(1), start(), hundred, nmf::UpdateOrder::wh),
          golden::hals_wh);
    check(nmf::factorize(golden_v(), 5, plain_hals(1), start(), hundred), golden::hals_hw);
    check(nmf::factorize(golden_v(), 5, plain_hals(3), start(), hundred), golden::hals_hw_3_sweeps);
}

TEST_CASE("Hals with scikit-learn's penalties is the golden HALS") {
    const auto run = [](double l1_ratio) {
        return nmf::factorize(golden_v(), 5, plain_hals(1), start(), hundred, nmf::UpdateOrder::wh,
                              nmf::scikit_learn_penalty(
                                  {.rows = 30, .cols = 20, .alpha_W = 0.01, .l1_ratio = l1_ratio}));
    };
    check(run(0), golden::hals_wh_elastic_net_l1_ratio_0);
    check(run(0.5), golden::hals_wh_elastic_net_l1_ratio_half);
}

TEST_CASE("MultiplicativeUpdate is the golden MU") {
    const nmf::MultiplicativeUpdate mu{.extrapolation = {.enabled = false}};
    check(nmf::factorize(golden_v(), 5, mu, start(), hundred, nmf::UpdateOrder::wh), golden::mu_wh);
    check(nmf::factorize(golden_v(), 5, mu, start(), hundred), golden::mu_hw);
}

TEST_CASE("Anls without extrapolation is the golden ANLS") {
    check(nmf::factorize(golden_v(), 5, plain_anls(), start(), hundred), golden::anls_hw);
}

TEST_CASE("Hals with longer inner loops is the golden E-A-HALS") {
    const nmf::CustomInit scaled(uniform(2, 30, 5), uniform(3, 5, 20));
    const nmf::Extrapolation published{
        .start = 0.5, .shrink = 1.5, .growth = 1.01, .ceiling_growth = 1.005};
    const auto run = nmf::factorize(golden_v(), 5,
                                    nmf::Hals{.inner_tolerance = 0.01, .extrapolation = published},
                                    scaled, hundred);
    for (const Line& line : golden::accelerated_hals_relative_error) {
        INFO("iteration " << line.iteration);
        const auto& entry = run.history.at(static_cast<std::size_t>(line.iteration));
        CHECK_THAT(entry.relative_error, WithinRel(line.value, allowed(line.iteration)));
    }
    CHECK(run.steps_taken_back == golden::accelerated_hals_steps_taken_back);
}

TEST_CASE("A sparse V and its dense twin follow the golden trajectory") {
    const nmf::Matrix<double> dense = scattered(200, 150, 0.05);
    const Sparse<double> stored = sparse(dense);
    REQUIRE(stored.nonZeros() == golden::sparse_stored);
    REQUIRE_THAT(dense.sum(), WithinRel(golden::sparse_sum, 1e-14));
    const Options options{.solver = plain_hals(1),
                          .init = nmf::CustomInit(uniform(7, 200, 8), uniform(8, 8, 150), false),
                          .stopping = hundred,
                          .order = nmf::UpdateOrder::wh};
    check(fit(stored, 8, options), golden::sparse_hals_wh);
    check(fit(dense, 8, options), golden::sparse_hals_wh);
}

TEST_CASE("The digits follow the golden trajectory") {
    const nmf::Matrix<double> v = digits();
    Options options{.solver = plain_hals(1),
                    .init = raw_start(1797, 64, 10),
                    .stopping = hundred,
                    .order = nmf::UpdateOrder::wh};
    check(fit(v, 10, options), golden::digits_hals_wh);
    options.solver = nmf::MultiplicativeUpdate{.extrapolation = {.enabled = false}};
    const auto mu = fit(v, 10, options);
    check(mu, golden::digits_mu_wh);
    CHECK_THAT(mu.objective, WithinRel(golden::digits_mu_wh_100, 1e-8));
}

// Rounding errors of a step are at most about eps times the terms of an entry of C or of G X, which
// are at most m + k; the objective is stationary to first order in what remains of them.
TEST_CASE("Single precision follows the golden trajectories to its precision") {
    const nmf::Matrix<float> single = golden_v().cast<float>();
    const auto near = [&](const Options& options, const golden::Lines& lines) {
        const auto run = fit(single, 5, options);
        for (const Line& line : lines) {
            if (line.iteration > 10) continue;
            INFO("iteration " << line.iteration);
            const double eps = static_cast<double>(std::numeric_limits<float>::epsilon());
            CHECK_THAT(at(run.history, line.iteration),
                       WithinRel(line.value, 35 * eps * static_cast<double>(line.iteration)));
        }
    };
    Options options{
        .solver = plain_hals(1), .init = start(), .stopping = nmf::Only{nmf::MaxIterations{10}}};
    near(options, golden::hals_hw);
    options.solver = plain_hals(3);
    near(options, golden::hals_hw_3_sweeps);
    options.solver = plain_anls();
    near(options, golden::anls_hw);
    options.solver = nmf::MultiplicativeUpdate{.extrapolation = {.enabled = false}};
    near(options, golden::mu_hw);
    options.order = nmf::UpdateOrder::wh;
    near(options, golden::mu_wh);
}
