// SPDX-License-Identifier: MIT
// Reading a model: components, tops, labels, sparseness, assignment, matching, reconstruction.

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include <nmf/analysis/assignment.hpp>
#include <nmf/analysis/components.hpp>
#include <nmf/analysis/matching.hpp>
#include <nmf/analysis/reconstruction.hpp>
#include <nmf/analysis/sparseness.hpp>
#include <nmf/analysis/top.hpp>

#include "support/catch.hpp"
#include "support/input_error.hpp"
#include "support/problems.hpp"

using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;
using nmf::ComponentNorm;
using nmf::Index;
using nmf::Matrix;

namespace {

template <class S = double>
nmf::Factorization<S> model(const Matrix<double>& w, const Matrix<double>& h) {
    nmf::Factorization<S> fit;
    fit.W = w.cast<S>();
    fit.H = h.cast<S>();
    return fit;
}

/// The least cost over all assignments.
double least_cost(const Matrix<double>& costs) {
    std::vector<Index> columns(static_cast<std::size_t>(costs.cols()));
    std::iota(columns.begin(), columns.end(), Index{0});
    double least = std::numeric_limits<double>::infinity();
    do {
        double cost = 0;
        for (Index i = 0; i < costs.rows(); ++i) {
            cost += costs(i, columns[static_cast<std::size_t>(i)]);
        }
        least = std::min(least, cost);
    } while (std::next_permutation(columns.begin(), columns.end()));
    return least;
}

double cost_of(const Matrix<double>& costs, const std::vector<Index>& columns) {
    double cost = 0;
    for (Index i = 0; i < costs.rows(); ++i) {
        cost += costs(i, columns[static_cast<std::size_t>(i)]);
    }
    return cost;
}

std::string message_of(const Call& call) {
    const auto error = error_of(call);
    return error ? error->what() : "";
}

}  // namespace

TEMPLATE_TEST_CASE("Components have norm 1 and sorted weights, and the model stays", "[analysis]",
                   float, double) {
    using S = TestType;
    const double digits = 20 * static_cast<double>(std::numeric_limits<S>::epsilon());
    Matrix<double> w = uniform(1, 30, 5);
    w.col(3).setZero();
    w.col(1) *= 40;
    const auto fit = model<S>(w, uniform(2, 5, 20));
    const Matrix<double> product = (fit.W * fit.H).template cast<double>();
    for (const auto norm : {ComponentNorm::l1, ComponentNorm::l2, ComponentNorm::max}) {
        const auto parts = nmf::components(fit, norm);
        const Matrix<double> of_w = parts.W.template cast<double>();
        const Matrix<double> of_h = parts.H.template cast<double>();
        CHECK((of_w * parts.weights.asDiagonal() * of_h - product).norm() <=
              digits * product.norm());
        CHECK(parts.order.front() == 1);
        CHECK(parts.order.back() == 3);
        CHECK(parts.weights[4] == 0);
        CHECK(of_w.col(4).norm() == 0);
        CHECK(of_h.row(4).norm() == 0);
        CHECK_THAT(parts.shares().sum(), WithinRel(1.0, 1e-12));
        for (Index a = 0; a < 4; ++a) {
            CHECK(parts.weights[a] >= parts.weights[a + 1]);
            const auto size = [&](const auto& x) {
                if (norm == ComponentNorm::l1) return x.sum();
                return norm == ComponentNorm::l2 ? x.norm() : x.maxCoeff();
            };
            CHECK_THAT(size(of_w.col(a)), WithinRel(1.0, digits));
            CHECK_THAT(size(of_h.row(a)), WithinRel(1.0, digits));
        }
    }
    // The weights by sums are the parts of the sum of the model.
    CHECK_THAT(nmf::components(fit, ComponentNorm::l1).weights.sum(),
               WithinRel(product.sum(), digits));
}

TEST_CASE("Components of extreme size keep their digits", "[analysis]") {
    const auto fit = model(1e-200 * uniform(1, 6, 2), 1e200 * uniform(2, 2, 4));
    const auto parts = nmf::components(fit);
    const Matrix<double> product = fit.W * fit.H;
    CHECK((parts.W * parts.weights.asDiagonal() * parts.H - product).norm() <=
          1e-14 * product.norm());
    const auto none = nmf::components(model(Matrix<double>::Zero(3, 2), uniform(1, 2, 3)));
    CHECK(none.weights.sum() == 0);
    CHECK(none.shares().sum() == 0);
    CHECK(none.W.norm() == 0);
}

TEST_CASE("The explained variance is what the residual leaves of the square of V", "[analysis]") {
    nmf::Factorization<double> fit;
    fit.relative_error = 0.6;
    CHECK_THAT(nmf::explained_variance(fit), WithinRel(0.64, 1e-15));
}

TEST_CASE("Tops are the largest entries in their order", "[analysis]") {
    Eigen::VectorXd x(6);
    x << 2, 0, 5, 2, 7, 1e-300;
    CHECK(nmf::top(x, 3) == std::vector<Index>{4, 2, 0});
    CHECK(nmf::top(x, 4) == std::vector<Index>{4, 2, 0, 3});
    CHECK(nmf::top(x, 99) == std::vector<Index>{4, 2, 0, 3, 5});
    CHECK(nmf::top(x, 0).empty());
    CHECK(nmf::top(x, -1).empty());
    CHECK(nmf::top(Eigen::VectorXd(0), 3).empty());
    Matrix<double> w(3, 2);
    w << 1, 9, 3, 0, 2, 8;
    Matrix<double> h(2, 3);
    h << 0, 1, 2, 5, 4, 0;
    const auto fit = model(w, h);
    CHECK(nmf::top_features(fit, 0, 2) == std::vector<Index>{1, 2});
    CHECK(nmf::top_features(fit, 1, 3) == std::vector<Index>{0, 2});
    CHECK(nmf::top_samples(fit, 1, 5) == std::vector<Index>{0, 1});
}

TEST_CASE("A label is the component that makes up most of a sample", "[analysis]") {
    Matrix<double> w(2, 3);
    w << 1, 0, 5, 1, 4, 5;
    Matrix<double> h(3, 4);
    h << 3, 1, 0, 0, 1, 1, 0, 0, 0, 0.1, 0, 2;
    // Sums of W: 2, 4, 10. So the parts of sample 0 are 6, 4, 0, and those of sample 1 are 2, 4, 1.
    CHECK(nmf::labels(model(w, h)) == std::vector<Index>{0, 1, -1, 2});
    // A component that is scaled up in W and down in H stays where it is.
    Matrix<double> scaled_w = w;
    Matrix<double> scaled_h = h;
    scaled_w.col(0) *= 1e-6;
    scaled_h.row(0) *= 1e6;
    CHECK(nmf::labels(model(scaled_w, scaled_h)) == std::vector<Index>{0, 1, -1, 2});
}

TEST_CASE("Sparseness is 0 for equal entries and 1 for one that is not 0", "[analysis]") {
    CHECK_THAT(nmf::sparseness(Eigen::VectorXd::Constant(9, 0.3)), WithinAbs(0, 1e-15));
    CHECK(nmf::sparseness(Eigen::VectorXd(3 * Eigen::VectorXd::Unit(9, 4))) == 1);
    CHECK(nmf::sparseness(Eigen::VectorXd::Zero(9)) == 0);
    CHECK(nmf::sparseness(Eigen::VectorXd::Constant(1, 2.0)) == 1);
    // sqrt(4) = 2, ||x||_1 = 7, ||x||_2 = 5.
    Eigen::RowVectorXf x(4);
    x << 3, 4, 0, 0;
    CHECK_THAT(nmf::sparseness(x), WithinRel(2 - 7.0 / 5, 1e-12));
    CHECK_THAT(nmf::sparseness(1e30F * x), WithinRel(2 - 7.0 / 5, 1e-6));
}

TEST_CASE("An assignment has the least cost of all", "[analysis]") {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        const Index rows = 1 + static_cast<Index>(seed % 6);
        const Index cols = rows + static_cast<Index>(seed % 3 == 2);
        Matrix<double> costs = 10 * uniform(seed, rows, cols).array() - 5;
        // Ties.
        if (seed % 2 == 0) costs = costs.array().round();
        const auto columns = nmf::assignment(costs);
        auto sorted = columns;
        std::sort(sorted.begin(), sorted.end());
        CHECK(std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end());
        CHECK_THAT(cost_of(costs, columns), WithinAbs(least_cost(costs), 1e-12));
    }
    CHECK(nmf::assignment(Matrix<double>(0, 3)).empty());
    CHECK(message_of([] { static_cast<void>(nmf::assignment(uniform(1, 3, 2))); }) ==
          "the costs of an assignment are 3 x 2; it needs at least as many columns as rows");
    Matrix<double> costs = uniform(1, 2, 2);
    costs(1, 0) = std::numeric_limits<double>::quiet_NaN();
    CHECK(error_of([&] { static_cast<void>(nmf::assignment(costs)); }).has_value());
}

TEST_CASE("Components of two fits are matched whatever their order and scale", "[analysis]") {
    const Matrix<double> w = uniform(4, 40, 6);
    const std::vector<Index> order{3, 0, 5, 1, 4, 2};
    Matrix<double> other(40, 6);
    for (Index a = 0; a < 6; ++a) {
        other.col(order[static_cast<std::size_t>(a)]) = static_cast<double>(a + 1) * w.col(a);
    }
    const auto found = nmf::matched(w, other);
    CHECK(found.partner == order);
    CHECK_THAT(found.mean(), WithinRel(1.0, 1e-14));
    // Fewer components, and one of zeros.
    Matrix<double> fewer = w.leftCols(3);
    fewer.col(1).setZero();
    const auto some = nmf::matched(fewer, other);
    CHECK(some.partner[0] == 3);
    CHECK(some.partner[2] == 5);
    CHECK(some.similarity[1] == 0);
    CHECK(error_of([&] { static_cast<void>(nmf::matched(other, fewer)); }).has_value());
    CHECK(message_of([&] { static_cast<void>(nmf::cosines(w, uniform(1, 3, 2))); }) ==
          "components of 40 and of 3 features cannot be compared");
}

TEST_CASE("Entries of a model come without all of it", "[analysis]") {
    const auto fit = model(uniform(1, 7, 3), uniform(2, 3, 150));
    const Matrix<double> all = fit.W * fit.H;
    const auto some = nmf::reconstruct(fit, {{0, 0}, {6, 149}, {3, 70}});
    CHECK_THAT(some[0], WithinRel(all(0, 0), 1e-14));
    CHECK_THAT(some[1], WithinRel(all(6, 149), 1e-14));
    CHECK_THAT(some[2], WithinRel(all(3, 70), 1e-14));
    CHECK(nmf::reconstruct(fit, {}).size() == 0);
    CHECK(message_of([&] {
              static_cast<void>(nmf::reconstruct(fit, {{7, 0}}));
          }) == "the entry (7, 0) is outside of V, which is 7 x 150");
    CHECK(error_of([&] { static_cast<void>(nmf::reconstruct(fit, {{0, -1}})); }).has_value());
    for (const Index width : {1, 64, 150, 1000}) {
        Matrix<double> together(7, 150);
        nmf::for_each_reconstructed(
            fit,
            [&](Index first, const Matrix<double>& columns) {
                REQUIRE(columns.cols() <= width);
                together.middleCols(first, columns.cols()) = columns;
            },
            width);
        CHECK((together - all).norm() <= 1e-14 * all.norm());
    }
}
