// SPDX-License-Identifier: MIT
// Anls solves its half-step exactly.

#include <algorithm>
#include <limits>

#include <Eigen/Cholesky>

#include <nmf/testing/half_step_value.hpp>
#include <nmf/testing/known_problems.hpp>

#include "support/catch.hpp"
#include "support/problems.hpp"

using nmf::Factor;
using nmf::Index;
using nmf::Matrix;
using nmf::NormalEquations;
using nmf::Vector;
using nmf::testing::known_half_step;

namespace {

double value_at(const Matrix<double>& gram, const Vector<double>& c, const Vector<double>& x) {
    return 0.5 * x.dot(gram * x) - c.dot(x);
}

/// The smallest x >= 0 of 1/2 <x, G x> - <c, x>, by trying all supports on which G is regular,
/// among which there is a minimiser.
Vector<double> by_enumeration(const Matrix<double>& gram, const Vector<double>& c) {
    const Index k = c.size();
    Vector<double> best = Vector<double>::Zero(k);
    double least = 0;
    for (unsigned support = 1; support < (1U << k); ++support) {
        std::vector<Index> places;
        for (Index a = 0; a < k; ++a) {
            if ((support >> a & 1U) != 0) places.push_back(a);
        }
        const Matrix<double> part = gram(places, places);
        const Eigen::LLT<Matrix<double>> factor = part.llt();
        const Vector<double> pivots = factor.matrixLLT().diagonal();
        if (factor.info() != Eigen::Success || !(pivots.minCoeff() > 1e-6 * pivots.maxCoeff())) {
            continue;
        }
        const Vector<double> solved = factor.solve(c(places));
        if (!(solved.array() >= 0).all()) continue;
        Vector<double> x = Vector<double>::Zero(k);
        x(places) = solved;
        const double value = value_at(gram, c, x);
        if (value < least) {
            least = value;
            best = x;
        }
    }
    return best;
}

template <class S>
NormalEquations<S> equations(const Matrix<double>& gram, const Matrix<double>& cross) {
    NormalEquations<S> eq;
    eq.resize(cross.rows(), cross.cols());
    eq.gram.assign(gram.cast<S>());
    eq.cross.assign(cross.cast<S>());
    return eq;
}

template <class S>
Matrix<double> solve(const NormalEquations<S>& eq, Factor<S> x) {
    AnySolver::Workspace<S> work;
    AnySolver(nmf::Anls{}).update(eq, x, work);
    return x.matrix().template cast<double>();
}

template <class S>
Matrix<double> solve_from_zero(const NormalEquations<S>& eq) {
    return solve(eq, Factor<S>(eq.cross.rows(), eq.cross.cols()));
}

/// The largest violation of x >= 0, y >= 0, x .* y = 0 with y = G x - c + l, each relative to the
/// terms that it is computed from.
template <class S>
double violation(const NormalEquations<S>& eq, const Matrix<double>& x) {
    const Matrix<double> gram = eq.gram.matrix().template cast<double>();
    const Matrix<double> cross = eq.cross.matrix().template cast<double>();
    const auto linear = static_cast<double>(eq.linear.data()[0]);
    const Matrix<double> product = gram * x;
    const Matrix<double> dual = ((product - cross).array() + linear).matrix();
    double worst = std::max(0.0, -x.minCoeff());
    for (Index j = 0; j < x.cols(); ++j) {
        const double size = (gram.cwiseAbs() * x.col(j).cwiseAbs()).maxCoeff() +
                            cross.col(j).cwiseAbs().maxCoeff() + linear;
        if (!(size > 0)) continue;
        worst = std::max(worst, -dual.col(j).minCoeff() / size);
        const double largest = x.col(j).maxCoeff();
        for (Index a = 0; a < x.rows() && largest > 0; ++a) {
            worst = std::max(worst, std::min(x(a, j) / largest, std::abs(dual(a, j)) / size));
        }
    }
    return worst;
}

}  // namespace

TEST_CASE("Anls agrees with the enumeration of all supports") {
    for (Index k = 1; k <= 6; ++k) {
        for (std::uint64_t seed = 0; seed < 10; ++seed) {
            INFO("k = " << k << ", seed " << seed);
            const Matrix<double> a = uniform(100 + seed, k, k + 3).array() - 0.3;
            Matrix<double> gram = a * a.transpose();
            gram.diagonal().array() += 0.125;
            const double condition = gram.trace() / 0.125;
            const Matrix<double> cross = uniform(200 + seed, k, 12).array() - 0.4;
            const Matrix<double> x = solve_from_zero(equations<double>(gram, cross));
            for (Index j = 0; j < cross.cols(); ++j) {
                const Vector<double> expected = by_enumeration(gram, cross.col(j));
                CHECK((x.col(j) - expected).cwiseAbs().maxCoeff() <=
                      1e-15 * static_cast<double>(8 * k) * condition *
                          (expected.cwiseAbs().maxCoeff() + 1));
            }
        }
    }
}

TEST_CASE("Anls agrees with the enumeration of all supports where G is singular") {
    for (Index k = 2; k <= 6; ++k) {
        for (std::uint64_t seed = 0; seed < 40; ++seed) {
            INFO("k = " << k << ", seed " << seed);
            // More components than rows, equal ones, and ones that differ by rounding.
            const Index rows = seed % 4 == 0 ? (k + 1) / 2 : k + 2;
            Matrix<double> a = uniform(100 + seed, k, rows);
            if (seed % 4 == 1) a.row(k - 1) = a.row(0);
            if (seed % 4 == 2) a.row(k - 1) = (1 + 1e-15) * a.row(0);
            if (seed % 4 == 3) a.row(k - 1) = a.row(0) + a.row(k / 2);
            const Matrix<double> data = uniform(200 + seed, rows, 12).array() - 0.2;
            const Matrix<double> gram = a * a.transpose();
            const Matrix<double> cross = a * data;
            const auto eq = equations<double>(gram, cross);
            for (const Factor<double>& start :
                 {Factor<double>(k, 12), Factor<double>(uniform(300 + seed, k, 12))}) {
                const Matrix<double> x = solve(eq, start);
                CHECK((x.array() >= 0).all());
                for (Index j = 0; j < cross.cols(); ++j) {
                    const Vector<double> expected = by_enumeration(gram, cross.col(j));
                    // What 1/2 ||v||^2 is rounded by, the gradient being rounded to 64 eps of it.
                    CHECK(value_at(gram, cross.col(j), x.col(j)) <=
                          value_at(gram, cross.col(j), expected) +
                              1e-14 * data.col(j).squaredNorm());
                }
            }
        }
    }
}

TEMPLATE_TEST_CASE("Anls meets the KKT conditions with more components than rows", "", float,
                   double) {
    using S = TestType;
    for (const Index rows : {5, 12, 40}) {
        for (const Index k : {rows + 1, 5 * rows / 4, 2 * rows}) {
            for (std::uint64_t seed = 0; seed < 4; ++seed) {
                INFO("m = " << rows << ", k = " << k << ", seed " << seed);
                const Matrix<double> a = uniform(300 + seed, k, rows);
                const auto eq = equations<S>(a * a.transpose(), a * uniform(400 + seed, rows, 30));
                const auto eps = static_cast<double>(std::numeric_limits<S>::epsilon());
                CHECK(violation(eq, solve_from_zero(eq)) <= 64 * eps);
                CHECK(violation(eq, solve(eq, Factor<S>(uniform(500 + seed, k, 30).cast<S>()))) <=
                      64 * eps);
            }
        }
    }
}

TEMPLATE_TEST_CASE("Anls meets the KKT conditions from any start", "", float, double) {
    using S = TestType;
    const double eps = static_cast<double>(std::numeric_limits<S>::epsilon());
    for (const Index k : {1, 2, 7, 12, 33, 70}) {
        for (std::uint64_t seed = 0; seed < 4; ++seed) {
            INFO("k = " << k << ", seed " << seed);
            const Matrix<double> a = uniform(300 + seed, k, 2 * k + 5);
            const Matrix<double> data = uniform(400 + seed, 2 * k + 5, 50).array() - 0.1;
            auto eq = equations<S>(a * a.transpose(), a * data);
            const Matrix<double> x = solve_from_zero(eq);
            CHECK(violation(eq, x) <= 64 * eps);
            const Factor<S> start(uniform(500 + seed, k, 50).cast<S>());
            CHECK(violation(eq, solve(eq, start)) <= 64 * eps);
            eq.linear.matrix().setConstant(S(0.3));
            CHECK(violation(eq, solve(eq, start)) <= 64 * eps);
        }
    }
}

TEMPLATE_TEST_CASE("Anls reaches the solution from the solution and from elsewhere", "", float,
                   double) {
    using S = TestType;
    const double eps = static_cast<double>(std::numeric_limits<S>::epsilon());
    for (const Index k : {1, 3, 8, 20}) {
        for (const double linear : {0.0, 0.5}) {
            const auto problem =
                known_half_step<S>({.rank = k, .columns = 90, .linear = linear, .seed = 7});
            const Matrix<double> expected = problem.solution.matrix().template cast<double>();
            for (const Factor<S>& start : {problem.solution, problem.other, Factor<S>(k, 90)}) {
                const Matrix<double> x = solve(problem.equations, start);
                CHECK((x - expected).cwiseAbs().maxCoeff() <= 1000 * eps);
            }
        }
    }
}

TEMPLATE_TEST_CASE("Anls finds the minimum where G is singular", "", float, double) {
    using S = TestType;
    const double eps = static_cast<double>(std::numeric_limits<S>::epsilon());
    for (const Index k : {2, 5, 16, 40}) {
        for (const Index directions : {Index(1), (k + 1) / 2}) {
            INFO("k = " << k << ", rank of G " << directions);
            const auto problem = known_half_step<S>(
                {.rank = k, .columns = 60, .directions = directions, .ridge = 0, .seed = 11});
            const auto& eq = problem.equations;
            const auto least = nmf::testing::detail::half_step_value(eq, problem.solution);
            for (const Factor<S>& start : {problem.other, Factor<S>(k, 60)}) {
                const Matrix<double> x = solve(eq, start);
                CHECK((x.array() >= 0).all());
                CHECK((x.array() <= 1e6).all());
                const auto found =
                    nmf::testing::detail::half_step_value(eq, Factor<S>(x.cast<S>()));
                CHECK(found.value <=
                      least.value + 64 * static_cast<double>(k) * eps * (least.size + found.size));
            }
        }
    }
}

TEMPLATE_TEST_CASE("Anls solves with equal components", "", float, double) {
    using S = TestType;
    Matrix<double> a = uniform(1, 4, 9);
    a.row(2) = a.row(0);
    const auto eq = equations<S>(a * a.transpose(), a * uniform(2, 9, 30));
    const Matrix<double> x = solve_from_zero(eq);
    CHECK(violation(eq, x) <= 256 * static_cast<double>(std::numeric_limits<S>::epsilon()));
}

TEST_CASE("Anls does not depend on the scale of the equations") {
    const Matrix<double> a = uniform(1, 6, 20);
    const Matrix<double> gram = a * a.transpose();
    const Matrix<double> cross = a * (uniform(2, 20, 40).array() - 0.2).matrix();
    const Matrix<double> x = solve_from_zero(equations<double>(gram, cross));
    for (const double scale : {1e-200, 1e-30, 1e30, 1e200}) {
        const Matrix<double> scaled =
            solve_from_zero(equations<double>(scale * gram, scale * cross));
        CHECK((scaled - x).cwiseAbs().maxCoeff() <= 1e-12);
    }
}

TEST_CASE("Anls leaves a component without curvature alone, and clears it under an L1 penalty") {
    auto problem = known_half_step<double>({.rank = 4, .columns = 9, .ridge = 0, .dead = 2});
    Factor<double> start = problem.other;
    CHECK(solve(problem.equations, start).row(2) == start.matrix().row(2));
    problem.equations.linear.matrix().setConstant(0.5);
    CHECK((solve(problem.equations, start).row(2).array() == 0).all());
}

TEST_CASE(
    "A component that has all but vanished from the other factor leads nowhere near infinity") {
    // Its diagonal entry is a normal number still, and its quotient is not.
    Matrix<double> a = uniform(7, 4, 30);
    a.row(1) *= 1e-153;
    const Matrix<double> v = uniform(8, 30, 12);
    const Matrix<double> gram = a * a.transpose();
    const Matrix<double> cross = a * v;
    for (const auto& [name, solver, exact] : all_solvers()) {
        for (const double linear : {0.0, 0.5}) {
            INFO(name << ", linear " << linear);
            auto eq = equations<double>(gram, cross);
            eq.linear.matrix().setConstant(linear);
            Factor<double> x(Matrix<double>(uniform(9, 4, 12)));
            const auto before = nmf::testing::detail::half_step_value(eq, x);
            AnySolver::Workspace<double> work;
            solver.update(eq, x, work);
            CHECK((x.matrix().array() >= 0).all());
            CHECK(x.matrix().maxCoeff() <= 1e10);
            const double rounding = 1e-14 * before.size;
            CHECK(nmf::testing::detail::half_step_value(eq, x).value <= before.value + rounding);
        }
    }
}

TEMPLATE_TEST_CASE("Anls hides no NaN, and ends", "", float, double) {
    using S = TestType;
    const auto nan = std::numeric_limits<S>::quiet_NaN();
    const Matrix<double> a = uniform(1, 4, 9);
    for (const bool in_gram : {true, false}) {
        auto eq = equations<S>(a * a.transpose(), a * uniform(2, 9, 30));
        if (in_gram) {
            eq.gram.matrix().row(1).setConstant(nan);
            eq.gram.matrix().col(1).setConstant(nan);
        } else {
            eq.cross.matrix()(1, 3) = nan;
        }
        const Matrix<double> x = solve_from_zero(eq);
        CHECK(std::isnan(x.col(3).sum()));
    }
}
