// SPDX-License-Identifier: MIT
// Frozen entries, upper bounds and factors of any sign, in runs and transforms.

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include <nmf/nmf.hpp>

#include "support/by_options.hpp"
#include "support/catch.hpp"
#include "support/linear_algebra.hpp"
#include "support/measure.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;
using nmf::Side;
using nmf::Status;

namespace {

constexpr double open = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr Index rank = 4;

template <class S>
Matrix<S> noisy(Index rows, Index cols) {
    const Matrix<double> v =
        uniform(1, rows, rank) * uniform(2, rank, cols) + 0.3 * uniform(3, rows, cols);
    return v.cast<S>();
}

/// A third is known, and a tenth of these is 0.
Matrix<double> known_entries(Index rows, Index cols) {
    const Matrix<double> values =
        (uniform(11, rows, cols).array() < 0.1).select(0.0, 0.5 * uniform(12, rows, cols));
    return (uniform(13, rows, cols).array() < 1.0 / 3).select(values, open);
}

/// Every entry that is known has its value.
template <class S>
bool keeps(const Matrix<S>& x, const Matrix<double>& known) {
    bool same = true;
    for (Index j = 0; j < known.cols(); ++j) {
        for (Index i = 0; i < known.rows(); ++i) {
            if (std::isnan(known(i, j))) continue;
            same = same && x(i, j) == static_cast<S>(known(i, j));
        }
    }
    return same;
}

template <class S, class Run>
void check_kept(const Matrix<S>& v, const Run& run) {
    const Matrix<double> w = known_entries(v.rows(), rank);
    const Matrix<double> h = known_entries(rank, v.cols());
    const auto masked = run(nmf::Frozen{.w = w, .h = h});
    CHECK(keeps(masked.W, w));
    CHECK(keeps(masked.H, h));
    CHECK(measure::acceptable(masked.W));
    CHECK(measure::acceptable(masked.H));
    CHECK(measure::largest_rise(masked.history) <= 1e-9 * masked.objective);
    const Matrix<double> two = uniform(14, v.rows(), 2);
    const auto components = run(nmf::Frozen{.w = two});
    CHECK(keeps(components.W, two));
    CHECK(components.objective < components.history.front().objective);
    const nmf::UpperBound bound{.w = 0.75, .h = 0.5};
    const auto bounded = run(bound);
    CHECK(static_cast<double>(bounded.W.maxCoeff()) <= bound.w);
    CHECK(static_cast<double>(bounded.H.maxCoeff()) <= bound.h);
    CHECK(measure::acceptable(bounded.W));
    CHECK(measure::largest_rise(bounded.history) <= 1e-9 * bounded.objective);
}

/// The gradients by X = W' (k x m), for V ~ X'H.
Matrix<double> gradient_of_w(const Matrix<double>& v, const Matrix<double>& w,
                             const Matrix<double>& h, double beta) {
    const Matrix<double> y = w * h;
    if (beta == 2) return (y - v) * h.transpose();
    return (Matrix<double>::Ones(v.rows(), v.cols()) - v.cwiseQuotient(y)) * h.transpose();
}

/// sum (x - clip(x - g / q))^2 over the sum of x^2, x free, from the definition.
double distance_of_w(const Matrix<double>& v, const Matrix<double>& w, const Matrix<double>& h,
                     const Matrix<double>& lower, const Matrix<double>& upper, double beta) {
    const Matrix<double> g = gradient_of_w(v, w, h, beta);
    double distance = 0;
    double size = 0;
    for (Index a = 0; a < w.cols(); ++a) {
        const double q = beta == 2 ? h.row(a).squaredNorm()
                                   : h.row(a).sum() * w.col(a).sum() / w.col(a).squaredNorm();
        for (Index i = 0; i < w.rows(); ++i) {
            const double x = w(i, a);
            if (lower(i, a) == upper(i, a)) continue;
            const double to = std::clamp(x - g(i, a) / q, lower(i, a), upper(i, a));
            distance += (x - to) * (x - to);
            size += x * x;
        }
    }
    return std::sqrt(distance / size);
}

/// The KKT residual of a fit in which W has known entries, and H is at most `most`.
template <class Fit>
double residual_of(const Matrix<double>& v, const Fit& fit, const Matrix<double>& known,
                   double most, double beta) {
    const auto is_open = known.array().isNaN();
    const Matrix<double> lower = is_open.select(0.0, known);
    const Matrix<double> upper = is_open.select(infinity, known);
    const Matrix<double> zeros = Matrix<double>::Zero(v.cols(), rank);
    const Matrix<double> bounds = Matrix<double>::Constant(v.cols(), rank, most);
    return std::max(
        distance_of_w(v, fit.W, fit.H, lower, upper, beta),
        distance_of_w(v.transpose(), fit.H.transpose(), fit.W.transpose(), zeros, bounds, beta));
}

}  // namespace

TEMPLATE_TEST_CASE("What is frozen stays, and bounds are kept, in every solver", "", float,
                   double) {
    const Matrix<TestType> v = noisy<TestType>(30, 70);
    const auto check = [&](const auto& solver, const auto& loss) {
        INFO(solver.name << ", " << loss.name);
        check_kept(v, [&](const auto& constraint) {
            return by_options::factorize(v, rank, solver, loss, constraint, nmf::MaxIterations{20});
        });
    };
    check(nmf::Hals{}, nmf::Frobenius{});
    check(nmf::Anls{}, nmf::Frobenius{});
    check(nmf::Als{}, nmf::Frobenius{});
    check(nmf::MultiplicativeUpdate{}, nmf::Frobenius{});
    check(nmf::KlCoordinateDescent{}, nmf::KullbackLeibler{});
    check(nmf::MultiplicativeUpdate{}, nmf::KullbackLeibler{});
    check(nmf::MultiplicativeUpdate{}, nmf::BetaDivergence{1.5});
}

TEST_CASE("What is frozen stays with sparse data, weights and missing entries") {
    const Matrix<double> v = noisy<double>(30, 70);
    const Sparse<double> few = sparse<double>((v.array() > 0.8).select(v, 0.0));
    Matrix<double> holes = v;
    holes(3, 4) = holes(5, 60) = open;
    holes.col(9).setConstant(open);
    const Matrix<double> weights = real_weights(30, 70);
    const auto check = [&](const auto&... policies) {
        const nmf::MaxIterations stop{20};
        check_kept(v, [&](const auto& constraint) {
            return by_options::factorize(few, rank, policies..., constraint, stop);
        });
        check_kept(v, [&](const auto& constraint) {
            return by_options::factorize(holes, rank, policies..., constraint, stop,
                                         nmf::MissingNan{});
        });
        check_kept(v, [&](const auto& constraint) {
            return by_options::factorize(v, rank, policies..., constraint, stop,
                                         nmf::Weights(weights), nmf::UpdateOrder::wh,
                                         nmf::L2{.w = 0.01, .h = 0.01});
        });
    };
    check(nmf::Hals{});
    check(nmf::Anls{});
    check(nmf::KullbackLeibler{});
}

TEST_CASE("A converged run with bounds meets the KKT conditions of its definition") {
    const Matrix<double> v = noisy<double>(30, 40);
    const Matrix<double> known = known_entries(30, rank);
    const auto check = [&](double beta, const auto&... policies) {
        const auto fit = by_options::factorize(v, rank, policies..., nmf::Frozen{.w = known},
                                               nmf::UpperBound{.h = 0.6}, nmf::KktTolerance{1e-7},
                                               nmf::MaxIterations{20000});
        CHECK(fit.status == Status::converged);
        CHECK(residual_of(v, fit, known, 0.6, beta) <= 2e-7);
        CHECK(fit.H.maxCoeff() == 0.6);
    };
    check(2, nmf::Hals{});
    check(2, nmf::Anls{});
    check(1, nmf::KullbackLeibler{});
}

TEST_CASE("The KKT residual of a run with bounds is that of its definition") {
    const Matrix<double> v = noisy<double>(30, 40);
    const Matrix<double> known = known_entries(30, rank);
    // Hals without extrapolation: the measured pair is the one that is returned.
    const nmf::Hals solver{.extrapolation = {.enabled = false}};
    const auto fit = nmf::factorize(v, rank, solver, nmf::Frozen{.w = known},
                                    nmf::UpperBound{.h = 0.6}, nmf::Only{nmf::MaxIterations{7}});
    CHECK_THAT(fit.kkt_residual, WithinRel(residual_of(v, fit, known, 0.6, 2), 1e-6));
}

TEST_CASE("Known components are found beside, and the rest is fitted to what is left") {
    const Matrix<double> w = uniform(1, 40, 3);
    const Matrix<double> v = w * uniform(2, 3, 50);
    const auto fit = by_options::factorize(v, 3, nmf::Frozen{.w = w.leftCols(2)},
                                           nmf::KktTolerance{1e-10}, nmf::MaxIterations{5000});
    CHECK(keeps(fit.W, w.leftCols(2)));
    CHECK(fit.relative_error < 1e-6);
    const Matrix<double> all = uniform(2, 3, 50);
    const auto solved = by_options::factorize(v, 3, nmf::Anls{}, nmf::Frozen{.w = w, .h = all});
    CHECK(solved.status == Status::converged);
    CHECK(solved.relative_error < 1e-14);
    CHECK(solved.kkt_residual == 0);
}

TEST_CASE("A factor that cannot grow makes a penalty on the other one a problem with a minimiser") {
    const Matrix<double> v = noisy<double>(20, 30);
    const auto coded =
        by_options::factorize(v, 3, nmf::Frozen{.w = uniform(1, 20, 3)}, nmf::L1{.h = 0.1});
    CHECK(coded.status == Status::converged);
    const auto bounded = by_options::factorize(v, 3, nmf::UpperBound{.w = 1}, nmf::L1{.h = 0.1});
    CHECK(bounded.status == Status::converged);
    CHECK_THROWS_AS(
        by_options::factorize(v, 3, nmf::Frozen{.w = uniform(1, 20, 2)}, nmf::L1{.h = 0.1}),
        nmf::InputError);
}

TEST_CASE("A fit of any sign can be gone on with, and at any scale of V") {
    const Matrix<double> v = scattered(20, 30, 0.6);
    const auto fit = by_options::factorize(v, 3, nmf::Free{Side::w});
    REQUIRE(fit.W.minCoeff() < 0);
    const auto more =
        by_options::factorize(v, 3, nmf::Free{Side::w}, nmf::CustomInit(fit.W, fit.H));
    CHECK(more.iterations <= 5);
    CHECK_THROWS_AS(by_options::factorize(v, 3, nmf::CustomInit(fit.W, fit.H)), nmf::InputError);
    const Matrix<double> known = uniform(1, 20, 2);
    const auto expected = by_options::factorize(v, 3, nmf::Frozen{.w = known});
    for (const double scale : {1e-120, 1e-9, 1e9}) {
        const auto scaled =
            by_options::factorize(Matrix<double>(scale * v), 3, nmf::Frozen{.w = known});
        CHECK_THAT(scaled.relative_error, WithinRel(expected.relative_error, 1e-3));
        CHECK(scaled.warnings.empty());
    }
}

TEST_CASE("Frozen zeros stay 0, dead or not, and are not dropped") {
    const Matrix<double> v = noisy<double>(20, 30);
    const Matrix<double> zeros = Matrix<double>::Zero(20, 1);
    const auto fit =
        by_options::factorize(v, 3, nmf::Frozen{.w = zeros}, nmf::DeadComponents::drop);
    REQUIRE(fit.W.cols() == 3);
    CHECK(fit.W.col(0) == zeros);
    CHECK(fit.dead_components == std::vector<Index>{0});
    CHECK(fit.status == Status::converged);
}

TEST_CASE("A factor of any sign fits at least as well, and the best rank-k fit at best") {
    const Matrix<double> v = scattered(30, 40, 0.6);
    const nmf::KktTolerance exact{1e-9};
    const nmf::MaxIterations many{20000};
    const auto plain = by_options::factorize(v, rank, nmf::Anls{}, exact, many);
    const double least = 0.5 * std::pow(distance_to_rank(v, rank), 2);
    for (const Side side : {Side::w, Side::h}) {
        const auto check = [&](const auto& solver) {
            INFO(solver.name << (side == Side::w ? ", W" : ", H"));
            const auto fit = by_options::factorize(v, rank, solver, nmf::Free{side}, exact, many,
                                                   nmf::CustomInit(plain.W, plain.H));
            CHECK(fit.objective <= plain.objective * (1 + 1e-9));
            CHECK(fit.objective >= least * (1 - 1e-9));
            CHECK((side == Side::w ? fit.W : fit.H).minCoeff() < 0);
            CHECK((side == Side::w ? fit.H : fit.W).minCoeff() >= 0);
            CHECK(measure::largest_rise(fit.history) <= 1e-9 * fit.objective);
        };
        check(nmf::Hals{});
        check(nmf::Anls{});
        check(nmf::Als{});
    }
}

TEST_CASE("A transform keeps to the bounds of new columns, and knows no frozen ones") {
    const Matrix<double> v = noisy<double>(30, 40);
    const auto check = [&](const auto&... policies) {
        const auto fit = nmf::factorize(v, rank, policies..., nmf::UpperBound{.h = 0.6},
                                        nmf::Frozen{.h = known_entries(rank, 40)},
                                        nmf::KktTolerance{1e-8}, nmf::MaxIterations{20000});
        const auto more = fit.transform(Matrix<double>(v.leftCols(13)));
        CHECK(more.status == Status::converged);
        CHECK(more.cols() == 13);
        CHECK(more.maxCoeff() == 0.6);
        CHECK(more.minCoeff() >= 0);
    };
    check(nmf::Hals{});
    check(nmf::KullbackLeibler{});
    const auto bounded =
        nmf::factorize(v, rank, nmf::UpperBound{.h = 0.6}, nmf::KktTolerance{1e-8});
    CHECK(bounded.transform(v).objective <= bounded.objective * (1 + 1e-6));
    const auto any = nmf::factorize(v, rank, nmf::Free{Side::w}, nmf::KktTolerance{1e-8});
    CHECK(any.transform(v).objective <= any.objective * (1 + 1e-6));
    const auto of_h = nmf::factorize(v, rank, nmf::Free{Side::h}, nmf::KktTolerance{1e-8});
    CHECK(of_h.transform(v).objective <= of_h.objective * (1 + 1e-6));
}

TEST_CASE("With bounds, threads and the storage of V change nothing") {
    const Matrix<double> v = noisy<double>(80, 300);
    const nmf::Frozen frozen{.w = known_entries(80, rank)};
    const nmf::UpperBound bound{.h = 0.6};
    const auto run = [&](const auto& of, int threads) {
        return by_options::factorize(of, rank, frozen, bound, nmf::Threads{threads},
                                     nmf::MaxIterations{15});
    };
    const auto one = run(v, 1);
    const auto three = run(v, 3);
    CHECK(one.W == three.W);
    CHECK(one.H == three.H);
    const auto stored = run(sparse(v), 1);
    CHECK((stored.W - one.W).norm() <= 1e-9 * one.W.norm());
}
