// SPDX-License-Identifier: MIT
// Successive projection: the columns or rows that it chooses, and what becomes of the others.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <utility>
#include <vector>

#include <nmf/nmf.hpp>

#include "support/catch.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;

namespace {

template <class S>
using Start = std::pair<Matrix<S>, Matrix<S>>;

/// W and H as the policy makes them, not rescaled.
template <class View, class P>
Start<typename View::Scalar> start_of(const P& init, const View& view, Index rank,
                                      std::uint64_t seed = 0) {
    using S = typename View::Scalar;
    nmf::Factor<S> w(rank, view.rows());
    nmf::Factor<S> h(rank, view.cols());
    init.start(view, view.summary(), nmf::CounterRandom(seed), w, h);
    return {w.matrix().transpose(), h.matrix()};
}

constexpr Index separable_rank = 5;
constexpr Index pure_columns[separable_rank] = {3, 11, 12, 20, 29};

/// W H for which column pure_columns[a] of V is a multiple of column a of W.
template <class S>
Matrix<S> separable(Index rows) {
    Matrix<double> h = uniform(2, separable_rank, 30);
    for (Index a = 0; a < separable_rank; ++a) {
        h.col(pure_columns[a]).setZero();
        h(a, pure_columns[a]) = 0.1 + static_cast<double>(a);
    }
    return (uniform(1, rows, separable_rank) * h).template cast<S>();
}

/// Whether each column of W is that column of V, divided by its sum, in some order.
template <class S>
bool are_columns(const Matrix<S>& w, const Matrix<S>& v, std::vector<Index> expected) {
    const S close = 8 * std::numeric_limits<S>::epsilon();
    for (Index a = 0; a < w.cols(); ++a) {
        const auto found = std::find_if(expected.begin(), expected.end(), [&](Index j) {
            return (w.col(a) - v.col(j) / v.col(j).sum()).cwiseAbs().maxCoeff() <= close;
        });
        if (found == expected.end()) return false;
        expected.erase(found);
    }
    return expected.empty();
}

const std::vector<Index> pure(std::begin(pure_columns), std::end(pure_columns));

}  // namespace

TEMPLATE_TEST_CASE("Spa finds the columns that the others are combinations of", "", float, double) {
    using S = TestType;
    const Matrix<S> v = separable<S>(40);
    const S close = 1000 * std::numeric_limits<S>::epsilon();
    const auto [w, h] = start_of(nmf::Spa{}, nmf::make_view(v), separable_rank);
    CHECK(are_columns(w, v, pure));
    CHECK((w * h - v).norm() <= close * v.norm());
    // The coefficients of a pure column are one number and zeros.
    for (const Index j : pure) CHECK((h.col(j).array() > 0).count() == 1);
    const Eigen::SparseMatrix<S> stored = v.sparseView();
    const auto [sparse_w, sparse_h] = start_of(nmf::Spa{}, nmf::make_view(stored), separable_rank);
    CHECK(are_columns(sparse_w, v, pure));
    CHECK((sparse_w * sparse_h - v).norm() <= close * v.norm());
    // Columns of any size.
    Matrix<S> scaled = v;
    for (Index j = 0; j < v.cols(); ++j)
        scaled.col(j) *= std::pow(S(10), static_cast<S>(j % 13 - 6));
    CHECK(are_columns(start_of(nmf::Spa{}, nmf::make_view(scaled), separable_rank).first, v, pure));
}

TEST_CASE("AnchorWords finds the rows that the others are combinations of") {
    const Matrix<double> v = separable<double>(40).transpose();
    const auto [w, h] = start_of(nmf::AnchorWords{0}, nmf::make_view(v), separable_rank);
    CHECK(are_columns<double>(h.transpose(), v.transpose(), pure));
    CHECK((w * h - v).norm() <= 1e-12 * v.norm());
}

TEST_CASE("AnchorWords is Spa for the transposed V") {
    const Matrix<double> v = uniform(1, 35, 50).array().pow(4);
    const Matrix<double> turned = v.transpose();
    for (const double least : {0.0, 1.0}) {
        const auto [w, h] = start_of(nmf::AnchorWords{least}, nmf::make_view(v), 6);
        const auto [of_w, of_h] = start_of(nmf::Spa{least}, nmf::make_view(turned), 6);
        CHECK((h.transpose() - of_w).norm() <= 1e-13 * of_w.norm());
        CHECK((w.transpose() - of_h).norm() <= 1e-10 * of_h.norm());
    }
}

TEST_CASE("Columns lighter than the least mass take no part") {
    Matrix<double> v = separable<double>(40);
    const Index light = pure_columns[0];
    const double mean = v.sum() / 30;
    v.col(light) *= 0.3 * mean / v.col(light).sum();
    const double now = v.sum() / 30;
    const auto chosen = [&](double least) {
        return start_of(nmf::Spa{least}, nmf::make_view(v), separable_rank).first;
    };
    CHECK(are_columns(chosen(0), v, pure));
    CHECK(are_columns(chosen(0.29 * mean / now), v, pure));
    CHECK_FALSE(are_columns(chosen(0.31 * mean / now), v, pure));
}

TEST_CASE("Components beyond the rank of V start at random, the others do not") {
    const Matrix<double> full = separable<double>(40);
    Matrix<double> v(40, 60);
    v << full, full;
    const auto [w, h] = start_of(nmf::Spa{}, nmf::make_view(v), 9, 1);
    const auto [other_w, other_h] = start_of(nmf::Spa{}, nmf::make_view(v), 9, 2);
    CHECK(w.leftCols(5) == other_w.leftCols(5));
    CHECK(h.topRows(5) == other_h.topRows(5));
    CHECK((w.leftCols(5) * h.topRows(5) - v).norm() <= 1e-12 * v.norm());
    for (Index a = 5; a < 9; ++a) {
        CHECK(w.col(a).maxCoeff() > 0);
        CHECK(h.row(a).maxCoeff() > 0);
        CHECK(w.col(a) != other_w.col(a));
        CHECK(h.row(a) != other_h.row(a));
    }
    // The same where V is too small.
    const Matrix<double> small = uniform(1, 6, 4);
    const auto [small_w, small_h] = start_of(nmf::Spa{}, nmf::make_view(small), 7);
    CHECK((small_w.leftCols(4) * small_h.topRows(4) - small).norm() <= 1e-12 * small.norm());
    CHECK(small_w.rightCols(3).colwise().maxCoeff().minCoeff() > 0);
    CHECK(small_h.bottomRows(3).rowwise().maxCoeff().minCoeff() > 0);
    const Matrix<double> zero = Matrix<double>::Zero(6, 4);
    CHECK(start_of(nmf::Spa{}, nmf::make_view(zero), 2).first.minCoeff() > 0);
}

TEST_CASE("A column that rounding alone tells from the chosen ones is not chosen") {
    Matrix<double> v(40, 31);
    v << separable<double>(40), Matrix<double>::Zero(40, 1);
    v.col(30) = v.col(pure_columns[1]).array() * (1 + 1e-9 * (uniform(5, 40, 1).array() - 0.5));
    const Matrix<double> w = start_of(nmf::Spa{}, nmf::make_view(v), 6).first;
    const Matrix<double> unit = v.array().rowwise() / v.colwise().sum().array();
    for (Index j = 0; j < 31; ++j) CHECK((w.col(5) - unit.col(j)).norm() > 1e-3 * w.col(5).norm());
}

TEST_CASE("Missing entries count as zeros in successive projection") {
    const Matrix<double> all = uniform(1, 30, 20);
    const auto hidden = (uniform(2, 30, 20).array() < 0.3).eval();
    const Matrix<double> holes = hidden.select(std::numeric_limits<double>::quiet_NaN(), all);
    const Matrix<double> zeros = hidden.select(0.0, all);
    const auto of_holes = start_of(nmf::Spa{}, nmf::MissingNan{}.view(holes), 4);
    const auto of_zeros = start_of(nmf::Spa{}, nmf::make_view(zeros), 4);
    CHECK((of_holes.first - of_zeros.first).norm() <= 1e-13 * of_zeros.first.norm());
    CHECK((of_holes.second - of_zeros.second).norm() <= 1e-11 * of_zeros.second.norm());
}
