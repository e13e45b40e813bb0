// SPDX-License-Identifier: MIT
// What holds of a result: bounds, stationarity, the KKT residual and its invariances, warm
// starts and transform.

#include <algorithm>
#include <cmath>
#include <limits>

#include "support/catch.hpp"
#include "support/divergence.hpp"
#include "support/linear_algebra.hpp"
#include "support/measure.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;

namespace {

/// Solvers that converge, each with a tolerance that it meets in a moderate number of iterations.
struct Converging {
    const char* name;
    AnySolver solver;
    double tolerance;
};
std::vector<Converging> converging_solvers() {
    return {{"hals", nmf::Hals{}, 1e-10},
            {"hals, 1 sweep", plain_hals(1), 1e-10},
            {"anls", nmf::Anls{}, 1e-10},
            {"anls, not extrapolated", plain_anls(), 1e-10},
            {"mu", nmf::MultiplicativeUpdate{}, 1e-2},
            {"als", nmf::Als{}, 1e-3}};
}

template <class V>
auto converged(const V& data, Index rank, const Converging& with) {
    return fit(data, rank,
               {.solver = with.solver,
                .stopping = nmf::KktTolerance{with.tolerance} || nmf::MaxIterations{20000}});
}

/// The KKT residual of its definition for the Kullback-Leibler divergence: min(x, g / q) with q_a =
/// <g_down, x_a> / ||x_a||^2, the components balanced where there is no penalty. Where g < 0 a term
/// is at most the way to where x alone would explain its row of V.
double kkt_residual_of_w(const Matrix<double>& v, const Matrix<double>& w, const Matrix<double>& h,
                         double l1, double l2, bool balanced) {
    const Matrix<double> pull = v.cwiseQuotient(w * h) * h.transpose();
    double distance = 0;
    double size = 0;
    for (Index a = 0; a < w.cols(); ++a) {
        const auto x = w.col(a).array();
        const Eigen::ArrayXd down = h.row(a).sum() + l1 + l2 * x;
        const double q = (down * x).sum() / x.square().sum();
        const double weight = balanced ? h.row(a).norm() / w.col(a).norm() : 1.0;
        const Eigen::ArrayXd most = v.rowwise().sum().array() / (h.row(a).sum() + l1);
        const Eigen::ArrayXd step = (down - pull.col(a).array()) / q;
        distance += weight * step.max((x - most).min(0.0)).min(x).square().sum();
        size += weight * x.square().sum();
    }
    return std::sqrt(distance / size);
}

}  // namespace

TEST_CASE("Every solver converges to its tolerance") {
    for (const auto& with : converging_solvers()) {
        INFO(with.name);
        const auto run = converged(golden_v(), 5, with);
        CHECK(run.status == nmf::Status::converged);
        CHECK(run.kkt_residual <= with.tolerance);
    }
}

TEST_CASE("The error is never below that of the truncated SVD") {
    for (const auto& with : converging_solvers()) {
        for (const Index rank : {1, 2, 5, 12, 20, 25}) {
            INFO(with.name << ", rank " << rank);
            const auto run = fit(golden_v(), rank, {.solver = with.solver});
            const double bound = distance_to_rank(golden_v(), rank);
            CHECK(run.relative_error * golden_v().norm() >= bound * (1 - 1e-12) - 1e-12);
            CHECK(run.relative_error <= 1);
        }
    }
}

TEST_CASE("Rank 1 is the leading singular pair") {
    for (const Matrix<double>& data : {golden_v(), scattered(40, 60, 0.2)}) {
        const SingularPair pair = leading_pair(data);
        for (const auto& with : converging_solvers()) {
            INFO(with.name);
            const auto run = converged(data, 1, with);
            const double tolerance = with.tolerance;
            CHECK_THAT(run.W.col(0).normalized().dot(pair.left), WithinAbs(1, tolerance));
            CHECK_THAT(run.H.row(0).normalized().dot(pair.right.transpose()),
                       WithinAbs(1, tolerance));
            const double squared_error = data.squaredNorm() - pair.value * pair.value;
            CHECK_THAT(2 * run.objective, WithinRel(squared_error, tolerance));
            const auto stored = converged(sparse(data), 1, with);
            CHECK_THAT(2 * stored.objective, WithinRel(squared_error, tolerance));
        }
    }
}

TEST_CASE("At a stationary point <V, W H> is ||W H||^2") {
    for (const Matrix<double>& data : {golden_v(), scattered(40, 60, 0.2)}) {
        for (const auto& with : converging_solvers()) {
            INFO(with.name);
            const auto run = converged(data, 5, with);
            const Matrix<double> product = run.W * run.H;
            CHECK_THAT(product.cwiseProduct(data).sum(),
                       WithinRel(product.squaredNorm(), 10 * with.tolerance));
            CHECK_THAT(2 * run.objective,
                       WithinRel(data.squaredNorm() - product.squaredNorm(), 30 * with.tolerance));
        }
    }
}

TEST_CASE("The KKT residual is that of its definition") {
    for (const auto& [name, solver, exact] : all_solvers()) {
        for (const Index iterations : {0, 1, 7, 50}) {
            INFO(name << ", " << iterations << " iterations");
            const Options options{.solver = solver,
                                  .stopping = nmf::Only{nmf::MaxIterations{iterations}}};
            const auto dense = fit(golden_v(), 5, options);
            CHECK_THAT(dense.kkt_residual,
                       WithinRel(measure::kkt_residual(golden_v(), dense.W, dense.H), 1e-6) ||
                           WithinAbs(0, 1e-12));
            const auto stored = fit(sparse(scattered(40, 60, 0.2)), 4, options);
            CHECK_THAT(
                stored.kkt_residual,
                WithinRel(measure::kkt_residual(scattered(40, 60, 0.2), stored.W, stored.H), 1e-6));
        }
    }
}

TEST_CASE("The KKT residual of a Kullback-Leibler start is that of its definition") {
    const Matrix<double> v = uniform(1, 30, 20).array() + 0.1;
    for (const nmf::ElasticNet& penalty :
         {nmf::ElasticNet{}, nmf::ElasticNet{.l1 = nmf::L1{0.3, 0.7}, .l2 = nmf::L2{0.2, 0.1}}}) {
        const How how{.penalty = penalty, .stopping = nmf::Only{nmf::MaxIterations{0}}};
        const bool balanced = penalty.l1.w == 0;
        for (const Outcome<double>& run :
             {fit_cd(v, 4, how), fit_cd(sparse(v), 4, how), fit_beta(1, v, 4, how)}) {
            const double of_w =
                kkt_residual_of_w(v, run.W, run.H, penalty.l1.w, penalty.l2.w, balanced);
            const double of_h =
                kkt_residual_of_w(v.transpose(), run.H.transpose(), run.W.transpose(), penalty.l1.h,
                                  penalty.l2.h, balanced);
            CHECK_THAT(run.kkt_residual, WithinRel(std::max(of_w, of_h), 1e-10));
        }
    }
}

TEST_CASE("The KKT residual does not depend on the scale of V or of the components") {
    const Matrix<double> w = uniform(2, 30, 5);
    const Matrix<double> h = uniform(3, 5, 20);
    const auto residual = [](const Matrix<double>& data, const Matrix<double>& left,
                             const Matrix<double>& right) {
        return fit(data, left.cols(),
                   {.init = nmf::CustomInit(left, right, false),
                    .stopping = nmf::Only{nmf::MaxIterations{0}}})
            .kkt_residual;
    };
    const double expected = residual(golden_v(), w, h);
    CHECK_THAT(measure::kkt_residual(golden_v(), w, h), WithinRel(expected, 1e-12));
    for (const double scale : {1e-50, 1e-3, 1e5, 1e50}) {
        CHECK_THAT(residual(scale * golden_v(), scale * w, h), WithinRel(expected, 1e-12));
        CHECK_THAT(residual(scale * golden_v(), w, scale * h), WithinRel(expected, 1e-12));
    }
    const nmf::Vector<double> scales = (nmf::Vector<double>(5) << 1e-6, 3, 1e4, 0.2, 1).finished();
    const Matrix<double> scaled_w = w * scales.asDiagonal();
    const Matrix<double> scaled_h = scales.cwiseInverse().asDiagonal() * h;
    CHECK_THAT(residual(golden_v(), scaled_w, scaled_h), WithinRel(expected, 1e-12));
    CHECK_THAT(residual(golden_v().transpose(), h.transpose(), w.transpose()),
               WithinRel(expected, 1e-12));
    CHECK_THAT(residual(golden_v().transpose(), scaled_h.transpose(), scaled_w.transpose()),
               WithinRel(expected, 1e-12));
}

TEST_CASE("The KKT residual of a start that fits is 0") {
    const Matrix<double> w = uniform(2, 30, 5);
    const Matrix<double> h = uniform(3, 5, 20);
    const auto run = fit(Matrix<double>(w * h), 5, {.init = nmf::CustomInit(w, h)});
    CHECK(run.iterations == 0);
    CHECK(run.status == nmf::Status::converged);
    CHECK(run.kkt_residual <= 1e-12);
}

TEST_CASE("The KKT residual sees that one factor is not yet optimal") {
    auto run = converged(golden_v(), 5, {"hals", nmf::Hals{}, 1e-10});
    const auto residual = [&] {
        return fit(golden_v(), 5,
                   {.init = nmf::CustomInit(run.W, run.H, false),
                    .stopping = nmf::Only{nmf::MaxIterations{0}}})
            .kkt_residual;
    };
    CHECK(residual() <= 1e-9);
    run.H(2, 7) += 0.1;
    CHECK(residual() >= 1e-3);
    run.H(2, 7) -= 0.1;
    run.W(11, 3) += 0.1;
    CHECK(residual() >= 1e-3);
}

TEST_CASE("A warm start from a converged fit stops within two iterations") {
    const Matrix<double> data = scattered(40, 60, 0.3);
    for (const auto& with : converging_solvers()) {
        INFO(with.name);
        for (const bool rescale : {true, false}) {
            const auto again = [&](const auto& of, const auto& run) {
                return fit(of, 5,
                           {.solver = with.solver,
                            .init = nmf::CustomInit(run.W, run.H, rescale),
                            .stopping = nmf::KktTolerance{1.01 * with.tolerance} ||
                                        nmf::MaxIterations{100}});
            };
            for (const Matrix<double>& of : {golden_v(), data}) {
                const auto dense = again(of, converged(of, 5, with));
                CHECK(dense.status == nmf::Status::converged);
                CHECK(dense.iterations <= 2);
                const auto stored = again(sparse(of), converged(sparse(of), 5, with));
                CHECK(stored.status == nmf::Status::converged);
                CHECK(stored.iterations <= 2);
            }
        }
    }
}

TEST_CASE("A warm start with the default tolerance and penalties stops within two iterations") {
    const nmf::ElasticNet penalties[] = {{}, {nmf::L1{0.2, 0.3}, nmf::L2{0.1, 0.4}}};
    for (const auto& penalty : penalties) {
        for (const AnySolver& solver : {AnySolver(nmf::Hals{}), AnySolver(nmf::Anls{})}) {
            const auto run = fit(golden_v(), 5, {.solver = solver, .penalty = penalty});
            REQUIRE(run.status == nmf::Status::converged);
            const auto again = fit(golden_v(), 5,
                                   {.solver = solver,
                                    .init = nmf::CustomInit(run.W, run.H, false),
                                    .penalty = penalty});
            CHECK(again.status == nmf::Status::converged);
            CHECK(again.iterations <= 2);
        }
    }
}

TEMPLATE_TEST_CASE("A warm start stops at once in either precision", "", float, double) {
    const Matrix<TestType> data = golden_v().cast<TestType>();
    const auto run = fit(data, 5);
    REQUIRE(run.status == nmf::Status::converged);
    const auto again = fit(
        data, 5,
        {.init = nmf::CustomInit(run.W.template cast<double>(), run.H.template cast<double>())});
    CHECK(again.status == nmf::Status::converged);
    CHECK(again.iterations <= 2);
}

TEST_CASE("At a converged fit transform(V) is H") {
    const Matrix<double> data = scattered(40, 60, 0.3);
    for (const auto& with : converging_solvers()) {
        // An exact solution is as far from H as the residual allows.
        const double allowed = 100 * with.tolerance;
        INFO(with.name);
        const auto dense = converged(golden_v(), 5, with);
        CHECK(measure::distance(dense.transform(golden_v()), dense.H) <= allowed);
        const auto stored = converged(sparse(data), 5, with);
        CHECK(measure::distance(stored.transform(sparse(data)), stored.H) <= allowed);
        CHECK(measure::distance(stored.transform(data), stored.H) <= allowed);
    }
}
