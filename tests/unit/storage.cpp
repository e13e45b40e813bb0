// SPDX-License-Identifier: MIT
// factorize takes every form of data, and makes the same of the same numbers.

#include <limits>

#include <nmf/factorize.hpp>

#include "support/catch.hpp"
#include "support/measure.hpp"
#include "support/problems.hpp"
#include "support/storage.hpp"

using nmf::Matrix;

namespace {

constexpr nmf::Index rank = 4;
constexpr nmf::MaxIterations five{5};

template <class S>
Matrix<S> sample() {
    return scattered(37, 29, 0.6).cast<float>().cast<S>();
}

/// The objective and factors of five iterations of this form agree with those of the plain matrix,
/// for both orders of the updates. Kernels may sum in another order: each iteration adds errors of
/// a few eps per term.
template <class S>
auto check_against(const Matrix<S>& plain) {
    return [&plain](const std::string& name, const auto& v) {
        for (const auto order : {nmf::UpdateOrder::hw, nmf::UpdateOrder::wh}) {
            INFO(name << (order == nmf::UpdateOrder::hw ? ", hw" : ", wh"));
            const auto expected = fit(plain, rank, {.stopping = five, .order = order});
            const auto run = nmf::factorize(v, rank, AnySolver(nmf::Hals{}), AnyRule(five), order);
            static_assert(std::same_as<std::decay_t<decltype(run.W)>, Matrix<S>>);
            const double close = 5 * 37 * static_cast<double>(std::numeric_limits<S>::epsilon());
            CHECK_THAT(run.objective, WithinRel(expected.objective, close));
            CHECK(measure::distance(run.W, expected.W) <= 10 * close);
            CHECK(measure::distance(run.H, expected.H) <= 10 * close);
        }
    };
}

}  // namespace

TEMPLATE_TEST_CASE("factorize takes every dense form in memory", "", float, double) {
    const Matrix<TestType> v = sample<TestType>();
    storage::dense_in_memory(v, check_against(v));
}

TEMPLATE_TEST_CASE("factorize takes sparse matrices with int indices", "", float, double) {
    const Matrix<TestType> v = sample<TestType>();
    storage::sparse_with_index<int>(v, "int", check_against(v));
    storage::other_sparse(v, check_against(v));
}

TEST_CASE("factorize takes sparse matrices with 64-bit indices") {
    const Matrix<double> v = sample<double>();
    storage::sparse_with_index<std::int64_t>(v, "int64", check_against(v));
}

TEST_CASE("factorize takes dense expressions") {
    const Matrix<double> v = sample<double>();
    storage::expressions(v, check_against(v));
}

TEST_CASE("factorize takes vectors, rows, columns and fixed sizes") {
    const Matrix<double> v = sample<double>();
    const auto check = [](const auto& part) {
        const Matrix<double> plain = part;
        const auto expected = fit(plain, 2, {.stopping = five});
        const auto run = nmf::factorize(part, 2, AnySolver(nmf::Hals{}), AnyRule(five));
        CHECK(measure::distance(run.W * run.H, expected.W * expected.H) <= 1e-12);
    };
    check(v.row(2));
    check(v.col(3));
    check(v.diagonal());
    check(nmf::Vector<double>(v.col(1)));
    check(Eigen::Matrix<double, 9, 7>(v.topLeftCorner<9, 7>()));
    check(Eigen::Matrix<double, 9, 7, Eigen::RowMajor>(v.topLeftCorner<9, 7>()));
}
