// SPDX-License-Identifier: MIT
// Stopping rules one by one, combined, and in a run; observers.

#include <algorithm>
#include <limits>
#include <stop_token>

#include <nmf/nmf.hpp>

#include "support/catch.hpp"
#include "support/measure.hpp"
#include "support/problems.hpp"

using nmf::HistoryEntry;
using nmf::Index;
using nmf::operator&&;
using nmf::operator||;
using nmf::Matrix;
using nmf::Progress;
using nmf::Status;

namespace {

using Answer = std::optional<Status>;

Progress at(HistoryEntry entry) { return {entry, {}}; }

/// The answer to a history with these objectives.
template <class Rule>
Answer asked(const Rule& rule, const std::vector<double>& objectives) {
    std::vector<HistoryEntry> history;
    for (const double objective : objectives) {
        history.push_back(
            {.iteration = static_cast<Index>(history.size()), .objective = objective});
    }
    return rule.check(Progress{history.back(), history});
}

constexpr double infinity = std::numeric_limits<double>::infinity();

/// A limit of the user's.
struct Budget {
    using Axis = nmf::axis::Stopping;
    static constexpr bool limit = true;
    Index iterations = 3;
    [[nodiscard]] Answer check(const Progress& progress) const {
        if (progress.iteration >= iterations) return Status::max_iterations;
        return std::nullopt;
    }
};

/// A test of the user's.
struct Small {
    using Axis = nmf::axis::Stopping;
    [[nodiscard]] Answer check(const Progress& progress) const {
        if (progress.objective < 14) return Status::converged;
        return std::nullopt;
    }
};

template <class Rule>
constexpr bool is_limit(const Rule&) {
    return nmf::detail::is_limit<Rule>();
}
template <class Rule>
constexpr bool is_test(const Rule&) {
    return nmf::detail::is_test<Rule>();
}

}  // namespace

TEST_CASE("KktTolerance stops at the residual it names") {
    const nmf::KktTolerance rule{1e-3};
    CHECK(rule.check(at({.kkt_residual = 1.001e-3})) == std::nullopt);
    CHECK(rule.check(at({.kkt_residual = 1e-3})) == Status::converged);
    CHECK(rule.check(at({.kkt_residual = 0})) == Status::converged);
    CHECK(nmf::KktTolerance{}.value == 1e-4);
}

TEST_CASE("DiminishingReturns stops when the second half of a run gains little") {
    // The objective falls from 2 by 0.05 in each of the first iterations, and by `late` after them.
    const auto answer = [](const nmf::DiminishingReturns& rule, Index iterations, double late,
                           double error, double residual) {
        std::vector<HistoryEntry> history;
        double objective = 2;
        for (Index t = 0; t <= iterations; ++t) {
            history.push_back({t, 0, objective, error, residual});
            objective -= 2 * t < iterations ? 0.05 : late;
        }
        return rule.check(Progress{history.back(), history});
    };
    const nmf::DiminishingReturns rule{.value = 1e-2, .residual = 0.1, .least = 4};
    // Over the second half of 20 iterations the objective falls by 10 late, from 1.5. With the
    // error e, the rule asks whether 10 late e <= 2 value (1.5 - 10 late).
    CHECK(answer(rule, 20, 0.0028, 1, 0.1) == Status::converged);
    CHECK(answer(rule, 20, 0.0031, 1, 0.1) == std::nullopt);
    CHECK(answer(rule, 20, 0.0031, 0.5, 0.1) == Status::converged);
    CHECK(answer(rule, 20, 0.0061, 0.5, 0.1) == std::nullopt);
    // After 50 iterations an error of 0.9 makes that 5 times as much, by what is explained: in 25
    // of them the objective falls from 0.75, and 25 late e <= 10 value (0.75 - 25 late).
    CHECK(answer(rule, 50, 0.0029, 0.9, 0.1) == Status::converged);
    CHECK(answer(rule, 50, 0.0031, 0.9, 0.1) == std::nullopt);
    CHECK(answer(rule, 48, 0.0029, 0.9, 0.1) == std::nullopt);
    // An error of 0.01 makes it 3 times as much, by what is left.
    CHECK(answer(rule, 50, 0.0255, 0.01, 0.1) == Status::converged);
    CHECK(answer(rule, 50, 0.0259, 0.01, 0.1) == std::nullopt);
    // The residual and the first iterations.
    CHECK(answer(rule, 20, 0, 1, 0.1001) == std::nullopt);
    CHECK(answer(rule, 20, 0, 1, std::numeric_limits<double>::quiet_NaN()) == std::nullopt);
    CHECK(answer(rule, 4, 0, 1, 0) == Status::converged);
    CHECK(answer(rule, 3, 0, 1, 0) == std::nullopt);
    CHECK(nmf::DiminishingReturns{}.value == 1e-4);
    CHECK(nmf::DiminishingReturns{}.least == 20);
}

TEST_CASE("DiminishingReturns does not depend on the scale of V") {
    const Matrix<double>& v = golden_v();
    const auto end = [&](double scale) {
        return nmf::factorize(scale * v, 5, AnySolver(nmf::Hals{}), nmf::DiminishingReturns{1e-3},
                              nmf::MaxIterations{400});
    };
    const auto fit = end(1);
    REQUIRE(fit.status == Status::converged);
    REQUIRE(fit.iterations < 400);
    const auto half = static_cast<std::size_t>(fit.iterations - fit.iterations / 2);
    const double error = fit.relative_error;
    CHECK(fit.history[half].relative_error - error <=
          1e-3 * std::max(1.0, std::min(50 * (1 - error), 300 * error)));
    CHECK(end(0x1p300).iterations == fit.iterations);
    CHECK(end(0x1p-300).iterations == fit.iterations);
}

TEST_CASE("MaxIterations stops after the iterations it names") {
    const nmf::MaxIterations rule{7};
    CHECK(rule.check(at({.iteration = 6})) == std::nullopt);
    CHECK(rule.check(at({.iteration = 7})) == Status::max_iterations);
    CHECK(nmf::MaxIterations{0}.check(at({})) == Status::max_iterations);
}

TEST_CASE("TimeLimit stops after the seconds it names") {
    const nmf::TimeLimit rule{2};
    CHECK(rule.check(at({.seconds = 1.9})) == std::nullopt);
    CHECK(rule.check(at({.seconds = 2})) == Status::time_limit);
}

TEST_CASE("RelativeDecrease compares with the objective of a window ago") {
    const nmf::RelativeDecrease rule{.value = 0.125, .window = 2};
    CHECK(asked(rule, {9}) == std::nullopt);
    CHECK(asked(rule, {9, 9}) == std::nullopt);
    CHECK(asked(rule, {9, 9, 9}) == Status::converged);
    CHECK(asked(rule, {9, 8.5, 8}) == Status::converged);
    CHECK(asked(rule, {9.0625, 8.5, 8}) == std::nullopt);
    CHECK(asked(rule, {100, 9, 8.5, 8}) == Status::converged);
    CHECK(asked(rule, {0, 0, 0}) == Status::converged);
}

TEST_CASE("Either rule stops, the first with its status") {
    const auto rule = nmf::KktTolerance{1e-3} || nmf::MaxIterations{5};
    CHECK(rule.check(at({.iteration = 4, .kkt_residual = 1})) == std::nullopt);
    CHECK(rule.check(at({.iteration = 5, .kkt_residual = 1})) == Status::max_iterations);
    CHECK(rule.check(at({.iteration = 4, .kkt_residual = 0})) == Status::converged);
    CHECK(rule.check(at({.iteration = 5, .kkt_residual = 0})) == Status::converged);
    const auto turned = nmf::MaxIterations{5} || nmf::KktTolerance{1e-3};
    CHECK(turned.check(at({.iteration = 5, .kkt_residual = 0})) == Status::max_iterations);
}

TEST_CASE("Both rules have to stop, converged if one of them says so") {
    const auto rule = nmf::MaxIterations{5} && nmf::KktTolerance{1e-3};
    CHECK(rule.check(at({.iteration = 5, .kkt_residual = 1})) == std::nullopt);
    CHECK(rule.check(at({.iteration = 4, .kkt_residual = 0})) == std::nullopt);
    CHECK(rule.check(at({.iteration = 5, .kkt_residual = 0})) == Status::converged);
    const auto turned = nmf::KktTolerance{1e-3} && nmf::MaxIterations{5};
    CHECK(turned.check(at({.iteration = 5, .kkt_residual = 0})) == Status::converged);
    const auto limits = nmf::MaxIterations{5} && nmf::TimeLimit{1};
    CHECK(limits.check(at({.iteration = 5, .seconds = 2})) == Status::max_iterations);
}

TEST_CASE("Callables and combinations combine further") {
    const nmf::StopWhen small{[](const Progress& progress) { return progress.objective < 1; }};
    const auto rule = (small || nmf::MaxIterations{9}) && (nmf::TimeLimit{1} || small);
    CHECK(rule.check(at({.seconds = 0, .objective = 0.5})) == Status::converged);
    CHECK(rule.check(at({.iteration = 9, .seconds = 0, .objective = 2})) == std::nullopt);
    CHECK(rule.check(at({.iteration = 9, .seconds = 1, .objective = 2})) == Status::max_iterations);
}

TEST_CASE("A rule is a limit, a test, or both") {
    CHECK(is_limit(nmf::MaxIterations{}));
    CHECK(is_limit(nmf::TimeLimit{}));
    CHECK(is_limit(nmf::Cancel{}));
    CHECK(is_limit(Budget{}));
    CHECK(is_limit(Budget{} || nmf::TimeLimit{}));
    CHECK(is_limit(Budget{} && nmf::TimeLimit{}));
    CHECK(is_limit(Small{} || Budget{}));
    CHECK_FALSE(is_limit(Small{} && Budget{}));
    CHECK_FALSE(is_limit(nmf::KktTolerance{}));
    CHECK_FALSE(is_limit(nmf::RelativeDecrease{}));
    CHECK(is_test(nmf::KktTolerance{}));
    CHECK(is_test(nmf::RelativeDecrease{}));
    CHECK(is_test(Small{}));
    CHECK(is_test(Small{} && Budget{}));
    CHECK(is_test(Budget{} || Small{}));
    CHECK_FALSE(is_test(Budget{}));
    CHECK_FALSE(is_test(Budget{} || nmf::MaxIterations{}));
    CHECK_FALSE(is_test(Budget{} && nmf::MaxIterations{}));
}

TEST_CASE("Combined rules tell when they stop whatever the progress") {
    using nmf::detail::deadline_of;
    using nmf::detail::stop_requested;
    const nmf::TimeLimit two{2};
    const nmf::TimeLimit three{3};
    CHECK(deadline_of(two) == 2);
    CHECK(deadline_of(nmf::MaxIterations{}) == infinity);
    CHECK(deadline_of(Small{}) == infinity);
    CHECK(deadline_of(three || two || Small{}) == 2);
    CHECK(deadline_of(three && two) == 3);
    CHECK(deadline_of(Small{} && two) == infinity);
    CHECK(deadline_of(nmf::Only{Small{} || two}) == 2);
    std::stop_source source;
    const nmf::Cancel cancel{source.get_token()};
    CHECK_FALSE(stop_requested(nmf::Only{Small{} || cancel}));
    source.request_stop();
    CHECK(stop_requested(cancel));
    CHECK(stop_requested(nmf::Only{Small{} || cancel}));
    CHECK_FALSE(stop_requested(Small{} && cancel));
    CHECK_FALSE(stop_requested(nmf::Cancel{} || Small{}));
}

TEST_CASE("The kind of rule that is not given comes from the default") {
    const Matrix<double>& v = golden_v();
    const AnySolver hals = nmf::Hals{};
    const auto usual = nmf::factorize(v, 5, hals);
    REQUIRE(usual.status == Status::converged);
    // Limits keep the tolerance.
    const auto check_same = [&](const auto& run) {
        CHECK(run.status == Status::converged);
        CHECK(run.iterations == usual.iterations);
    };
    check_same(nmf::factorize(v, 5, hals, nmf::MaxIterations{2000}));
    check_same(nmf::factorize(v, 5, hals, nmf::TimeLimit{1e9}, nmf::Cancel{}));
    check_same(nmf::factorize(v, 5, hals, Budget{2000}));
    // Tests keep the limit.
    const AnySolver slow = nmf::MultiplicativeUpdate{};
    const auto limited = nmf::factorize(v, 5, slow, nmf::KktTolerance{1e-13});
    CHECK(limited.status == Status::max_iterations);
    CHECK(limited.iterations == nmf::MaxIterations{}.value);
    const auto late = nmf::factorize(v, 5, slow, Small{} && Budget{1000});
    CHECK(late.iterations == nmf::MaxIterations{}.value);
}

TEST_CASE("Rules side by side are joined by ||") {
    const Matrix<double>& v = golden_v();
    const AnySolver hals = nmf::Hals{};
    const auto run =
        nmf::factorize(v, 5, nmf::MaxIterations{7}, hals, nmf::KktTolerance{1e-13}, Budget{9});
    CHECK(run.status == Status::max_iterations);
    CHECK(run.iterations == 7);
    CHECK(nmf::factorize(v, 5, nmf::MaxIterations{7}, hals, Budget{6}).iterations == 6);
    const auto joined = nmf::factorize(v, 5, Small{}, hals, nmf::MaxIterations{400});
    CHECK(joined.status == Status::converged);
    CHECK(joined.objective < 14);
}

TEST_CASE("Nothing ends a run beside the rule that is the only one") {
    const Matrix<double>& v = golden_v();
    const AnySolver hals = nmf::Hals{};
    // Far past where it would have converged, and where it would have stalled.
    const auto run = nmf::factorize(v, 5, hals, nmf::Only{nmf::MaxIterations{1500}});
    CHECK(run.status == Status::max_iterations);
    CHECK(run.iterations == 1500);
    const auto first = nmf::factorize(v, 5, hals, nmf::Only{Small{} || nmf::MaxIterations{1500}});
    CHECK(first.status == Status::converged);
    CHECK(first.objective < 14);
    const auto cancelled = nmf::factorize(v, 5, hals, nmf::Only{nmf::MaxIterations{9}},
                                          [](const Progress&) { return nmf::Signal::cancel; });
    CHECK(cancelled.status == Status::cancelled);
}

TEST_CASE("A stop token cancels a run") {
    std::stop_source source;
    const nmf::Cancel cancel{source.get_token()};
    const auto run = nmf::factorize(golden_v(), 5, AnySolver(nmf::Hals{}), cancel,
                                    [&](const Progress& progress) {
                                        if (progress.iteration == 4) source.request_stop();
                                    });
    CHECK(run.status == Status::cancelled);
    CHECK(run.iterations == 4);
    CHECK(measure::acceptable(run));
    // Before there is a first objective.
    CHECK_THROWS_AS(nmf::factorize(golden_v(), 5, AnySolver(nmf::Hals{}), cancel),
                    nmf::Interrupted);
}

TEST_CASE("A run ends with the status of what ended it") {
    CHECK(fit(golden_v(), 5, {.stopping = nmf::MaxIterations{3}}).status == Status::max_iterations);
    CHECK(fit(golden_v(), 5, {.stopping = nmf::MaxIterations{3}}).iterations == 3);
    CHECK(fit(golden_v(), 5, {.stopping = nmf::TimeLimit{0}}).status == Status::time_limit);
    const auto converged = fit(golden_v(), 5);
    CHECK(converged.status == Status::converged);
    CHECK(converged.kkt_residual <= 1e-4);
    CHECK(converged.history[converged.history.size() - 2].kkt_residual > 1e-4);
}

TEST_CASE("Hitting the default limit is not convergence") {
    const auto run = fit(golden_v(), 5, {.solver = nmf::MultiplicativeUpdate{}});
    CHECK(run.status == Status::max_iterations);
    CHECK(run.iterations == nmf::MaxIterations{}.value);
}

TEST_CASE("A callable stops a run") {
    const nmf::StopWhen good{[](const Progress& p) { return p.objective < 14; }};
    const auto run = fit(golden_v(), 5, {.stopping = good});
    CHECK(run.status == Status::converged);
    CHECK(run.objective < 14);
    CHECK(run.history[run.history.size() - 2].objective >= 14);
}

TEMPLATE_TEST_CASE("A run without a criterion that it can meet ends with the digits", "", float,
                   double) {
    const Matrix<TestType> data = golden_v().cast<TestType>();
    for (const auto& [name, solver, exact] : default_solvers()) {
        if (!exact) continue;
        INFO(name);
        const auto run =
            fit(data, 5,
                {.solver = solver, .stopping = nmf::KktTolerance{0} || nmf::MaxIterations{100000}});
        CHECK(run.status == Status::converged);
        CHECK(run.iterations < 100000);
        CHECK(run.kkt_residual <=
              1e3 * static_cast<double>(std::numeric_limits<TestType>::epsilon()));
    }
}

TEST_CASE("The status has a name") {
    CHECK(to_string(Status::converged) == "converged");
    CHECK(to_string(Status::max_iterations) == "max_iterations");
    CHECK(to_string(Status::time_limit) == "time_limit");
    CHECK(to_string(Status::cancelled) == "cancelled");
    CHECK(to_string(Status::stalled) == "stalled");
}

TEST_CASE("Rules and observer see every line of the history, from the start on") {
    std::vector<HistoryEntry> seen;
    std::size_t questions = 0;
    const auto run = nmf::factorize(
        golden_v(), 5, AnySolver(nmf::Hals{}), nmf::StopWhen{[&](const Progress& progress) {
            ++questions;
            return progress.iteration == 6;
        }},
        [&](const Progress& progress) {
            CHECK(progress.history.size() == seen.size() + 1);
            CHECK(progress.history.back().iteration == progress.iteration);
            CHECK(progress.history.back().objective == progress.objective);
            seen.push_back(progress);
        });
    CHECK(questions == 7);
    REQUIRE(seen.size() == 7);
    REQUIRE(run.history.size() == 7);
    for (std::size_t line = 0; line < 7; ++line) {
        CHECK(run.history[line].iteration == static_cast<Index>(line));
        CHECK(run.history[line].objective == seen[line].objective);
        CHECK(run.history[line].relative_error == seen[line].relative_error);
        CHECK(run.history[line].kkt_residual == seen[line].kkt_residual);
        CHECK(run.history[line].seconds == seen[line].seconds);
        if (line > 0) CHECK(run.history[line].seconds >= run.history[line - 1].seconds);
    }
}

TEST_CASE("An observer cancels a run, at the start too") {
    for (const Index last : {0, 4}) {
        const auto run = fit(golden_v(), 5,
                             {.stopping = nmf::MaxIterations{0},
                              .observer = [](const Progress&) { return nmf::Signal::cancel; }});
        CHECK(run.status == Status::cancelled);
        CHECK(run.iterations == 0);
        const auto later =
            fit(golden_v(), 5, {.observer = [&](const Progress& progress) {
                    return progress.iteration == last ? nmf::Signal::cancel : nmf::Signal::proceed;
                }});
        CHECK(later.status == Status::cancelled);
        CHECK(later.iterations == last);
        CHECK(measure::acceptable(later));
    }
}

TEST_CASE("A run of more lines than the history reserves goes on") {
    const auto run = fit(
        golden_v(), 5,
        {.solver = nmf::MultiplicativeUpdate{}, .stopping = nmf::Only{nmf::MaxIterations{1500}}});
    CHECK(run.iterations == 1500);
    CHECK(run.history.size() == 1501);
}
