// SPDX-License-Identifier: MIT
//
// A loss with a former and a solver of its own runs through the front door.

#include <algorithm>
#include <cmath>
#include <limits>

#include "../examples/huber.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;
using nmf::Index;
using nmf::Matrix;

namespace {

const Huber loss{.delta = 0.1};

double cost(const Matrix<double>& v, const Matrix<double>& model) {
    double sum = 0;
    for (Index j = 0; j < v.cols(); ++j) {
        for (Index i = 0; i < v.rows(); ++i) sum += loss.entry(v(i, j), model(i, j));
    }
    return sum;
}

/// The least cost of a column over a grid of x >= 0 that is made finer around its best point.
double brute_force(const Matrix<double>& w, const Matrix<double>& column) {
    Eigen::Vector2d at(1, 1);
    double best = std::numeric_limits<double>::max();
    for (double step = 0.1; step > 1e-6; step *= 0.5) {
        const Eigen::Vector2d around = at;
        for (int p = -12; p <= 12; ++p) {
            for (int q = -12; q <= 12; ++q) {
                const Eigen::Vector2d x = (around + step * Eigen::Vector2d(p, q)).cwiseMax(0.0);
                const double here = cost(column, w * x);
                if (here < best) {
                    best = here;
                    at = x;
                }
            }
        }
    }
    return best;
}

Matrix<double> with_outliers() {
    Matrix<double> v = uniform(1, 20, 2) * uniform(2, 2, 12);
    for (Index j = 0; j < v.cols(); ++j) v((7 * j) % 20, j) += 5;
    return v;
}

}  // namespace

TEST_CASE("A subproblem of one's own is solved to the minimum that brute force finds") {
    const Matrix<double> v = with_outliers();
    const Matrix<double> w = uniform(1, 20, 2);
    const auto fit = nmf::factorize(v, 2, loss, HuberDescent{},
                                    nmf::CustomInit<double>(w, uniform(4, 2, 12), false),
                                    nmf::Only{nmf::MaxIterations{1}});
    const auto h =
        fit.transform(v, HuberDescent{}, nmf::KktTolerance{1e-10}, nmf::MaxIterations{2000});
    CHECK(h.status == nmf::Status::converged);
    double least = 0;
    for (Index j = 0; j < v.cols(); ++j) least += brute_force(fit.W, v.col(j));
    // The grid ends with steps of 1e-6; costs are flat at the minimum.
    CHECK_THAT(cost(v, fit.W * h), WithinAbs(least, 1e-8));
    CHECK_THAT(h.objective, WithinRel(cost(v, fit.W * h), 1e-12));
}

TEST_CASE("A run of a loss with a former of its own descends, on dense, sparse and holed V") {
    const Matrix<double> v = with_outliers();
    const auto check = [&](const auto& fit, const Matrix<double>& counted) {
        CHECK(fit.objective < 0.5 * fit.history.front().objective);
        for (std::size_t line = 1; line < fit.history.size(); ++line) {
            CHECK(fit.history[line].objective <= fit.history[line - 1].objective);
        }
        const Matrix<double> model = (fit.W * fit.H).cwiseProduct(counted);
        CHECK_THAT(fit.objective, WithinRel(cost(v.cwiseProduct(counted), model), 1e-12));
        CHECK(fit.W.minCoeff() >= 0);
        CHECK(fit.H.minCoeff() >= 0);
    };
    const Matrix<double> all = Matrix<double>::Ones(20, 12);
    const nmf::Only few{nmf::MaxIterations{60}};
    const auto dense = nmf::factorize(v, 2, loss, HuberDescent{}, few);
    check(dense, all);
    const auto stored = nmf::factorize(sparse(v), 2, loss, HuberDescent{}, few);
    check(stored, all);
    CHECK_THAT(stored.objective, WithinRel(dense.objective, 1e-9));
    const auto two = nmf::factorize(v, 2, loss, HuberDescent{}, few, nmf::Threads{2});
    CHECK(two.W == dense.W);
    Matrix<double> holed = v;
    Matrix<double> counted = all;
    for (Index j = 0; j < 12; j += 2) {
        holed(j, j) = std::numeric_limits<double>::quiet_NaN();
        counted(j, j) = 0;
    }
    check(nmf::factorize(holed, 2, loss, HuberDescent{}, few, nmf::MissingNan{}), counted);
}
