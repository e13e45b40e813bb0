// SPDX-License-Identifier: MIT
// Faults that other libraries have had.

#include <limits>

#include "support/catch.hpp"
#include "support/digits.hpp"
#include "support/measure.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;

namespace {

/// The run gives acceptable numbers, or V is refused.
template <class S>
void check_acceptable_or_refused(const Matrix<S>& v, const AnySolver& solver) {
    const Options options{.solver = solver, .stopping = nmf::Only{nmf::MaxIterations{20}}};
    try {
        const auto dense = fit(v, 3, options);
        const auto stored = fit(sparse(v), 3, options);
        CHECK(measure::acceptable(dense));
        CHECK(measure::acceptable(stored));
    } catch (const nmf::InputError&) {
        SUCCEED("refused");
    }
}

}  // namespace

// scikit-learn issue 7190: "math domain error", the square root of an objective that rounding made
// negative at an exact fit of sparse data.
TEMPLATE_TEST_CASE("An exact fit of sparse data is no domain error", "", float, double) {
    Matrix<TestType> v = Matrix<TestType>::Zero(60, 50);
    for (Index i = 0; i < 50; ++i) v(i, i) = static_cast<TestType>(0.1 * static_cast<double>(i));
    for (const auto& [name, solver, exact] : all_solvers()) {
        INFO(name);
        const Options options{.solver = solver,
                              .init = nmf::Nndsvd{},
                              .stopping = nmf::Only{nmf::MaxIterations{300}}};
        CHECK(measure::acceptable(fit(sparse(v), 50, options)));
        CHECK(measure::acceptable(fit(v, 50, options)));
    }
}

// Multiplicative updates without a guard are NaN before iteration 10: pixels 0, 32 and 39 are 0 in
// every image.
TEMPLATE_TEST_CASE("The zero columns of the digits are no NaN", "", float, double) {
    const Matrix<TestType> v = digits().cast<TestType>();
    REQUIRE(v.col(0).isZero(0));
    REQUIRE(v.col(32).isZero(0));
    REQUIRE(v.col(39).isZero(0));
    for (const auto& [name, solver, exact] : default_solvers()) {
        INFO(name);
        const Options options{.solver = solver, .stopping = nmf::Only{nmf::MaxIterations{20}}};
        const auto run = fit(v, 10, options);
        CHECK(measure::acceptable(run));
        CHECK(run.relative_error < 0.45);
        CHECK(run.H.col(32).maxCoeff() <= 1e-6 * run.H.maxCoeff());
        CHECK(measure::acceptable(fit(sparse(v), 10, options)));
    }
}

// scikit-learn's test_nmf_underflow: an entry of 1e-323 among others.
TEST_CASE("Denormal entries are no NaN") {
    Matrix<double> v = uniform(1, 12, 9);
    v(3, 4) = 1e-323;
    v(0, 0) = std::numeric_limits<double>::denorm_min();
    for (const auto& [name, solver, exact] : all_solvers()) {
        for (const auto& [init_name, init] : all_inits()) {
            INFO(name << ", " << init_name);
            const Options options{
                .solver = solver, .init = init, .stopping = nmf::Only{nmf::MaxIterations{20}}};
            const auto run = fit(v, 3, options);
            CHECK(measure::acceptable(run));
            CHECK(measure::acceptable(fit(sparse(v), 3, options)));
            // What is denormal is as good as 0.
            Matrix<double> zeros = v;
            zeros(3, 4) = 0;
            zeros(0, 0) = 0;
            CHECK_THAT(run.objective, WithinRel(fit(zeros, 3, options).objective, 1e-9));
        }
    }
}

TEST_CASE("Denormal entries in single precision are no NaN") {
    Matrix<float> v = uniform(1, 12, 9).cast<float>();
    v(3, 4) = std::numeric_limits<float>::denorm_min();
    for (const auto& [name, solver, exact] : all_solvers()) {
        INFO(name);
        const Options options{.solver = solver, .stopping = nmf::Only{nmf::MaxIterations{20}}};
        CHECK(measure::acceptable(fit(v, 3, options)));
        CHECK(measure::acceptable(fit(sparse(v), 3, options)));
    }
}

TEMPLATE_TEST_CASE("Counts of a million among zeros and ones are fitted", "", float, double) {
    Matrix<TestType> v = (uniform(1, 40, 30).array() < 0.2).cast<TestType>();
    v(7, 3) = TestType(1e6);
    v(20, 20) = TestType(1e6);
    for (const auto& [name, solver, exact] : all_solvers()) {
        INFO(name);
        const Options options{.solver = solver, .stopping = nmf::Only{nmf::MaxIterations{200}}};
        const auto run = fit(v, 3, options);
        CHECK(measure::acceptable(run));
        CHECK(run.relative_error <= 1e-2);
        CHECK(measure::acceptable(fit(sparse(v), 3, options)));
    }
}

TEST_CASE("Entries far from 1 are fitted as those near 1") {
    const Matrix<double> v = uniform(1, 12, 9);
    for (const auto& [name, solver, exact] : default_solvers()) {
        const Options options{.solver = solver, .stopping = nmf::Only{nmf::MaxIterations{20}}};
        const double expected = fit(v, 3, options).relative_error;
        for (const double scale : {1e149, 1e-149}) {
            INFO(name << ", " << scale);
            const auto run = fit(Matrix<double>(scale * v), 3, options);
            CHECK(measure::acceptable(run));
            CHECK_THAT(run.relative_error, WithinRel(expected, 1e-6));
        }
        for (const float scale : {1e20F, 1e-20F}) {
            INFO(name << ", single, " << scale);
            const auto run = fit(Matrix<float>(scale * v.cast<float>()), 3, options);
            CHECK(measure::acceptable(run));
            CHECK_THAT(run.relative_error, WithinRel(expected, 1e-2));
        }
    }
}

TEST_CASE("Entries whose squares overflow or vanish are refused, or at least are no NaN") {
    const Matrix<double> v = uniform(1, 12, 9);
    for (const auto& [name, solver, exact] : default_solvers()) {
        for (const double scale :
             {1e151, 1e155, 1e200, 1e308, 1e-151, 1e-155, 1e-200, 1e-308, 1e-322}) {
            INFO(name << ", " << scale);
            check_acceptable_or_refused(Matrix<double>(scale * v), solver);
        }
        for (const float scale : {1e22F, 1e30F, 1e38F, 1e-22F, 1e-30F, 1e-38F, 1e-44F}) {
            INFO(name << ", single, " << scale);
            check_acceptable_or_refused(Matrix<float>(scale * v.cast<float>()), solver);
        }
    }
}
