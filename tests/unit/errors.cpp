// SPDX-License-Identifier: MIT
// What cannot be factorized is refused with an InputError that says where it is wrong.

#include <cmath>
#include <limits>

#include <nmf/factorize.hpp>
#include <nmf/solvers/kl_coordinate_descent.hpp>

#include "support/catch.hpp"
#include "support/input_error.hpp"
#include "support/problems.hpp"
#include "support/storage.hpp"

using nmf::Index;
using nmf::InputError;
using nmf::Matrix;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

/// What factorize and transform do first.
const auto check_data = [](const auto& v) { static_cast<void>(nmf::make_view(v).summary()); };

}  // namespace

TEST_CASE("An InputError is a std::invalid_argument") {
    CHECK_THROWS_AS(fit(Matrix<double>(-uniform(1, 3, 3)), 1), std::invalid_argument);
}

TEMPLATE_TEST_CASE("A bad entry is found in every dense form", "", float, double) {
    using S = TestType;
    for (const double value : {-3.0, not_a_number, infinity, -infinity}) {
        Matrix<S> v = uniform(1, 37, 29).cast<S>();
        v(31, 4) = static_cast<S>(value);
        storage::dense_in_memory(v, [&](const std::string& name, const auto& form) {
            INFO(name);
            check_entry([&] { check_data(form); }, "V", 31, 4, value);
        });
    }
}

TEST_CASE("A bad entry is found in expressions") {
    Matrix<double> v = uniform(1, 37, 29);
    v(31, 4) = -3;
    check_entry([&] { check_data(2.0 * v - v); }, "V", 31, 4, -3);
    check_entry([&] { check_data(v.cast<float>()); }, "V", 31, 4, -3);
}

TEMPLATE_TEST_CASE("A bad entry is found in every sparse form", "", float, double) {
    using S = TestType;
    for (const double value : {-3.0, not_a_number, infinity, -infinity}) {
        Matrix<S> v = scattered(37, 29, 0.4).cast<S>();
        v(31, 4) = static_cast<S>(value);
        storage::sparse_with_index<int>(v, "int", [&](const std::string& name, const auto& form) {
            INFO(name);
            check_entry([&] { check_data(form); }, "V", 31, 4, value);
        });
    }
}

TEST_CASE("Of several bad entries the first one in reading order is blamed") {
    Matrix<double> v = uniform(1, 200, 150);
    v(120, 3) = -1;
    v(7, 140) = not_a_number;
    v(7, 149) = -2;
    v(199, 0) = infinity;
    check_entry([&] { fit(v, 2); }, "V", 7, 140, not_a_number);
    check_entry([&] { fit(sparse(v), 2); }, "V", 7, 140, not_a_number);
    for (const int threads : {2, 4}) {
        check_entry([&] { fit(v, 2, {.threads = {threads}}); }, "V", 7, 140, not_a_number);
        check_entry([&] { fit(sparse(v), 2, {.threads = {threads}}); }, "V", 7, 140, not_a_number);
    }
}

TEMPLATE_TEST_CASE("factorize refuses a bad entry", "", float, double) {
    using S = TestType;
    for (const double value : {-3.0, not_a_number, infinity}) {
        Matrix<S> v = scattered(37, 29, 0.4).cast<S>();
        v(31, 4) = static_cast<S>(value);
        for (const auto order : {nmf::UpdateOrder::hw, nmf::UpdateOrder::wh}) {
            check_entry([&] { fit(v, 2, {.order = order}); }, "V", 31, 4, value);
            check_entry([&] { fit(sparse(v), 2, {.order = order}); }, "V", 31, 4, value);
        }
    }
}

// Eigen keeps such arrays as they are.
TEST_CASE("Stored entries out of order, twice or outside are found before anything is read") {
    const auto refused = [](int order, int first, int second, Index bad, const std::string& text) {
        const std::vector<int> outer{0, 1, 3};
        const std::vector<int> inner{0, first, second};
        const std::vector<double> values{1, 2, 3};
        const auto with = [&](const auto& v) {
            const bool rows = order == Eigen::RowMajor;
            const Call calls[] = {
                [&] { check_data(v); },
                [&] { static_cast<void>(nmf::MissingUnstored{}.view(v)); },
                [&] { static_cast<void>(nmf::MissingNan{}.view(v)); },
            };
            const double value = bad == second ? 3 : 2;
            for (const Call& call : calls) {
                check_entry(call, "V", rows ? 1 : bad, rows ? bad : 1, value);
                CHECK_THAT(error_of(call)->what(), ContainsSubstring(text));
            }
            const Matrix<double> data = uniform(1, v.rows(), v.cols());
            check_entry([&] { static_cast<void>(nmf::Weights(v).view(data)); }, "weights",
                        rows ? 1 : bad, rows ? bad : 1, value);
        };
        if (order == Eigen::RowMajor) {
            using Rows = Eigen::SparseMatrix<double, Eigen::RowMajor>;
            with(Eigen::Map<const Rows>(2, 5, 3, outer.data(), inner.data(), values.data()));
        } else {
            using Columns = Eigen::SparseMatrix<double>;
            with(Eigen::Map<const Columns>(5, 2, 3, outer.data(), inner.data(), values.data()));
        }
    };
    refused(Eigen::ColMajor, 4, 2, 2, "the entries of a column have to be stored by ascending row");
    refused(Eigen::RowMajor, 4, 2, 2, "the entries of a row have to be stored by ascending column");
    refused(Eigen::ColMajor, 3, 3, 3, "ascending row");
    refused(Eigen::ColMajor, 1, 5, 5, "the matrix is 5 x 2");
    refused(Eigen::RowMajor, 1, 5, 5, "the matrix is 2 x 5");
    refused(Eigen::ColMajor, -1, 3, -1, "the matrix is 5 x 2");
}

TEST_CASE("Bad entries in the corners are found") {
    for (const Index i : {0, 69}) {
        for (const Index j : {0, 130}) {
            Matrix<double> v = uniform(1, 70, 131);
            v(i, j) = -2;
            check_entry([&] { fit(v, 2); }, "V", i, j, -2);
            check_entry([&] { fit(sparse(v), 2); }, "V", i, j, -2);
        }
    }
}

TEST_CASE("Minus zero is a zero") {
    Matrix<double> v = uniform(1, 6, 5);
    v(2, 2) = -0.0;
    CHECK_NOTHROW(fit(v, 2));
}

TEST_CASE("A V without entries is refused") {
    for (const auto& size : {std::pair<Index, Index>{0, 7}, {5, 0}, {0, 0}}) {
        const Index rows = size.first;
        const Index cols = size.second;
        const std::string shape = std::to_string(rows) + " x " + std::to_string(cols);
        check_message([&] { fit(Matrix<double>(rows, cols), 2); }, {"V", shape});
        check_message([&] { fit(Matrix<float>(rows, cols), 2); }, {"V", shape});
        check_message([&] { fit(Sparse<double>(rows, cols), 2); }, {"V", shape});
    }
}

TEST_CASE("Entries too large or too small for sums of products are refused") {
    const Matrix<double> v = uniform(1, 6, 5);
    for (const double scale : {1e200, 1e-200}) {
        check_message([&] { fit(Matrix<double>(scale * v), 2); }, {"largest entry", "scale V"});
        check_message([&] { fit(sparse(Matrix<double>(scale * v)), 2); }, {"largest entry"});
    }
    for (const float scale : {1e30F, 1e-30F}) {
        check_message([&] { fit(Matrix<float>(scale * v.cast<float>()), 2); }, {"largest entry"});
    }
}

TEST_CASE("A rank below 1 is refused") {
    const Matrix<double> v = uniform(1, 6, 5);
    check_message([&] { fit(v, 0); }, {"rank", "0"});
    check_message([&] { fit(v, -3); }, {"rank", "-3"});
    check_message([&] { fit(sparse(v), 0); }, {"rank", "0"});
}

TEST_CASE("A rank of which no memory could hold the factors is refused") {
    const Matrix<double> v = uniform(1, 6, 5);
    for (const Index rank : {Index{1} << 58, Index{1} << 61, std::numeric_limits<Index>::max()}) {
        check_message([&] { fit(v, rank); }, {"rank", std::to_string(rank), "memory"});
    }
}

TEST_CASE("A custom start of other sizes is refused") {
    const Matrix<double> v = uniform(1, 9, 7);
    const auto with = [&](const Matrix<double>& w, const Matrix<double>& h) {
        return [&v, init = nmf::CustomInit(w, h)] { fit(v, 3, {.init = init}); };
    };
    check_message(with(uniform(2, 8, 3), uniform(3, 3, 7)), {"W", "8 x 3", "9 x 3"});
    check_message(with(uniform(2, 9, 4), uniform(3, 3, 7)), {"W", "9 x 4", "9 x 3"});
    check_message(with(uniform(2, 9, 3), uniform(3, 3, 6)), {"H", "3 x 6", "3 x 7"});
    check_message(with(uniform(2, 9, 3), uniform(3, 4, 7)), {"H", "4 x 7", "3 x 7"});
    check_message(with(uniform(2, 3, 9), uniform(3, 3, 7)), {"W", "3 x 9", "9 x 3"});
}

TEST_CASE("A custom start with a bad entry is refused") {
    const Matrix<double> v = uniform(1, 9, 7);
    for (const double value : {-3.0, not_a_number, infinity}) {
        Matrix<double> w = uniform(2, 9, 3);
        Matrix<double> h = uniform(3, 3, 7);
        w(8, 1) = value;
        w(5, 2) = value;
        check_entry([&] { fit(v, 3, {.init = nmf::CustomInit(w, h)}); }, "W", 5, 2, value);
        w = uniform(2, 9, 3);
        h(1, 6) = value;
        check_entry([&] { fit(v, 3, {.init = nmf::CustomInit(w, h)}); }, "H", 1, 6, value);
    }
}

TEMPLATE_TEST_CASE("transform refuses what factorize refuses", "", float, double) {
    using S = TestType;
    const Matrix<S> v = uniform(1, 9, 7).cast<S>();
    const auto run = fit(v, 3);
    check_message([&] { static_cast<void>(run.transform(Matrix<S>(8, 4))); }, {"8 x 4", "9"});
    check_message([&] { static_cast<void>(run.transform(Sparse<S>(10, 4))); }, {"10 x 4", "9"});
    CHECK(run.transform(Matrix<S>(9, 0)).rows() == 3);
    CHECK(run.transform(Matrix<S>(9, 0)).cols() == 0);
    for (const double value : {-3.0, not_a_number, infinity}) {
        Matrix<S> other = uniform(4, 9, 5).cast<S>();
        other(6, 2) = static_cast<S>(value);
        check_entry([&] { static_cast<void>(run.transform(other)); }, "V", 6, 2, value);
        check_entry([&] { static_cast<void>(run.transform(sparse(other))); }, "V", 6, 2, value);
    }
}

TEST_CASE("An error leaves the data and the model as they were") {
    Matrix<double> v = uniform(1, 9, 7);
    const nmf::NMF model(3, AnySolver(nmf::Hals{}), AnyRule(nmf::Only{nmf::MaxIterations{5}}));
    const auto before = model.fit(v);
    v(2, 2) = not_a_number;
    CHECK_THROWS_AS(model.fit(v), InputError);
    v = uniform(1, 9, 7);
    const auto after = model.fit(v);
    CHECK(after.W == before.W);
    CHECK(after.H == before.H);
}
