// SPDX-License-Identifier: MIT
// What scikit-learn's own tests (sklearn/decomposition/tests/test_nmf.py) ask of an NMF, as far as
// other tests here do not ask it already; the logic, with numbers drawn anew.

#include <cmath>
#include <limits>

#include <nmf/stopping/relative_decrease.hpp>

#include "support/catch.hpp"
#include "support/measure.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;

namespace {

Matrix<double> absolute_normal(std::uint64_t seed, Index rows, Index cols) {
    const nmf::CounterRandom random(seed);
    Matrix<double> x(rows, cols);
    for (Index i = 0; i < x.size(); ++i) {
        x.data()[i] = std::abs(random.normal(static_cast<std::uint64_t>(i)));
    }
    return x;
}

const NamedSolver solvers[] = {
    {"cd", plain_hals(1)},
    {"mu", nmf::MultiplicativeUpdate{.extrapolation = {.enabled = false}}},
    {"hals", nmf::Hals{}},
    {"als", nmf::Als{}},
    {"anls", nmf::Anls{}}};

}  // namespace

TEST_CASE("The error of NNDSVD is at most the standard deviation of the entries") {
    const Matrix<double> v = absolute_normal(42, 10, 10);
    const auto start =
        fit(v, 10, {.init = nmf::Nndsvd{}, .stopping = nmf::Only{nmf::MaxIterations{0}}});
    CHECK((v - start.W * start.H).norm() <= (v.array() - v.mean()).matrix().norm());
}

TEST_CASE("The fit of a 6 x 5 matrix at rank 5 is close") {
    for (const auto& [name, solver, exact] : solvers) {
        INFO(name);
        const Matrix<double> v = absolute_normal(42, 6, 5);
        const auto run = fit(v, 5,
                             {.solver = solver,
                              .init = nmf::Nndsvd{nmf::Nndsvd::Fill::random},
                              .stopping = nmf::Only{nmf::MaxIterations{600}}});
        CHECK((v - run.W * run.H).norm() < 0.1);
    }
}

TEST_CASE("A product of factors with disjoint parts is recovered") {
    Matrix<double> w = Matrix<double>::Zero(15, 5);
    Matrix<double> h = Matrix<double>::Zero(5, 10);
    const Matrix<double> draws = absolute_normal(42, 10, 1);
    for (Index a = 0; a < 5; ++a) w(a, a) = draws(a);
    for (Index j = 0; j < 10; ++j) h(j % 5, j) = draws(5 + j % 5);
    const Matrix<double> v = w * h;
    for (const auto& [name, solver, exact] : solvers) {
        INFO(name);
        const auto run = fit(v, 5,
                             {.solver = solver,
                              .init = nmf::Nndsvd{nmf::Nndsvd::Fill::average},
                              .stopping = nmf::Only{nmf::MaxIterations{1000}}});
        CHECK((v - run.W * run.H).cwiseAbs().maxCoeff() <= 1e-5);
    }
}

TEST_CASE("Factors are non-negative with every start and strong penalties") {
    const Matrix<double> v = (5 - uniform(7, 5, 4).array() * 4).matrix();
    for (const auto& [name, solver, exact] : solvers) {
        for (const auto& [init_name, init] : all_inits()) {
            for (const double alpha_w : {0.0, 1.0}) {
                for (const double alpha_h : {0.0, 1.0}) {
                    INFO(name << ", " << init_name << ", " << alpha_w << ", " << alpha_h);
                    const auto run = fit(v, 2,
                                         {.solver = solver,
                                          .init = init,
                                          .penalty = nmf::scikit_learn_penalty({.rows = 5,
                                                                                .cols = 4,
                                                                                .alpha_W = alpha_w,
                                                                                .alpha_H = alpha_h,
                                                                                .l1_ratio = 0.5})});
                    CHECK(measure::acceptable(run));
                    CHECK(measure::acceptable(run.transform(v)));
                }
            }
        }
    }
}

TEST_CASE("An L1 penalty makes zeros and an L2 penalty makes small factors") {
    const Matrix<double> v = absolute_normal(42, 6, 5);
    const auto run = [&](const AnySolver& solver, double alpha, double l1_ratio) {
        return fit(v, 3,
                   {.solver = solver,
                    .penalty = nmf::scikit_learn_penalty(
                        {.rows = 6, .cols = 5, .alpha_W = alpha, .l1_ratio = l1_ratio})});
    };
    const auto zeros = [](const Matrix<double>& x) {
        return (x.array() <= std::numeric_limits<double>::epsilon()).count();
    };
    for (const auto& [name, solver, exact] : solvers) {
        INFO(name);
        const auto plain = run(solver, 0, 1);
        const auto sparse_factors = run(solver, 0.1, 1);
        CHECK(zeros(sparse_factors.W) > zeros(plain.W));
        CHECK(zeros(sparse_factors.H) > zeros(plain.H));
        const auto small = run(solver, 0.1, 0);
        CHECK(small.W.squaredNorm() + small.H.squaredNorm() <
              plain.W.squaredNorm() + plain.H.squaredNorm());
    }
}

TEST_CASE("scikit-learn's weights are multiplied by the sides of V") {
    const auto penalty = nmf::scikit_learn_penalty(
        {.rows = 30, .cols = 20, .alpha_W = 0.01, .alpha_H = 0.02, .l1_ratio = 0.25});
    CHECK_THAT(penalty.l1.w, WithinRel(20 * 0.01 * 0.25, 1e-15));
    CHECK_THAT(penalty.l2.w, WithinRel(20 * 0.01 * 0.75, 1e-15));
    CHECK_THAT(penalty.l1.h, WithinRel(30 * 0.02 * 0.25, 1e-15));
    CHECK_THAT(penalty.l2.h, WithinRel(30 * 0.02 * 0.75, 1e-15));
}

TEST_CASE("Single and double precision agree") {
    const Matrix<double> v = absolute_normal(42, 50, 7);
    const Matrix<float> single = v.cast<float>();
    for (const auto& [name, solver, exact] : solvers) {
        INFO(name);
        const Options options{.solver = solver, .stopping = nmf::Only{nmf::MaxIterations{20}}};
        const auto wide = fit(v, 3, options);
        const auto narrow = fit(single, 3, options);
        CHECK(measure::distance(narrow.W, wide.W) <= 1e-3);
        CHECK_THAT(narrow.objective, WithinRel(wide.objective, 1e-5));
    }
}

TEST_CASE("transform agrees with the fit") {
    const Matrix<double> v = absolute_normal(42, 6, 5);
    for (const auto& [name, solver, exact] : solvers) {
        INFO(name);
        const auto run =
            fit(v, 3,
                {.solver = solver,
                 .stopping = nmf::RelativeDecrease{.value = 1e-6} || nmf::MaxIterations{2000}});
        CHECK((run.transform(v) - run.H).cwiseAbs().maxCoeff() <= 0.1);
    }
}
