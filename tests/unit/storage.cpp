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
constexpr nmf::Only five{nmf::MaxIterations{5}};

/// A given number of sweeps: chosen ones would depend on how many entries are stored.
constexpr nmf::Hals two_sweeps{.inner_iterations = 2};

template <class S>
Matrix<S> sample() {
    return scattered(37, 29, 0.6).cast<float>().cast<S>();
}

/// The objective and factors of five iterations agree. Kernels may sum in another order: each
/// iteration adds errors of a few eps per term.
template <class S>
void check_same(const nmf::Factorization<S>& run, const Fit<S>& expected, const std::string& name) {
    INFO(name);
    const double close = 5 * 37 * static_cast<double>(std::numeric_limits<S>::epsilon());
    CHECK_THAT(run.objective, WithinRel(expected.objective, close));
    CHECK(measure::distance(run.W, expected.W) <= 10 * close);
    CHECK(measure::distance(run.H, expected.H) <= 10 * close);
}

/// Compares with the run on the plain matrix, for both orders of the updates.
template <class S>
auto check_against(const Matrix<S>& plain) {
    const auto expected = [&](nmf::UpdateOrder order) {
        return fit(plain, rank, {.solver = two_sweeps, .stopping = five, .order = order});
    };
    return [hw = expected(nmf::UpdateOrder::hw), wh = expected(nmf::UpdateOrder::wh)](
               const std::string& name, const auto& v) {
        const auto run = [&](nmf::UpdateOrder order) {
            return nmf::factorize(v, rank, AnySolver(two_sweeps), AnyRule(five), order);
        };
        check_same<S>(run(nmf::UpdateOrder::hw), hw, name + ", hw");
        check_same<S>(run(nmf::UpdateOrder::wh), wh, name + ", wh");
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
        check_same<double>(nmf::factorize(part, 2, AnySolver(two_sweeps), AnyRule(five)),
                           fit(plain, 2, {.solver = two_sweeps, .stopping = five}), "a part");
    };
    check(v.row(2));
    check(v.col(3));
    check(v.diagonal());
    check(nmf::Vector<double>(v.col(1)));
    check(Eigen::Matrix<double, 9, 7>(v.topLeftCorner<9, 7>()));
    check(Eigen::Matrix<double, 9, 7, Eigen::RowMajor>(v.topLeftCorner<9, 7>()));
}
