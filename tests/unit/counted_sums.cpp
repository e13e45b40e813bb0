// SPDX-License-Identifier: MIT
// Sums over the rows that count in a column of a sparse V of which some zeros are missing.

#include <nmf/data/together.hpp>
#include <nmf/half_step/counted_sums.hpp>
#include <nmf/half_step/own_equations.hpp>

#include "support/catch.hpp"
#include "support/held_out.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;
using nmf::Vector;

namespace {

constexpr Index rank = 3;

/// Sums and Gram matrices for a factor A, and those over all columns of A.
template <class S>
struct Sums {
    explicit Sums(const Matrix<double>& of)
        : a(Matrix<S>(of.cast<S>())), exact(a.matrix().template cast<double>()) {
        equations.prepare(rank);
        whole = exact.rowwise().sum();
        gram = exact * exact.transpose();
    }

    nmf::Factor<S> a;
    Matrix<double> exact;
    Vector<double> whole;
    Matrix<double> gram;
    nmf::detail::OwnEquations<S, nmf::NonNegative> equations;
};

/// Of every column, relative to what counts: how far the sums are off, and the Gram matrices.
template <class S, class View>
std::pair<double, double> largest_errors(Sums<S>& sums, const View& view) {
    const Matrix<double> kept = held_entries(view).kept();
    double of_sums = 0;
    double of_grams = 0;
    Vector<double> found;
    for (Index j = 0; j < view.cols(); ++j) {
        const Vector<double> weights = kept.col(j);
        const Vector<double> sum = sums.exact * weights;
        const Matrix<double> gram = sums.exact * weights.asDiagonal() * sums.exact.transpose();
        nmf::detail::sum_counted(view, j, sums.a, sums.whole, found);
        of_sums = std::max(of_sums, ((found - sum).array() / sum.array()).abs().maxCoeff());
        const Vector<double> size = gram.diagonal().cwiseSqrt();
        const Matrix<double> gap = sums.equations.form(view, sums.a, sums.gram, j) - gram;
        of_grams =
            std::max(of_grams, (gap.array() / (size * size.transpose()).array()).abs().maxCoeff());
    }
    return {of_sums, of_grams};
}

}  // namespace

TEST_CASE("Sums over the rows that count follow from those over all rows") {
    const Sparse<double> v = sparse(scattered(400, 30, 0.1));
    const auto view = nmf::make_view(v, nmf::HeldOut{0.1, 2});
    Sums<double> sums(uniform(3, rank, 400));
    const auto [of_sums, of_grams] = largest_errors(sums, view);
    CHECK(of_sums <= 1e-13);
    CHECK(of_grams <= 1e-13);
}

TEST_CASE("Where most rows are missing what counts is summed up") {
    const Sparse<double> v = sparse(scattered(40, 30, 0.5));
    const auto view = nmf::make_view(v, nmf::HeldOut{0.9, 2});
    Sums<double> sums(uniform(3, rank, 40));
    const auto [of_sums, of_grams] = largest_errors(sums, view);
    CHECK(of_sums <= 1e-13);
    CHECK(of_grams <= 1e-13);
}

TEST_CASE(
    "Where a missing row has nearly all of a component, the digits are kept as far as can be") {
    const auto errors = [](auto scalar, Index rows, double heavy) {
        using S = decltype(scalar);
        Matrix<double> dense = scattered(rows, 30, 40.0 / static_cast<double>(rows));
        dense.row(7).setOnes();
        const Sparse<S> v = sparse(Matrix<S>(dense.cast<S>()));
        const auto view = nmf::make_view(v, nmf::HeldOut{0.3, 2});
        CHECK(held_entries(view).mask.row(7).sum() > 3);
        Matrix<double> a = uniform(3, rank, rows);
        a(1, 7) = heavy;
        Sums<S> sums(a);
        return largest_errors(sums, view);
    };
    // Few rows are summed up.
    CHECK(errors(1.0, 300, 1e9).first <= 1e-13);
    CHECK(errors(1.0, 300, 1e9).second <= 1e-13);
    // Of many rows a difference is taken: here the sum is 1e3 of 1e6, the square 1e3 of 1e12 ...
    CHECK(errors(1.0, 5000, 1e6).first <= 1e-12);
    CHECK(errors(1.0, 5000, 1e4).second <= 1e-10);
    CHECK(errors(1.0f, 5000, 1e4).first <= 1e-5);
}

TEST_CASE("A component of which hardly anything is left in a column has a curvature all the same") {
    constexpr Index rows = 5000;
    Matrix<double> dense = scattered(rows, 30, 40.0 / static_cast<double>(rows));
    dense.row(7).setOnes();
    const Sparse<double> v = sparse(dense);
    const auto view = nmf::make_view(v, nmf::HeldOut{0.3, 2});
    const Matrix<double> kept = held_entries(view).kept();
    Matrix<double> a = uniform(3, rank, rows);
    a.row(1).setZero();
    a(1, 7) = 5;
    Sums<double> sums(a);
    Vector<double> found;
    Index alone = 0;
    for (Index j = 0; j < view.cols(); ++j) {
        if (kept(7, j) == 1) continue;
        ++alone;
        nmf::detail::sum_counted(view, j, sums.a, sums.whole, found);
        CHECK(found[1] > 0);
        CHECK(found[1] <= 1e-7);
        const Matrix<double>& gram = sums.equations.form(view, sums.a, sums.gram, j);
        CHECK(gram(1, 1) > 0);
        CHECK(gram(1, 1) <= 1e-6);
        CHECK(gram(1, 0) == 0);
        CHECK(gram(2, 1) == 0);
        CHECK(gram(0, 2) > 1000);
    }
    CHECK(alone > 3);
}
