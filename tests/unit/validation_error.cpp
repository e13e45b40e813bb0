// SPDX-License-Identifier: MIT
// The stopping rule on the error of held-out entries, and what is refused of held-out entries.

#include <cmath>
#include <limits>
#include <vector>

#include <nmf/nmf.hpp>

#include "support/catch.hpp"
#include "support/held_out.hpp"
#include "support/input_error.hpp"
#include "support/problems.hpp"

using nmf::HistoryEntry;
using nmf::Index;
using nmf::Matrix;
using nmf::Status;
using nmf::ValidationError;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// The answer to a history with these errors.
std::optional<Status> asked(const ValidationError& rule, const std::vector<double>& errors) {
    std::vector<HistoryEntry> history;
    for (const double error : errors) history.push_back({.validation_error = error});
    return rule.check(nmf::Progress{history.back(), history});
}

template <class Rule>
constexpr bool validates(const Rule&) {
    return nmf::detail::validates<Rule>();
}

}  // namespace

TEST_CASE("ValidationError stops when the least error has stood for a window") {
    const ValidationError rule{.value = 0.125, .window = 2};
    CHECK(asked(rule, {8}) == std::nullopt);
    CHECK(asked(rule, {8, 9}) == std::nullopt);
    CHECK(asked(rule, {8, 9, 9}) == Status::converged);
    CHECK(asked(rule, {8, 9, 6}) == std::nullopt);
    CHECK(asked(rule, {8, 7.5, 7}) == Status::converged);
    CHECK(asked(rule, {8, 7, 6}) == std::nullopt);
    CHECK(asked(rule, {8, 7, 6, 9}) == std::nullopt);
    CHECK(asked(rule, {8, 7, 6, 9, 9}) == Status::converged);
    CHECK(asked(rule, {0, 0, 0}) == Status::converged);
    const ValidationError strict{.value = 0, .window = 1};
    CHECK(asked(strict, {8, 8}) == Status::converged);
    CHECK(asked(strict, {8, 7.999}) == std::nullopt);
    const std::vector<HistoryEntry> without(5);
    CHECK(rule.check(nmf::Progress{without.back(), without}) == std::nullopt);
}

TEST_CASE("A rule that holds ValidationError asks for the error") {
    using nmf::operator&&;
    using nmf::operator||;
    const ValidationError rule;
    CHECK(validates(rule));
    CHECK(validates(rule || nmf::MaxIterations{}));
    CHECK(validates(nmf::KktTolerance{} && rule));
    CHECK(validates(nmf::Only{nmf::MaxIterations{} || rule}));
    CHECK(validates(nmf::detail::rule_of(rule, nmf::TimeLimit{1})));
    CHECK(!validates(nmf::KktTolerance{} || nmf::MaxIterations{}));
    CHECK(!validates(nmf::detail::rule_of()));
}

TEST_CASE("The history has errors where the rule asks for them") {
    const Matrix<double> v = golden_v();
    const nmf::HeldOut out{0.2, 3};
    const auto without = nmf::factorize(v, 3, out, nmf::MaxIterations{4});
    for (const HistoryEntry& line : without.history) CHECK(!line.validation_error);
    CHECK(without.validation.entries > 0);
    const auto fit =
        nmf::factorize(v, 3, out, nmf::Only{ValidationError{} || nmf::MaxIterations{4}});
    for (const HistoryEntry& line : fit.history) CHECK(line.validation_error);
    const double last = *fit.history.back().validation_error;
    CHECK(std::abs(last - fit.validation.error) <= 1e-10 * last);
    CHECK(nmf::factorize(v, 3).validation.entries == 0);
}

TEST_CASE("Parameters of held-out entries out of range are refused") {
    const Matrix<double> v = golden_v();
    for (const double fraction : {0.0, 1.0, -0.1, 1.5, not_a_number}) {
        check_message([&] { static_cast<void>(nmf::factorize(v, 3, nmf::HeldOut{fraction})); },
                      {"HeldOut.fraction", "in (0, 1)"});
        check_message([&] { static_cast<void>(nmf::make_view(v, nmf::HeldOut{fraction})); },
                      {"HeldOut.fraction", "in (0, 1)"});
    }
    const nmf::HeldOut out;
    const auto run = [&](const ValidationError& rule) {
        return [&v, &out, rule] { static_cast<void>(nmf::factorize(v, 3, out, rule)); };
    };
    check_message(run({.value = -1}), {"ValidationError.value", "in [0, 1)"});
    check_message(run({.value = 1}), {"ValidationError.value", "in [0, 1)"});
    check_message(run({.window = 0}), {"ValidationError.window", ">= 1"});
}

TEST_CASE("ValidationError is refused where no entry is scored") {
    const Matrix<double> v = golden_v();
    const nmf::HeldOut few{1e-9};
    const std::vector<std::string> words{"ValidationError", "HeldOut.fraction"};
    check_message([&] { static_cast<void>(nmf::factorize(v, 3, few, ValidationError{})); }, words);
    const auto view = nmf::make_view(v, few);
    check_message([&] { static_cast<void>(nmf::factorize(view, 3, ValidationError{})); }, words);
    const auto fit = nmf::factorize(view, 3, nmf::MaxIterations{2});
    CHECK(fit.validation.entries == 0);
    CHECK(fit.validation.error == 0);
}

TEST_CASE("Entries are refused for what they are where they are held out too") {
    const nmf::HeldOut out{0.2, 3};
    const auto refuses = [&](double value, const auto&... policies) {
        Matrix<double> v = golden_v();
        const Matrix<double> mask = held_entries(nmf::make_view(v, out)).mask;
        for (Index i = 0; i < v.rows(); ++i) {
            for (Index j = 0; j < v.cols(); ++j) {
                if (mask(i, j) == 0) continue;
                v(i, j) = value;
                check_entry([&] { static_cast<void>(nmf::factorize(v, 2, out, policies...)); }, "V",
                            i, j, value);
                const Sparse<double> stored = v.sparseView(1.0, 0.0);
                if (value == 0) return;
                check_entry([&] { static_cast<void>(nmf::factorize(stored, 2, out, policies...)); },
                            "V", i, j, value);
                return;
            }
        }
    };
    refuses(-1);
    refuses(not_a_number);
    refuses(std::numeric_limits<double>::infinity());
    refuses(0, nmf::ItakuraSaito{});
    refuses(not_a_number, nmf::SignedEntries{});
    Matrix<double> weights = Matrix<double>::Ones(30, 20);
    const Matrix<double> v = golden_v();
    const Matrix<double> mask = held_entries(nmf::make_view(v, out)).mask;
    Index row = 0;
    Index col = 0;
    mask.maxCoeff(&row, &col);
    weights(row, col) = -2;
    check_entry([&] { static_cast<void>(nmf::factorize(v, 2, out, nmf::Weights(weights))); },
                "weights", row, col, -2);
}

TEST_CASE(
    "A sparse V whose counted zeros a loss has no place for is refused at the first of them") {
    Matrix<double> dense = golden_v().array() + 0.5;
    const nmf::HeldOut out{0.2, 3};
    dense(4, 7) = 0;
    const Sparse<double> v = sparse(dense);
    // The one zero may be held out itself.
    if (held_entries(nmf::make_view(v, out)).mask(4, 7) == 0) {
        check_entry([&] { static_cast<void>(nmf::factorize(v, 2, out, nmf::ItakuraSaito{})); }, "V",
                    4, 7, 0);
    } else {
        CHECK_THROWS_AS(nmf::factorize(v, 2, out, nmf::ItakuraSaito{}), nmf::InputError);
    }
    dense(11, 3) = dense(2, 9) = 0;
    const Sparse<double> more = sparse(dense);
    const auto error =
        error_of([&] { static_cast<void>(nmf::factorize(more, 2, out, nmf::ItakuraSaito{})); });
    REQUIRE(error);
    CHECK(dense(error->row, error->col) == 0);
}

TEST_CASE("A fit with held-out entries takes further data as a whole") {
    const Matrix<double> v = golden_v();
    const Sparse<double> stored = sparse(scattered(30, 20, 0.5));
    const nmf::HeldOut out{0.2, 3};
    const auto fit = nmf::factorize(v, 3, out);
    CHECK(fit.transform(v).cols() == 20);
    const auto plain = nmf::factorize(v, 3, nmf::CustomInit(fit.W, fit.H, false),
                                      nmf::Only{nmf::MaxIterations{0}});
    CHECK(fit.transform(v).isApprox(plain.transform(v), 1e-6));
    const auto view = nmf::make_view(v, out);
    CHECK(nmf::factorize(view, 3).transform(v).isApprox(fit.transform(v), 1e-6));
    const auto observed = nmf::factorize(stored, 3, nmf::MissingUnstored{}, out);
    CHECK(observed.transform(stored).cols() == 20);
    const Matrix<double> ones = Matrix<double>::Ones(30, 20);
    const auto weighted = nmf::factorize(v, 3, nmf::Weights(ones), out);
    CHECK(weighted.transform(v, nmf::Weights(ones)).cols() == 20);
}
