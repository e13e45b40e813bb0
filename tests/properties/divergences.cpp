// SPDX-License-Identifier: MIT
// Every beta-divergence: what its updates keep, how it scales, and that it falls.

#include <cmath>
#include <string>
#include <type_traits>
#include <vector>

#include <nmf/factorize.hpp>

#include "support/catch.hpp"
#include "support/descent.hpp"
#include "support/digits.hpp"
#include "support/divergence.hpp"
#include "support/measure.hpp"
#include "support/penalties.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;

namespace {

constexpr double betas[] = {-1, 0, 0.5, 1, 1.5, 2, 2.5, 3};
constexpr Index rank = 5;
constexpr auto wh = nmf::UpdateOrder::wh;
constexpr auto hw = nmf::UpdateOrder::hw;

const nmf::MultiplicativeUpdate plain{.extrapolation = {.enabled = false}};
const nmf::MultiplicativeUpdate joint{.joint = true};

struct NamedUpdate {
    const char* name;
    nmf::MultiplicativeUpdate mu;
};
const NamedUpdate updates[] = {{"plain", plain}, {"extrapolated", {}}, {"joint", joint}};

/// The objectives of both runs agree, line by line, once those of `one` are scaled.
template <class S, class T>
void check_same_lines(const Outcome<S>& one, const Outcome<T>& two, double scale,
                      double tolerance) {
    REQUIRE(one.history.size() == two.history.size());
    for (std::size_t line = 0; line < one.history.size(); ++line) {
        INFO("iteration " << line);
        CHECK_THAT(two.history[line].objective,
                   WithinRel(one.history[line].objective * scale, tolerance));
        CHECK_THAT(two.history[line].relative_error,
                   WithinRel(one.history[line].relative_error, tolerance));
    }
}

}  // namespace

TEST_CASE("The objective falls for every beta, update, penalty and choice of weights") {
    const Matrix<double> v = golden_v();
    const Matrix<double> ones = Matrix<double>::Ones(v.rows(), v.cols());
    const Matrix<double> real = real_weights(v.rows(), v.cols());
    for (const double beta : betas) {
        for (const auto& [update, mu] : updates) {
            for (const auto& [penalty_name, penalty] : named_penalties) {
                INFO("beta " << beta << ", " << update << ", " << penalty_name);
                How how{
                    .mu = mu, .penalty = penalty, .stopping = nmf::Only{nmf::MaxIterations{40}}};
                const bool may_rise = mu.extrapolation.enabled && !mu.joint;
                check_descent(beta, v, ones, fit_beta(beta, v, rank, how), penalty, may_rise);
                how.order = wh;
                how.entries = nmf::Weights(real);
                check_descent(beta, v, real, fit_beta(beta, v, rank, how), penalty, may_rise);
            }
        }
    }
}

TEST_CASE("The objective of a start is that of its factors") {
    const Matrix<double> w = uniform(2, 30, rank);
    const Matrix<double> h = uniform(3, rank, 20);
    const How how{.start = raw_start(30, 20, rank), .stopping = nmf::Only{nmf::MaxIterations{0}}};
    for (const double beta : betas) {
        INFO("beta " << beta);
        CHECK_THAT(fit_beta(beta, golden_v(), rank, how).objective,
                   WithinRel(naive_objective(beta, golden_v(), w, h), 1e-12));
    }
}

TEST_CASE("Sparse and dense V are the same to every loss that allows zeros") {
    const Matrix<double> v = scattered(45, 70, 0.15);
    for (const nmf::UpdateOrder order : {hw, wh}) {
        const How how{.order = order};
        for (const double beta : {0.5, 1.0, 1.5, 2.5}) {
            INFO("beta " << beta);
            const auto dense = fit_beta(beta, v, rank, how);
            const auto stored = fit_beta(beta, sparse(v), rank, how);
            check_same_lines(dense, stored, 1, 1e-9);
            CHECK(measure::distance(stored.W, dense.W) <= 1e-8);
            CHECK(measure::distance(stored.H, dense.H) <= 1e-8);
            CHECK_THAT(stored.objective,
                       WithinRel(naive_objective(beta, v, stored.W, stored.H), 1e-12));
        }
        // A coordinate descent looks at the same entries, bit for bit: sums of counts are exact.
        const Matrix<double> whole = counts(45, 70);
        const How raw{.cd = {.after = 0}, .start = raw_start(45, 70, rank), .order = order};
        const auto dense = fit_cd(whole, rank, raw);
        const auto stored = fit_cd(sparse(whole), rank, raw);
        check_same_lines(dense, stored, 1, 1e-12);
        CHECK(dense.W == stored.W);
        CHECK(dense.H == stored.H);
    }
}

TEST_CASE("Named losses are the beta-divergences of their beta, bit for bit") {
    const Matrix<double> v = golden_v();
    const auto start = raw_start(30, 20, rank);
    const How how{.start = start};
    const nmf::Only stop{nmf::MaxIterations{30}};
    const auto check = [](const auto& named, const Outcome<double>& by_number) {
        CHECK(named.W == by_number.W);
        CHECK(named.H == by_number.H);
        CHECK(named.objective == by_number.objective);
    };
    check(nmf::factorize(v, rank, nmf::KullbackLeibler{}, nmf::MultiplicativeUpdate{}, start, stop),
          fit_beta(1, v, rank, how));
    check(nmf::factorize(v, rank, nmf::ItakuraSaito{}, start, stop), fit_beta(0, v, rank, how));
}

TEST_CASE("At beta 2 the updates are those of the Frobenius loss") {
    for (const auto& [name, mu] : {updates[0], updates[1]}) {
        INFO(name);
        const auto start = raw_start(30, 20, rank);
        const auto two = fit_beta(2, golden_v(), rank, {.mu = mu, .start = start});
        const auto frobenius =
            fit(golden_v(), rank,
                {.solver = mu, .init = start, .stopping = nmf::Only{nmf::MaxIterations{30}}});
        // With extrapolation the pairs differ in H, and by the scales of their components.
        if (!mu.extrapolation.enabled) {
            CHECK_THAT(two.objective, WithinRel(frobenius.objective, 1e-11));
        }
        const auto unscaled = [](const Matrix<double>& w) -> Matrix<double> {
            return w.colwise().normalized();
        };
        CHECK(measure::distance(unscaled(two.W), unscaled(frobenius.W)) <= 1e-10);
    }
}

TEST_CASE("Over-relaxed updates get further in the first iterations") {
    const nmf::MultiplicativeUpdate unrelaxed{.extrapolation = {.relaxation = 1}};
    const Matrix<double> v = counts(23, 17);
    for (const double beta : {1.0, 1.5, 2.0}) {
        for (const Index iterations : {3, 5}) {
            INFO("beta " << beta << ", " << iterations << " iterations");
            How how{.start = raw_start(23, 17, rank),
                    .stopping = nmf::Only{nmf::MaxIterations{iterations}}};
            const double relaxed = fit_beta(beta, v, rank, how).objective;
            how.mu = unrelaxed;
            CHECK(relaxed < fit_beta(beta, v, rank, how).objective);
        }
    }
}

TEST_CASE("One component, row or column is found at once") {
    const How how{.stopping = nmf::KktTolerance{1e-9} || nmf::MaxIterations{100}};
    const auto run = fit_beta(1, counts(200, 100), 1, how);
    CHECK(run.status == nmf::Status::converged);
    CHECK(run.iterations <= 3);
    const auto row = fit_beta(1, Matrix<double>(counts(200, 100).topRows(1)), 3, how);
    CHECK(row.status == nmf::Status::converged);
    CHECK(row.iterations <= 3);
}

TEST_CASE("Kullback-Leibler keeps the sums of the side that was updated last") {
    const Matrix<double> v = counts(23, 17);
    const Matrix<double> real = real_weights(23, 17);
    for (const nmf::UpdateOrder order : {hw, wh}) {
        INFO((order == hw ? "W last" : "H last"));
        const auto check = [&](const Outcome<double>& run, const Matrix<double>& weights) {
            const Matrix<double> y = weights.cwiseProduct(run.W * run.H);
            const Matrix<double> x = weights.cwiseProduct(v);
            // Also for rows of V that are 0, which the floor leaves at almost 0.
            if (order == hw) {
                CHECK((y.rowwise().sum() - x.rowwise().sum()).cwiseAbs().maxCoeff() <=
                      1e-13 * x.rowwise().sum().maxCoeff());
            } else {
                CHECK((y.colwise().sum() - x.colwise().sum()).cwiseAbs().maxCoeff() <=
                      1e-13 * x.colwise().sum().maxCoeff());
            }
        };
        How how{.mu = plain, .start = raw_start(23, 17, rank), .order = order};
        for (const Index iterations : {1, 7}) {
            how.stopping = nmf::Only{nmf::MaxIterations{iterations}};
            how.entries = nmf::AllEntries{};
            const Matrix<double> ones = Matrix<double>::Ones(23, 17);
            check(fit_beta(1, v, rank, how), ones);
            check(fit_beta(1, sparse(v), rank, how), ones);
            how.entries = nmf::Weights(real);
            check(fit_beta(1, v, rank, how), real);
        }
    }
}

TEST_CASE("Kullback-Leibler at rank 1 is solved by one update from any start") {
    const Matrix<double> v = counts(23, 17);
    const Matrix<double> exact = v.rowwise().sum() * v.colwise().sum() / v.sum();
    for (const nmf::UpdateOrder order : {hw, wh}) {
        const How how{.mu = plain,
                      .start = raw_start(23, 17, 1),
                      .stopping = nmf::Only{nmf::MaxIterations{1}},
                      .order = order};
        for (const auto& run : {fit_beta(1, v, 1, how), fit_beta(1, sparse(v), 1, how)}) {
            CHECK((run.W * run.H - exact).cwiseAbs().maxCoeff() <= 1e-13 * exact.maxCoeff());
            CHECK_THAT(
                run.objective,
                WithinRel(naive_objective(1, v, exact.col(0) / exact(0, 0), exact.row(0)), 1e-12));
        }
    }
}

// <W, gradient> = 0 and the same for H: what the KKT residual bounds entry by entry. Other betas
// need too many iterations for that residual.
TEST_CASE("At a stationary point the sums of the two sides of an update agree") {
    const Matrix<double> v = uniform(1, 12, 9);
    const nmf::ElasticNet weak{nmf::L1{0.02, 0.03}, nmf::L2{0.05, 0.04}};
    const auto check = [&](double beta, const nmf::ElasticNet& penalty) {
        INFO("beta " << beta << (penalty.none() ? "" : ", penalties"));
        const auto run = fit_beta(
            beta, v, 2,
            {.penalty = penalty, .stopping = nmf::KktTolerance{1e-8} || nmf::MaxIterations{20000}});
        REQUIRE(run.status == nmf::Status::converged);
        const Eigen::ArrayXXd y = (run.W * run.H).array();
        const double above = (v.array() * y.pow(beta - 1)).sum();
        const double below = y.pow(beta).sum();
        const double of_w = penalty.l1.w * run.W.sum() + penalty.l2.w * run.W.squaredNorm();
        const double of_h = penalty.l1.h * run.H.sum() + penalty.l2.h * run.H.squaredNorm();
        CHECK_THAT(below + of_w, WithinRel(above, 1e-6));
        CHECK_THAT(below + of_h, WithinRel(above, 1e-6));
    };
    for (const double beta : {0.0, 0.5, 1.0, 1.5, 2.0, 2.5}) check(beta, {});
    for (const double beta : {1.0, 1.5, 2.0, 2.5, 3.0}) check(beta, weak);
}

TEST_CASE("V = 0 is fitted by 0 for every loss that allows zeros") {
    const Matrix<double> zero = Matrix<double>::Zero(70, 40);
    const Sparse<double> empty = sparse(zero);
    const Matrix<double> data = uniform(1, 70, 40);
    const auto check = [](const Outcome<double>& run) {
        CHECK(measure::acceptable(run));
        CHECK(run.status == nmf::Status::converged);
        CHECK(run.objective == 0);
        CHECK(run.kkt_residual == 0);
    };
    How how{.stopping = nmf::KktTolerance{} || nmf::MaxIterations{5}};
    for (const double beta : {0.5, 1.0, 1.5, 3.0}) {
        for (const auto& [name, mu] : updates) {
            INFO("beta " << beta << ", " << name);
            how.mu = mu;
            how.entries = nmf::AllEntries{};
            for (const auto& run :
                 {fit_beta(beta, zero, rank, how), fit_beta(beta, empty, rank, how)}) {
                check(run);
                CHECK((run.W * run.H).maxCoeff() == 0);
                CHECK(run.transform_v().maxCoeff() == 0);
            }
            how.entries = nmf::Weights(zero);
            check(fit_beta(beta, data, rank, how));
        }
    }
}

// Both factors end at the floor of the updates, which stands for 0.
TEST_CASE("Penalties that leave nothing of the factors are a minimum that is reached") {
    const nmf::ElasticNet strong{nmf::L1{10, 10}, nmf::L2{10, 10}};
    const How how{.penalty = strong, .stopping = nmf::KktTolerance{} || nmf::MaxIterations{100}};
    const Matrix<double> zero_w = Matrix<double>::Zero(30, rank);
    const Matrix<double> zero_h = Matrix<double>::Zero(rank, 20);
    const auto check = [&](double beta, const auto& run) {
        INFO("beta " << beta);
        CHECK(run.status == nmf::Status::converged);
        CHECK(run.kkt_residual <= 1e-4);
        CHECK((run.W * run.H).maxCoeff() <= 1e-20);
        CHECK_THAT(run.objective,
                   WithinRel(naive_objective(beta, golden_v(), zero_w, zero_h), 1e-6));
    };
    for (const double beta : {2.0, 2.5, 3.0}) {
        check(beta, fit_beta(beta, golden_v(), rank, how));
        check(beta, fit_beta(beta, Matrix<float>(golden_v().cast<float>()), rank, how));
    }
}

TEST_CASE("Scaling V by c scales the objective by c^beta and nothing else") {
    const Matrix<double> v = golden_v();
    const How how{.stopping = nmf::Only{nmf::MaxIterations{20}}};
    for (const double beta : betas) {
        const auto one = fit_beta(beta, v, rank, how);
        for (const double c : {1e-8, 1e8, 1e-100, 1e100}) {
            INFO("beta " << beta << ", c " << c);
            const double degree = std::pow(c, beta);
            if (!(degree > 1e-285 && degree < 1e285)) continue;
            const auto two = fit_beta(beta, Matrix<double>(c * v), rank, how);
            check_same_lines(one, two, degree, 1e-9);
            CHECK(measure::distance(two.W / std::sqrt(c), one.W) <= 1e-9);
            CHECK(measure::distance(two.H / std::sqrt(c), one.H) <= 1e-9);
            CHECK_THAT(two.kkt_residual, WithinRel(one.kkt_residual, 1e-6));
        }
    }
    for (const double c : {1e-8, 1e8}) {
        const auto one = fit_cd(v, rank, how);
        check_same_lines(one, fit_cd(Matrix<double>(c * v), rank, how), c, 1e-9);
    }
}

TEST_CASE("In single precision V may be scaled as well") {
    const Matrix<float> v = golden_v().cast<float>();
    const How how{.stopping = nmf::Only{nmf::MaxIterations{10}}};
    for (const double beta : betas) {
        const auto one = fit_beta(beta, v, rank, how);
        const auto exact = fit_beta(beta, golden_v(), rank, how);
        check_same_lines(exact, one, 1, 1e-4);
        for (const float c : {1e-8F, 1e8F, 1e-20F, 1e20F}) {
            INFO("beta " << beta << ", c " << c);
            const auto two = fit_beta(beta, Matrix<float>(c * v), rank, how);
            check_same_lines(one, two, std::pow(static_cast<double>(c), beta), 1e-4);
        }
    }
}

TEMPLATE_TEST_CASE("Far out, beta gives numbers, or says that V cannot take its powers", "", float,
                   double) {
    const How how{.stopping = nmf::Only{nmf::MaxIterations{30}}};
    const Matrix<double> moderate = 0.5 + 0.5 * golden_v().array();
    for (const double beta : {-64.0, -20.0, -5.0, 5.0, 20.0, 64.0}) {
        for (const double c : {1e-3, 1.0, 1e3}) {
            INFO("beta " << beta << ", c " << c);
            const Matrix<double> v = c * moderate;
            const auto run = fit_beta(beta, Matrix<TestType>(v.cast<TestType>()), rank, how);
            CHECK(measure::acceptable(run));
            CHECK(run.objective < run.history.front().objective);
            const Matrix<double> wide = c * golden_v();
            CHECK(measure::acceptable(
                fit_beta(beta, Matrix<TestType>(wide.cast<TestType>()), rank, how)));
        }
    }
    const auto refused = [&](double beta, const Matrix<double>& v, const std::string& text) {
        INFO("beta " << beta);
        try {
            static_cast<void>(fit_beta(beta, Matrix<TestType>(v.cast<TestType>()), rank, how));
            CHECK(false);
        } catch (const nmf::InputError& error) {
            CHECK_THAT(error.what(), ContainsSubstring("for beta = " + text));
        }
    };
    refused(60, 1e6 * moderate, "60; scale V");
    refused(-60, 1e6 * moderate, "-60; scale V");
    // The largest of 600 entries is more than 500 times the mean one; 500^63 is 1e170.
    Matrix<double> peak = Matrix<double>::Constant(30, 20, 1e-6);
    peak(3, 4) = 1;
    if (std::is_same_v<TestType, float>) {
        refused(64, 100 * peak, "64");
    } else {
        CHECK(measure::acceptable(
            fit_beta(64, Matrix<TestType>((100 * peak).cast<TestType>()), rank, how)));
    }
}

TEMPLATE_TEST_CASE("Digits with their empty pixels, and large counts, are fitted at any scale", "",
                   float, double) {
    const Matrix<double> pixels = digits();
    std::vector<Index> empty;
    for (Index j = 0; j < pixels.cols(); ++j) {
        if (pixels.col(j).maxCoeff() == 0) empty.push_back(j);
    }
    REQUIRE(empty.size() == 3);
    const How how{.stopping = nmf::Only{nmf::MaxIterations{8}}};
    const auto check = [&](const Matrix<double>& v, double scale, bool turned) {
        const Matrix<TestType> data = (scale * v).template cast<TestType>();
        for (const double beta : {1.0, 1.5}) {
            INFO("beta " << beta << ", scale " << scale << (turned ? ", turned" : ""));
            for (const auto& run :
                 {fit_beta(beta, data, 6, how), fit_beta(beta, sparse(data), 6, how)}) {
                CHECK(measure::acceptable(run));
                CHECK(run.steps_taken_back == 0);
                CHECK(run.objective < 0.8 * run.history.front().objective);
                const Matrix<TestType> y = run.W * run.H;
                for (const Index j : empty) {
                    const auto left =
                        static_cast<double>(turned ? y.row(j).maxCoeff() : y.col(j).maxCoeff());
                    CHECK(left <= 1e-6 * scale);
                }
            }
        }
    };
    for (const double scale : {1.0, 1e-8, 1e8}) {
        check(pixels, scale, false);
        check(pixels.transpose(), scale, true);
        const Matrix<TestType> many = (scale * counts(60, 40)).template cast<TestType>();
        for (const double beta : {0.5, 1.0, 1.5, 2.5}) {
            INFO("counts, beta " << beta << ", scale " << scale);
            CHECK(measure::acceptable(fit_beta(beta, many, rank, how)));
            CHECK(measure::acceptable(fit_beta(beta, sparse(many), rank, how)));
        }
        CHECK(measure::acceptable(fit_cd(many, rank, how)));
    }
}
