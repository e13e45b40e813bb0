// SPDX-License-Identifier: MIT
// Eigenvalues and eigenvectors of symmetric matrices, and orthonormal bases.

#include <cmath>
#include <limits>

#include <nmf/data/view.hpp>
#include <nmf/factor/symmetric_eigen.hpp>
#include <nmf/factor/thin_svd.hpp>

#include "support/catch.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;
using nmf::detail::SymmetricEigen;
using nmf::detail::WholeData;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

Matrix<double> symmetric(Index size) {
    const Matrix<double> x = uniform(1, size, size).array() - 0.5;
    return x + x.transpose();
}

/// A = Q D Q', Q orthogonal and D descending.
void check_eigen(const Matrix<double>& a) {
    const SymmetricEigen eigen(a);
    const auto size = static_cast<double>(a.rows());
    const Matrix<double>& q = eigen.vectors;
    const Matrix<double> one = Matrix<double>::Identity(a.rows(), a.cols());
    CHECK((q.transpose() * q - one).norm() <= 10 * size * eps);
    const double largest = a.cwiseAbs().maxCoeff();
    const Matrix<double> back = q * (eigen.values / largest).asDiagonal() * q.transpose();
    CHECK((back - a / largest).norm() <= 20 * size * eps);
    for (Index p = 1; p < a.rows(); ++p) CHECK(eigen.values[p] <= eigen.values[p - 1]);
}

template <class S>
double skew(const nmf::Factor<S>& x) {
    const Matrix<double> rows = x.matrix().template cast<double>();
    return (rows * rows.transpose() - Matrix<double>::Identity(x.rows(), x.rows())).norm();
}

}  // namespace

TEST_CASE("A symmetric matrix is made of its eigenvectors") {
    for (const Index size : {1, 2, 3, 4, 7, 30, 65}) check_eigen(symmetric(size));
    check_eigen(Matrix<double>::Identity(5, 5));
    check_eigen(Matrix<double>::Ones(6, 6));
    const Matrix<double> low = uniform(2, 20, 3);
    check_eigen(low * low.transpose());
    Matrix<double> apart = Matrix<double>::Zero(6, 6);
    apart.topLeftCorner(3, 3) = symmetric(3);
    apart.bottomRightCorner(2, 2) = symmetric(2);
    check_eigen(apart);
    // Graded over many orders of magnitude.
    const Matrix<double> scales = Eigen::VectorXd::LinSpaced(8, 0, -14).array().unaryExpr(
        [](double power) { return std::pow(10.0, power); });
    check_eigen(scales.asDiagonal() * symmetric(8) * scales.asDiagonal());
}

TEST_CASE("Known eigenvalues") {
    Matrix<double> a(2, 2);
    a << 2, 1, 1, 2;
    const SymmetricEigen eigen(a);
    CHECK(std::abs(eigen.values[0] - 3) <= 4 * eps);
    CHECK(std::abs(eigen.values[1] - 1) <= 4 * eps);
    CHECK(SymmetricEigen(Matrix<double>::Zero(3, 3)).values.isZero(0));
    CHECK(SymmetricEigen(Matrix<double>(0, 0)).values.size() == 0);
}

TEST_CASE("Eigenvectors do not depend on the scale of the matrix") {
    const Matrix<double> a = symmetric(9);
    const SymmetricEigen eigen(a);
    for (const int power : {-1000, -600, 600, 1000}) {
        const SymmetricEigen scaled(std::ldexp(1.0, power) * a);
        CHECK(scaled.vectors == eigen.vectors);
        CHECK(scaled.values == std::ldexp(1.0, power) * eigen.values);
    }
}

TEMPLATE_TEST_CASE("Rows are made orthonormal, whatever their condition", "", float, double) {
    const double digits = 20 * static_cast<double>(std::numeric_limits<TestType>::epsilon());
    const auto basis = [](const Matrix<double>& rows) {
        const Matrix<TestType> x = rows.cast<TestType>();
        return nmf::detail::orthonormal(nmf::Factor<TestType>(x), WholeData{});
    };
    const Matrix<double> rows = uniform(1, 6, 50);
    CHECK(basis(rows).rows() == 6);
    CHECK(skew(basis(rows)) <= digits);
    CHECK(skew(basis(0x1p60 * rows)) <= digits);
    // Nearly parallel rows, which take the second pass.
    Matrix<double> close = rows;
    for (Index a = 1; a < 6; ++a) close.row(a) = rows.row(0) + 1e-3 * rows.row(a);
    CHECK(basis(close).rows() == 6);
    CHECK(skew(basis(close)) <= digits);
    // Rows of rank 2.
    const Matrix<double> low = uniform(3, 6, 2) * uniform(4, 2, 50);
    CHECK(basis(low).rows() == 2);
    CHECK(skew(basis(low)) <= digits);
}
