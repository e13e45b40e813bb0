// SPDX-License-Identifier: MIT
// transform finds the minimum of a convex problem, whatever the rank, and says how it went.

#include <algorithm>
#include <cmath>
#include <limits>

#include <nmf/nmf.hpp>

#include "support/catch.hpp"
#include "support/divergence.hpp"
#include "support/fit_with.hpp"
#include "support/measure.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;
using nmf::Status;

namespace {

struct Wide {
    Matrix<double> v;
    Index rank;
};

/// Random data and a rank from m to 2 m; a third of it has zeros.
Wide wide_problem(std::uint64_t seed) {
    const nmf::CounterRandom random(1000 + seed);
    const Index rows = 5 + random.below(0, 25);
    const Index rank = rows + random.below(1, rows + 1);
    const Index cols = 3 + random.below(2, 30);
    Matrix<double> v = uniform(seed, rows, cols);
    if (seed % 3 == 1) v = (v.array() < 0.5).select(0.0, v).eval();
    return {v, rank};
}

template <class S>
double least_squares(const Matrix<S>& v, const Matrix<S>& w, const Matrix<S>& h) {
    return 0.5 * measure::squared_residual(v, w, h);
}

/// What rounding of sums of k products in the precision of S costs beside an exact fit: one in each
/// of W H, of the equations, and of their solution.
template <class S>
double rounding(const Matrix<S>& v, Index rank) {
    const double eps =
        3.0 * static_cast<double>(rank) * static_cast<double>(std::numeric_limits<S>::epsilon());
    return eps * eps * measure::squared_norm(v);
}

// Builds with assertions take a hundred times as long.
#ifdef NDEBUG
constexpr std::uint64_t problems = 40;
#else
constexpr std::uint64_t problems = 6;
#endif

template <class S>
inline constexpr double tolerance = std::same_as<S, double> ? 1e-9 : 1e-5;

}  // namespace

TEMPLATE_TEST_CASE("transform is nowhere above the fit where k > m", "", float, double) {
    using S = TestType;
    const double margin = std::same_as<S, double> ? 1e-6 : 1e-4;
    for (std::uint64_t seed = 0; seed < problems; ++seed) {
        const Wide problem = wide_problem(seed);
        const Matrix<S> v = problem.v.cast<S>();
        for (const AnySolver& solver : {AnySolver(nmf::Hals{}), AnySolver(nmf::Anls{})}) {
            INFO("seed " << seed << ", k = " << problem.rank);
            const auto run = fit(v, problem.rank,
                                 {.solver = solver,
                                  .stopping = nmf::KktTolerance{} || nmf::MaxIterations{60},
                                  .seed = {seed}});
            const auto h = run.transform(v);
            const double found = least_squares<S>(v, run.W, h);
            CHECK(found <=
                  (1 + margin) * least_squares<S>(v, run.W, run.H) + rounding(v, problem.rank));
            CHECK(h.status == Status::converged);
            CHECK(h.kkt_residual <= tolerance<S>);
            CHECK(std::abs(h.objective - found) <= 1e-2 * found + rounding(v, problem.rank));
            CHECK(measure::acceptable(h));
        }
    }
}

TEMPLATE_TEST_CASE("transform takes equal components, zero ones and ones that differ by rounding",
                   "", float, double) {
    using S = TestType;
    const Matrix<S> v = uniform(1, 12, 20).cast<S>();
    const Matrix<S> w = uniform(2, 12, 5).cast<S>();
    const auto alone = fit_with<S>(w, nmf::Frobenius{}).transform(v);
    Matrix<S> more(12, 15);
    more << w, w * S(3), Matrix<S>::Zero(12, 1), w.leftCols(3), w.col(4);
    more.middleCols(11, 3) *= S(1) + 2 * std::numeric_limits<S>::epsilon();
    const auto found = fit_with<S>(more, nmf::Frobenius{}).transform(v);
    CHECK_THAT(found.objective, WithinRel(alone.objective, std::same_as<S, double> ? 1e-13 : 1e-6));
    CHECK(found.status == Status::converged);
    CHECK((found.row(10).array() == 0).all());
    CHECK(measure::acceptable(found));
}

TEST_CASE("transform does not depend on the scale of the components of W") {
    const Matrix<double> v = uniform(1, 12, 20);
    const Matrix<double> w = uniform(2, 12, 20);
    Matrix<double> scaled = w;
    for (Index a = 0; a < 20; ++a) scaled.col(a) *= std::pow(10.0, 20 * (a % 3) - 20);
    const auto check = [&](const auto& loss) {
        const auto plain = fit_with<double>(w, loss).transform(v);
        const auto found = fit_with<double>(scaled, loss).transform(v);
        CHECK(plain.status == Status::converged);
        CHECK(found.status == Status::converged);
        CHECK_THAT(found.objective, WithinRel(plain.objective, 1e-9));
    };
    check(nmf::Frobenius{});
    check(nmf::KullbackLeibler{});
    check(nmf::BetaDivergence{1.5});
}

TEST_CASE("A transform that has converged has a residual that says so, with holes and k > m too") {
    constexpr double hole = std::numeric_limits<double>::quiet_NaN();
    for (std::uint64_t seed = 0; seed < problems; ++seed) {
        const Wide problem = wide_problem(seed);
        const Matrix<double> v =
            (uniform(seed + 500, problem.v.rows(), problem.v.cols()).array() < 0.3)
                .select(hole, problem.v);
        INFO("seed " << seed << ", k = " << problem.rank);
        const auto check = [&](const auto& loss) {
            const auto fit = nmf::factorize(v, problem.rank, loss, nmf::MissingNan{},
                                            nmf::Seed{seed}, nmf::MaxIterations{100});
            const auto h = fit.transform(v);
            if (h.status == Status::converged) CHECK(h.kkt_residual <= 1e-6);
        };
        check(nmf::Frobenius{});
        check(nmf::KullbackLeibler{});
    }
}

TEMPLATE_TEST_CASE("transform is nowhere above the fit for Kullback-Leibler and beta 1.5", "",
                   float, double) {
    using S = TestType;
    const double margin = std::same_as<S, double> ? 1e-6 : 1e-4;
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        const Wide problem = wide_problem(seed);
        const Matrix<S> v = problem.v.cast<S>();
        INFO("seed " << seed << ", k = " << problem.rank);
        const auto check = [&](const auto& run, const auto& loss, double beta) {
            const auto h = fit_with<S>(run.W, loss).transform(v);
            const Matrix<double> w = run.W.template cast<double>();
            const Matrix<double> data = v.template cast<double>();
            const double found = naive_objective(beta, data, w, h.template cast<double>());
            const double of_fit = naive_objective(beta, data, w, run.H.template cast<double>());
            // The definition is a sum of differences, in long double.
            const double digits = rounding(v, problem.rank) + 1e-18 * measure::squared_norm(v);
            CHECK(found <= (1 + margin) * of_fit + digits);
            CHECK(std::abs(h.objective - found) <= 1e-2 * found + digits);
            // With zeros in V the power 1.5 has no second derivative where the model is 0.
            if (beta == 1 || seed % 3 != 1) {
                CHECK(h.status == Status::converged);
                CHECK(h.kkt_residual <= tolerance<S>);
            }
        };
        const How how{.stopping = nmf::MaxIterations{100}};
        check(fit_cd(v, problem.rank, how), nmf::KullbackLeibler{}, 1);
        check(fit_beta(1.5, v, problem.rank, how), nmf::BetaDivergence{1.5}, 1.5);
    }
}

TEST_CASE("transform counts the entries that the fit counts") {
    const Matrix<double> v = counts(14, 11).array().log1p();
    const Matrix<double> w = uniform(2, 14, 18);
    const Matrix<double> weights = real_weights(14, 11);
    Matrix<double> holed = v;
    Matrix<double> zero_one = Matrix<double>::Ones(14, 11);
    for (Index j = 0; j < 11; ++j) {
        for (Index i = 0; i < 14; ++i) {
            if (v(i, j) > 0) continue;
            holed(i, j) = std::numeric_limits<double>::quiet_NaN();
            zero_one(i, j) = 0;
        }
    }
    const auto check = [&](const auto& loss, double beta) {
        const auto plain = fit_with<double>(w, loss).transform(v);
        const auto stored = fit_with<double>(w, loss).transform(sparse(v));
        CHECK_THAT(stored.objective, WithinRel(plain.objective, 1e-10));
        CHECK(stored.status == Status::converged);
        const auto by_nan = fit_with<double>(w, loss, nmf::MissingNan{}).transform(holed);
        const auto by_place =
            fit_with<double>(w, loss, nmf::MissingUnstored{}).transform(sparse(v));
        const auto by_weight = fit_with<double>(w, loss, nmf::Weights<Matrix<double>>(zero_one))
                                   .transform(v, nmf::Weights(zero_one));
        for (const auto* each : {&by_nan, &by_place, &by_weight}) {
            CHECK_THAT(each->objective, WithinRel(by_nan.objective, 1e-9));
            CHECK(each->objective < plain.objective);
            CHECK(each->status == Status::converged);
        }
        const auto weighted =
            fit_with<double>(w.leftCols(5), loss).transform(v, nmf::Weights(weights));
        CHECK(weighted.status == Status::converged);
        CHECK(weighted.kkt_residual <= 1e-9);
        CHECK_THAT(weighted.objective,
                   WithinRel(naive_objective(beta, v, weights, w.leftCols(5), weighted), 1e-9));
        // No other coefficients are better.
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            const Matrix<double> other =
                (weighted.array() * (1 + 0.02 * (uniform(seed, 5, 11).array() - 0.5)) +
                 1e-3 * uniform(50 + seed, 5, 11).array())
                    .matrix();
            CHECK(naive_objective(beta, v, weights, w.leftCols(5), other) >= weighted.objective);
        }
    };
    check(nmf::Frobenius{}, 2);
    check(nmf::KullbackLeibler{}, 1);
}

TEST_CASE("transform reaches an exact fit of few ratings by factors that have grown apart") {
    Matrix<double> v = Matrix<double>::Zero(30, 25);
    for (Index j = 0; j < 25; ++j) {
        for (Index i = 0; i < 4; ++i)
            v((7 * j + 5 * i) % 30, j) = 1.0 + static_cast<double>((i + j) % 5);
    }
    const Sparse<double> ratings = sparse(v);
    const auto run = fit_cd(
        ratings, 10, {.entries = nmf::MissingUnstored{}, .stopping = nmf::MaxIterations{300}});
    const auto h =
        fit_with<double>(run.W, nmf::KullbackLeibler{}, nmf::MissingUnstored{}).transform(ratings);
    CHECK(h.objective <= (1 + 1e-6) * run.objective + 1e-24 * v.squaredNorm());
    CHECK(h.status == Status::converged);
}

TEST_CASE("transform meets the KKT conditions with penalties where k > m") {
    const nmf::ElasticNet penalty{nmf::L1{0.5, 0.2}, nmf::L2{0.1, 0.3}};
    const Matrix<double> v = uniform(1, 9, 12);
    const Matrix<double> w = uniform(2, 9, 16);
    const auto h = fit_with<double>(w, nmf::Frobenius{}, {}, penalty).transform(v);
    const Matrix<double> gradient =
        ((w.transpose() * (w * h - v) + 0.3 * h).array() + 0.2).matrix();
    CHECK(gradient.minCoeff() >= -1e-12);
    CHECK(gradient.cwiseProduct(h).cwiseAbs().maxCoeff() <= 1e-12);
    CHECK_THAT(
        h.objective,
        WithinRel(0.5 * (v - w * h).squaredNorm() + 0.2 * h.sum() + 0.15 * h.squaredNorm(), 1e-12));
    const auto kl = fit_with<double>(w, nmf::KullbackLeibler{}, {}, penalty).transform(v);
    const Matrix<double> ratio = v.cwiseQuotient(w * kl);
    const Matrix<double> slope =
        ((w.transpose() * (1.0 - ratio.array()).matrix() + 0.3 * kl).array() + 0.2).matrix();
    CHECK(slope.minCoeff() >= -1e-11);
    CHECK(slope.cwiseProduct(kl).cwiseAbs().maxCoeff() <= 1e-11);
    CHECK(kl.status == Status::converged);
}

TEST_CASE("transform says how it went") {
    const Matrix<double> v = uniform(1, 9, 12).array() + 0.1;
    Matrix<double> w = uniform(2, 9, 4);
    const auto h = fit_with<double>(w, nmf::Frobenius{}).transform(v);
    CHECK(h.iterations >= 1);
    CHECK_THAT(h.relative_error, WithinRel((v - w * h).norm() / v.norm(), 1e-12));
    const Matrix<double> as_matrix = h;
    CHECK(as_matrix == h);

    // Not convex: a status that tells, and a residual that is that of the result.
    const auto is = fit_with<double>(w, nmf::ItakuraSaito{}).transform(v);
    CHECK((is.status == Status::converged) == (is.kkt_residual <= 1e-9));
    CHECK_THAT(is.objective, WithinRel(naive_objective(0, v, w, is), 1e-9));

    w(3, 2) = std::numeric_limits<double>::quiet_NaN();
    const auto check_failed = [&](const auto& loss) {
        const auto failed = fit_with<double>(w, loss).transform(v);
        CHECK(failed.status == Status::not_finite);
        CHECK(failed == Matrix<double>::Zero(4, 12));
        CHECK(failed.objective == std::numeric_limits<double>::infinity());
        CHECK(failed.kkt_residual == std::numeric_limits<double>::infinity());
    };
    check_failed(nmf::Frobenius{});
    check_failed(nmf::KullbackLeibler{});
    check_failed(nmf::ItakuraSaito{});
}
