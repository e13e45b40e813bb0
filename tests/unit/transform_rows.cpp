// SPDX-License-Identifier: MIT
// The coefficients of further rows: those of further columns on the transposed problem.

#include <limits>

#include <nmf/nmf.hpp>

#include "support/catch.hpp"
#include "support/input_error.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;

namespace {

/// transform_rows of V against transform of V' on a fit of V' whose factors are these, turned.
template <class Loss, class... Ps>
void check_turned(const Loss& loss, const nmf::ElasticNet& penalty, const Ps&... entries) {
    const Matrix<double> v = golden_v();
    const Matrix<double> vt = v.transpose();
    auto fit = nmf::factorize(v, 3, loss, penalty, nmf::Only{nmf::MaxIterations{50}});
    const nmf::ElasticNet turned{nmf::L1{penalty.l1.h, penalty.l1.w},
                                 nmf::L2{penalty.l2.h, penalty.l2.w}};
    auto other = nmf::factorize(vt, 3, loss, turned, nmf::Only{nmf::MaxIterations{1}});
    other.W = fit.H.transpose();
    other.H = fit.W.transpose();
    const auto rows = fit.transform_rows(v, entries...);
    const auto columns = other.transform(vt, entries...);
    CHECK(rows.rows() == 30);
    CHECK(rows.cols() == 3);
    CHECK(rows.status == columns.status);
    CHECK_THAT(rows.objective, WithinRel(columns.objective, 1e-12));
    CHECK((rows.transpose() - columns).norm() <= 1e-8 * columns.norm());
}

}  // namespace

TEST_CASE("Rows are transformed as the columns of V' are") {
    const nmf::ElasticNet none{};
    const nmf::ElasticNet one_sided{nmf::L1{0.3, 0.01}, nmf::L2{0.02, 0.4}};
    for (const auto& penalty : {none, one_sided}) {
        check_turned(nmf::Frobenius{}, penalty);
        check_turned(nmf::KullbackLeibler{}, penalty);
        check_turned(nmf::BetaDivergence{1.5}, penalty);
        check_turned(nmf::Frobenius{}, penalty, nmf::MissingNan{});
    }
}

TEST_CASE("At a converged fit the rows of V are transformed to W") {
    const auto fit =
        nmf::factorize(golden_v(), 3, nmf::KktTolerance{1e-9}, nmf::MaxIterations{20000});
    REQUIRE(fit.status == nmf::Status::converged);
    const auto w = fit.transform_rows(golden_v());
    CHECK(w.objective <= fit.objective * (1 + 1e-9));
    CHECK((w - fit.W).norm() <= 1e-6 * fit.W.norm());
}

TEST_CASE("Rows are transformed from sparse data, with weights and with holes") {
    const Matrix<double> v = golden_v();
    const Eigen::SparseMatrix<double> stored = v.sparseView();
    const auto fit = nmf::factorize(stored, 3);
    CHECK((fit.transform_rows(stored) - fit.transform_rows(v)).norm() <= 1e-8 * fit.W.norm());
    Matrix<double> holes = v;
    Matrix<double> weights = Matrix<double>::Ones(30, 20);
    for (Index i = 0; i < 30; ++i) {
        holes(i, i % 20) = std::numeric_limits<double>::quiet_NaN();
        weights(i, i % 20) = 0;
    }
    const Matrix<double> by_nan = fit.transform_rows(holes, nmf::MissingNan{});
    const Matrix<double> by_weight = fit.transform_rows(holes, nmf::Weights(weights));
    CHECK((by_nan - by_weight).norm() <= 1e-10 * by_nan.norm());
    CHECK((by_nan - fit.transform_rows(v)).norm() > 1e-6 * by_nan.norm());
}

TEST_CASE("Rows keep to the bounds of W, and columns to those of H") {
    const auto fit = nmf::factorize(golden_v(), 3, nmf::UpperBound{.w = 0.5});
    const Matrix<double> doubled = 2.0 * golden_v();
    CHECK(fit.transform_rows(doubled).maxCoeff() <= 0.5);
    const auto wide = nmf::factorize(golden_v(), 3);
    CHECK(wide.transform_rows(doubled).maxCoeff() > wide.W.maxCoeff());
}

TEST_CASE("Rows of another length are refused") {
    const auto fit = nmf::factorize(golden_v(), 3);
    const Matrix<double> longer = uniform(1, 4, 21);
    check_message([&] { static_cast<void>(fit.transform_rows(longer)); },
                  {"transform_rows: V is 4 x 21; the fit has 20 columns"});
    const Matrix<double> none(0, 20);
    const auto empty = fit.transform_rows(none);
    CHECK(empty.rows() == 0);
    CHECK(empty.cols() == 3);
}
