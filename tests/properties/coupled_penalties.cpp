// SPDX-License-Identifier: MIT
// Penalties that couple entries of a factor: orthogonal components and smooth neighbours.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <string_view>
#include <type_traits>
#include <vector>

#include <nmf/nmf.hpp>

#include "support/catch.hpp"
#include "support/measure.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;
using nmf::Status;

namespace {

constexpr Index rank = 4;

Matrix<double> data() {
    return uniform(1, 30, rank) * uniform(2, rank, 40) + 0.3 * uniform(3, 30, 40);
}

/// The off-diagonal sum of X X', each pair once.
double overlap(const Matrix<double>& x) {
    const Matrix<double> gram = x * x.transpose();
    return 0.5 * (gram.sum() - gram.trace());
}

/// 1/2 of the squared differences of neighbouring columns.
double roughness(const Matrix<double>& x) {
    return 0.5 * (x.rightCols(x.cols() - 1) - x.leftCols(x.cols() - 1)).squaredNorm();
}

/// W' and H are penalised.
template <class Fit>
double penalty(const Fit& fit, const nmf::Orthogonal& with) {
    return with.w * overlap(fit.W.transpose()) + with.h * overlap(fit.H);
}
template <class Fit>
double penalty(const Fit& fit, const nmf::Smooth& with) {
    return with.w * roughness(fit.W.transpose()) + with.h * roughness(fit.H);
}

template <class Fit>
double loss_of(const Matrix<double>& v, const Fit& fit, nmf::Frobenius) {
    return 0.5 * measure::squared_residual(v, fit.W, fit.H);
}
template <class Fit>
double loss_of(const Matrix<double>& v, const Fit& fit, nmf::KullbackLeibler) {
    const auto y = (fit.W * fit.H).array();
    return (v.array() * (v.array() / y).log() - v.array() + y).sum();
}

template <class Loss, class P, class Solver>
void check_run(const Loss& loss, const P& with, const Solver& solver) {
    INFO(solver.name << ", " << loss.name << ", " << with.name);
    const Matrix<double> v = data();
    const auto fit = nmf::factorize(v, rank, loss, solver, with, nmf::L2{.w = 0.1, .h = 0.1},
                                    nmf::KktTolerance{1e-6}, nmf::MaxIterations{20000});
    CHECK(fit.status == Status::converged);
    CHECK(fit.kkt_residual <= 1e-6);
    CHECK(measure::largest_rise(fit.history) == 0);
    const double ridge = 0.05 * (fit.W.squaredNorm() + fit.H.squaredNorm());
    CHECK_THAT(fit.objective, WithinRel(loss_of(v, fit, loss) + penalty(fit, with) + ridge, 1e-9));
    // No single entry can be moved to lower the objective.
    auto moved = fit;
    for (const double by : {-1e-3, 1e-3}) {
        for (Index e = 0; e < fit.H.size(); e += 7) {
            moved.H = fit.H;
            moved.H.data()[e] = std::max(0.0, fit.H.data()[e] + by);
            const double there = loss_of(v, moved, loss) + penalty(moved, with) +
                                 0.05 * (moved.W.squaredNorm() + moved.H.squaredNorm());
            CHECK(there >= fit.objective * (1 - 1e-9));
        }
    }
}

}  // namespace

TEST_CASE("Runs with penalties that couple entries descend to a stationary point") {
    const nmf::Orthogonal orthogonal{.w = 0.2, .h = 0.5};
    const nmf::Smooth smooth{.w = 0.3, .h = 1};
    const auto check = [&](const auto& loss, const auto& solver) {
        check_run(loss, smooth, solver);
        if constexpr (std::same_as<std::decay_t<decltype(loss)>, nmf::Frobenius>) {
            check_run(loss, orthogonal, solver);
        }
    };
    check(nmf::Frobenius{}, nmf::Hals{});
    check(nmf::Frobenius{}, nmf::Anls{});
    check(nmf::KullbackLeibler{}, nmf::KlCoordinateDescent{});
    check(nmf::KullbackLeibler{}, nmf::MultiplicativeUpdate{});
}

TEST_CASE("What such penalties are for falls as they grow") {
    const Matrix<double> v = data();
    const auto run = [&](const auto& with, const auto&... more) {
        return nmf::factorize(v, rank, with, nmf::L2{.w = 0.1, .h = 0.1}, more...,
                              nmf::MaxIterations{5000});
    };
    double before = overlap(run(nmf::Orthogonal{}).H);
    for (const double weight : {0.05, 0.2, 0.8}) {
        const double now = overlap(run(nmf::Orthogonal{.h = weight}).H);
        CHECK(now < 0.8 * before);
        before = now;
    }
    const auto check_smooth = [&](const auto&... more) {
        before = roughness(run(nmf::Smooth{}, more...).H);
        for (const double weight : {1.0, 10.0}) {
            const double now = roughness(run(nmf::Smooth{.h = weight}, more...).H);
            CHECK(now < 0.8 * before);
            before = now;
        }
    };
    check_smooth();
    check_smooth(nmf::KullbackLeibler{});
    check_smooth(nmf::ItakuraSaito{});
}

TEST_CASE("Penalties that couple entries go with weights, holes, sparse data and threads") {
    Matrix<double> v = data();
    const Matrix<double> weights = real_weights(30, 40);
    const nmf::Smooth smooth{.w = 0.3, .h = 1};
    const nmf::MaxIterations stop{60};
    const auto weighted = nmf::factorize(v, rank, smooth, nmf::Weights(weights), stop);
    CHECK(measure::largest_rise(weighted.history) == 0);
    const Matrix<double> gap = v - weighted.W * weighted.H;
    CHECK_THAT(weighted.objective, WithinRel(0.5 * (weights.array() * gap.array().square()).sum() +
                                                 penalty(weighted, smooth),
                                             1e-9));
    const auto one = nmf::factorize(v, rank, smooth, stop, nmf::Threads{1});
    const auto three = nmf::factorize(v, rank, smooth, stop, nmf::Threads{3});
    CHECK(one.H == three.H);
    const auto stored = nmf::factorize(sparse(v), rank, smooth, stop);
    CHECK_THAT(stored.objective, WithinRel(one.objective, 1e-9));
    v(3, 4) = std::numeric_limits<double>::quiet_NaN();
    const auto holes = nmf::factorize(v, rank, smooth, stop, nmf::MissingNan{});
    CHECK(measure::largest_rise(holes.history) == 0);
}

TEMPLATE_TEST_CASE("Penalties that couple entries go with both precisions", "", float, double) {
    const Matrix<TestType> v = data().cast<TestType>();
    const nmf::MaxIterations stop{50};
    const auto check = [&](const auto& of, const auto&... policies) {
        const auto fit = nmf::factorize(of, rank, nmf::L2{.w = 0.1, .h = 0.1}, policies..., stop);
        CHECK(measure::acceptable(fit));
        CHECK(measure::largest_rise(fit.history) <= 1e-5 * fit.objective);
        CHECK(fit.objective < 0.5 * fit.history.front().objective);
    };
    const nmf::Smooth smooth{.w = 0.3, .h = 1};
    const nmf::Orthogonal orthogonal{.w = 0.2, .h = 0.5};
    check(v, smooth);
    check(v, orthogonal);
    check(sparse(v), smooth, nmf::Anls{});
    check(v, smooth, nmf::KullbackLeibler{});
    check(v, smooth, nmf::KullbackLeibler{}, nmf::MultiplicativeUpdate{});
    check(v, smooth, nmf::BetaDivergence{1.5});
}

TEST_CASE("Silence between sounds is bridged by smooth coefficients") {
    Matrix<double> v = data();
    for (const Index j : {9, 20, 21}) v.col(j).setZero();
    const nmf::L2 ridge{.w = 0.1, .h = 0.1};
    const nmf::Smooth smooth{.w = 0.3, .h = 200};
    const nmf::MaxIterations many{5000};
    const auto cd = nmf::factorize(v, rank, nmf::KullbackLeibler{}, smooth, ridge, many);
    const auto mu = nmf::factorize(v, rank, nmf::KullbackLeibler{}, nmf::MultiplicativeUpdate{},
                                   smooth, ridge, many);
    CHECK(cd.objective <= mu.objective * (1 + 1e-3));
    CHECK(cd.steps_taken_back < 10);
}

TEST_CASE("Smooth coefficients fill what is not observed") {
    Matrix<double> v = data();
    v.col(9).setConstant(std::numeric_limits<double>::quiet_NaN());
    const nmf::L2 ridge{.w = 0.1, .h = 0.1};
    const nmf::Smooth smooth{.w = 0.3, .h = 1};
    const auto check = [&](const auto&... policies) {
        const auto fit = nmf::factorize(v, rank, nmf::MissingNan{}, smooth, ridge, policies...,
                                        nmf::KktTolerance{1e-6}, nmf::MaxIterations{20000});
        CHECK(fit.status == Status::converged);
        CHECK(fit.unobserved_columns == std::vector<Index>{9});
        // Where the slope is 0 between two neighbours, beside the ridge.
        const Matrix<double> between = (fit.H.col(8) + fit.H.col(10)) / (2 + ridge.h / smooth.h);
        CHECK((fit.H.col(9) - between).norm() <= 1e-4 * between.norm());
    };
    check();
    check(nmf::KullbackLeibler{});
    check(nmf::KullbackLeibler{}, nmf::MultiplicativeUpdate{});
}

TEST_CASE("A penalty by count beside one that couples columns leaves the objective whole") {
    Matrix<double> v = data();
    v(3, 4) = v(20, 30) = std::numeric_limits<double>::quiet_NaN();
    const nmf::Smooth smooth{.w = 0.3, .h = 1};
    const auto fit =
        nmf::factorize(v, rank, nmf::MissingNan{}, smooth, nmf::CountScaledL2{.w = 0.01, .h = 0.01},
                       nmf::MaxIterations{30});
    double expected = penalty(fit, smooth);
    for (Index j = 0; j < v.cols(); ++j) {
        for (Index i = 0; i < v.rows(); ++i) {
            if (std::isnan(v(i, j))) continue;
            const double gap = v(i, j) - fit.W.row(i).dot(fit.H.col(j));
            expected +=
                0.5 * gap * gap + 0.005 * (fit.W.row(i).squaredNorm() + fit.H.col(j).squaredNorm());
        }
    }
    CHECK_THAT(fit.objective, WithinRel(expected, 1e-9));
}

TEST_CASE("A transform with penalties that couple columns is that of all of them together") {
    const Matrix<double> v = data();
    const auto check = [&](const auto&... policies) {
        const auto fit = nmf::factorize(v, rank, policies..., nmf::L2{.w = 0.1, .h = 0.1},
                                        nmf::KktTolerance{1e-8}, nmf::MaxIterations{20000});
        const auto again = fit.transform(v);
        CHECK(again.status == Status::converged);
        CHECK((again - fit.H).norm() <= 1e-5 * fit.H.norm());
    };
    check(nmf::Smooth{.h = 1});
    check(nmf::Orthogonal{.h = 0.1});
    check(nmf::KullbackLeibler{}, nmf::Smooth{.h = 1});
}

namespace {

/// Adds nothing, and sees whether the Gram matrix that it is given is that of its factor.
struct Onlooker {
    using Axis = nmf::axis::Penalty;
    static constexpr std::string_view name = "onlooker";
    static constexpr bool needs_gram = true;

    bool* right;

    template <nmf::RealScalar S>
    [[nodiscard]] double value(nmf::Side, const nmf::Factor<S>&) const {
        return 0;
    }
    template <nmf::RealScalar S>
    void add_to(const nmf::PenaltyPlace<S>& place, nmf::PenaltyTerms&) const {
        const Matrix<double> x = place.factor->matrix().template cast<double>();
        const Matrix<double> gram = x * x.transpose();
        *right =
            *right && place.gram != nullptr && (*place.gram - gram).norm() <= 1e-9 * gram.norm();
    }
};

}  // namespace

TEST_CASE("A penalty that asks for the Gram matrix of its factor is given it") {
    bool right = true;
    const auto fit = nmf::factorize(data(), rank, Onlooker{&right}, nmf::MaxIterations{3});
    CHECK(right);
    CHECK(fit.iterations == 3);
}
