// SPDX-License-Identifier: MIT
// What cannot be factorized is refused with an InputError that says where it is wrong.

#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <string>

#include <nmf/data/compressed.hpp>
#include <nmf/factorize.hpp>
#include <nmf/penalty/count_scaled_l2.hpp>
#include <nmf/solvers/kl_coordinate_descent.hpp>
#include <nmf/stopping/relative_decrease.hpp>
#include <nmf/stopping/time_limit.hpp>

#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/storage.hpp"

using nmf::Index;
using nmf::InputError;
using nmf::Matrix;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

using Call = std::function<void()>;

std::optional<InputError> error_of(const Call& call) {
    try {
        call();
    } catch (const InputError& error) {
        return error;
    }
    return std::nullopt;
}

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

/// The call throws an InputError for the entry (row, col) of the matrix called `name`.
void check_entry(const Call& call, const std::string& name, Index row, Index col, double value) {
    const auto error = error_of(call);
    REQUIRE(error);
    CHECK(error->row == row);
    CHECK(error->col == col);
    CHECK(same(error->value, value));
    const std::string place = name + "(" + std::to_string(row) + ", " + std::to_string(col) + ")";
    CHECK_THAT(error->what(), ContainsSubstring(place));
    const std::string number = std::isnan(value)   ? "nan"
                               : std::isinf(value) ? "inf"
                                                   : std::to_string(static_cast<int>(value));
    CHECK_THAT(error->what(), ContainsSubstring(number));
}

/// The call throws an InputError that blames no entry and says all of `words`.
void check_message(const Call& call, const std::vector<std::string>& words) {
    const auto error = error_of(call);
    REQUIRE(error);
    CHECK(error->row == -1);
    CHECK(error->col == -1);
    for (const std::string& word : words) CHECK_THAT(error->what(), ContainsSubstring(word));
}

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

TEST_CASE("A penalty has to be a finite number >= 0") {
    const Matrix<double> v = uniform(1, 9, 7);
    const std::string expected = "; it has to be a finite number >= 0";
    const auto refused = [&](const nmf::ElasticNet& penalty, const std::string& text) {
        check_message([&] { static_cast<void>(fit(v, 2, {.penalty = penalty})); },
                      {text + expected});
    };
    refused({nmf::L1{-1, 0}, {}}, "L1.w is -1");
    refused({nmf::L1{0, not_a_number}, {}}, "L1.h is nan");
    refused({{}, nmf::L2{infinity, 0}}, "L2.w is inf");
    check_message(
        [] {
            nmf::CountScaledL2{0.5, -0.25}.check();
        },
        {"CountScaledL2.h is -0.25" + expected});
}

TEMPLATE_TEST_CASE("A parameter out of range is named, with its value and its range", "", float,
                   double) {
    // V is refused as well, but later.
    const Matrix<TestType> v = -uniform(1, 9, 7).cast<TestType>();
    const auto refused = [&](const Options& options, const std::string& text) {
        check_message([&] { static_cast<void>(fit(v, 2, options)); }, {text});
    };
    refused({.stopping = nmf::MaxIterations{-1}}, "MaxIterations.value is -1; it has to be >= 0");
    refused({.stopping = nmf::KktTolerance{-1e-6}},
            "KktTolerance.value is -1e-06; it has to be a finite number >= 0");
    refused({.stopping = nmf::Only{nmf::KktTolerance{not_a_number}}}, "KktTolerance.value is nan;");
    refused({.stopping = nmf::TimeLimit{} || nmf::KktTolerance{infinity}},
            "KktTolerance.value is inf;");
    refused({.stopping = nmf::TimeLimit{not_a_number}},
            "TimeLimit.seconds is nan; it has to be a number >= 0");
    refused({.stopping = nmf::KktTolerance{} && nmf::TimeLimit{-2}}, "TimeLimit.seconds is -2;");
    refused({.stopping = nmf::RelativeDecrease{.window = 0}},
            "RelativeDecrease.window is 0; it has to be >= 1");
    refused({.stopping = nmf::RelativeDecrease{not_a_number}}, "RelativeDecrease.value is nan;");
    refused({.order = static_cast<nmf::UpdateOrder>(7)},
            "UpdateOrder is 7; it has to be UpdateOrder::hw or UpdateOrder::wh");
    refused({.dead = static_cast<nmf::DeadComponents>(-1)}, "DeadComponents is -1;");
    refused({.penalty = {nmf::L1{.w = 1, .h = infinity}, {}}},
            "L1.h is inf; it has to be a finite number >= 0");
    refused({.solver = nmf::Hals{.inner_iterations = -3}}, "Hals.inner_iterations is -3;");
    refused({.init = nmf::RandomColumns{0}}, "RandomColumns.columns is 0;");
    const auto allowed = [&](const AnyRule& rule) {
        check_entry([&] { static_cast<void>(fit(v, 2, {.stopping = rule})); }, "V", 0, 0,
                    static_cast<double>(v(0, 0)));
    };
    allowed(nmf::MaxIterations{0} || nmf::KktTolerance{0} || nmf::TimeLimit{infinity});
    allowed(nmf::RelativeDecrease{.value = 0, .window = 1});
}

TEST_CASE("Every policy knows the range of its parameters") {
    const auto refused = [](const auto& policy, const std::string& text) {
        check_message([&] { policy.check(); }, {text});
    };
    using nmf::Als;
    using nmf::Anls;
    using nmf::BetaDivergence;
    using nmf::Compressed;
    using nmf::Hals;
    using nmf::KlCoordinateDescent;
    using nmf::MultiplicativeUpdate;
    using nmf::Nndsvd;
    using nmf::RandomColumns;
    refused(Hals{.inner_iterations = -3}, "Hals.inner_iterations is -3; it has to be >= 0");
    refused(Hals{.inner_tolerance = -1},
            "Hals.inner_tolerance is -1; it has to be a finite number >= 0");
    refused(Hals{.inner_tolerance = infinity}, "Hals.inner_tolerance is inf;");
    refused(Hals{.extrapolation = {.start = not_a_number}},
            "Hals.extrapolation.start is nan; it has to be in [0, 1]");
    refused(Hals{.extrapolation = {.enabled = false, .start = 1.5}},
            "Hals.extrapolation.start is 1.5;");
    refused(Anls{.extrapolation = {.shrink = 1}},
            "Anls.extrapolation.shrink is 1; it has to be a finite number > 1");
    refused(Anls{.extrapolation = {.growth = 0.5}},
            "Anls.extrapolation.growth is 0.5; it has to be a finite number >= 1");
    refused(Hals{.extrapolation = {.ceiling_growth = infinity}},
            "Hals.extrapolation.ceiling_growth is inf;");
    refused(MultiplicativeUpdate{.extrapolation = {.relaxation = 2}},
            "MultiplicativeUpdate.extrapolation.relaxation is 2; it has to be in [1, 2)");
    refused(MultiplicativeUpdate{.inner_iterations = 0},
            "MultiplicativeUpdate.inner_iterations is 0; it has to be >= 1");
    refused(KlCoordinateDescent{.relaxation = 100},
            "KlCoordinateDescent.relaxation is 100; it has to be in [1, 2)");
    refused(KlCoordinateDescent{.relaxation = not_a_number}, "relaxation is nan;");
    refused(KlCoordinateDescent{.sweeps = 0}, "KlCoordinateDescent.sweeps is 0;");
    refused(KlCoordinateDescent{.after = -1}, "KlCoordinateDescent.after is -1;");
    refused(RandomColumns{0}, "RandomColumns.columns is 0; it has to be >= 1");
    refused(Nndsvd{static_cast<Nndsvd::Fill>(3)},
            "Nndsvd.fill is 3; it has to be Fill::zeros, Fill::average or Fill::random");
    refused(Compressed{.oversampling = -5}, "Compressed.oversampling is -5; it has to be >= 0");
    refused(Compressed{.power_iterations = -1}, "Compressed.power_iterations is -1;");
    BetaDivergence changed{0.5};
    changed.beta = not_a_number;
    refused(changed, "BetaDivergence.beta is nan; it has to be in [-64, 64]");
    // The bounds themselves are allowed, and so are the defaults.
    nmf::detail::check_parameters(
        Hals{}, Anls{}, Als{}, MultiplicativeUpdate{}, KlCoordinateDescent{}, Nndsvd{},
        RandomColumns{1}, Compressed{.oversampling = 0, .power_iterations = 0}, BetaDivergence{64},
        Hals{.inner_tolerance = 0,
             .extrapolation = {.start = 0, .growth = 1, .ceiling_growth = 1}});
}

TEST_CASE("The parameters of scikit-learn's penalty are checked") {
    const auto refused = [](const nmf::ScikitLearnPenalty& in, const std::string& text) {
        check_message([&] { static_cast<void>(nmf::scikit_learn_penalty(in)); }, {text});
    };
    refused({.rows = 3, .cols = 4, .l1_ratio = 1.5},
            "ScikitLearnPenalty.l1_ratio is 1.5; it has to be in [0, 1]");
    refused({.rows = 3, .cols = 4, .l1_ratio = not_a_number}, "ScikitLearnPenalty.l1_ratio is nan");
    refused({.rows = 3, .cols = 4, .alpha_W = -1},
            "ScikitLearnPenalty.alpha_W is -1; it has to be a finite number >= 0");
    refused({.rows = 3, .cols = 4, .alpha_H = infinity}, "ScikitLearnPenalty.alpha_H is inf");
    refused({.cols = 4, .alpha_W = 1}, "ScikitLearnPenalty.rows is 0; it has to be >= 1");
    const auto same = nmf::scikit_learn_penalty({.rows = 3, .cols = 4, .alpha_W = 0.5});
    CHECK(same.l2.w == 2);
    CHECK(same.l2.h == 1.5);
    CHECK(same.l1.none());
    const auto none = nmf::scikit_learn_penalty(
        {.rows = 3, .cols = 4, .alpha_W = 0.5, .alpha_H = 0, .l1_ratio = 1});
    CHECK(none.l1.w == 2);
    CHECK(none.l1.h == 0);
    CHECK(none.l2.none());
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
