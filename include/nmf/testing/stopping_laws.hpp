// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The laws of a stopping rule.

#include <cmath>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <nmf/stopping/concept.hpp>
#include <nmf/testing/broken_laws.hpp>

namespace nmf::testing {

namespace detail {

/// A run that comes to rest: the objective falls by a factor, and the other figures with it. The
/// error of held-out entries rises in the end.
[[nodiscard]] inline std::vector<HistoryEntry> made_up_history(double factor, double limit) {
    std::vector<HistoryEntry> history;
    double gap = 1;
    for (Index iteration = 0; iteration < 60; ++iteration) {
        history.push_back({iteration, 0.5 * static_cast<double>(iteration), limit + gap,
                           std::sqrt(2 * (limit + gap)), gap,
                           limit + gap + 0.01 * static_cast<double>(iteration)});
        gap *= factor;
    }
    return history;
}

}  // namespace detail

/// The laws that a stopping rule breaks; none for a good one. The first is the law of
/// nmf/stopping/concept.hpp, in two forms. Cancel answers another thread and keeps none of them.
template <StoppingRule P>
[[nodiscard]] std::vector<std::string> stopping_laws(const P& rule) {
    BrokenLaws broken;
    std::vector<std::vector<HistoryEntry>> runs{detail::made_up_history(0.5, 0),
                                                detail::made_up_history(0.9, 1),
                                                detail::made_up_history(1, 0)};
    // V = 0: nothing to do from the start.
    runs.push_back({HistoryEntry{}});
    std::vector<std::optional<Status>> answers;
    const auto visit = [&](auto&& f) {
        for (const auto& history : runs) {
            for (std::size_t lines = 1; lines <= history.size(); ++lines) {
                f(Progress{history[lines - 1], std::span(history).first(lines)});
            }
        }
    };
    visit([&](const Progress& progress) { answers.push_back(rule.check(progress)); });

    const auto copy = rule;
    std::size_t at = 0;
    visit([&](const Progress& progress) {
        const std::string where = "iteration " + std::to_string(progress.iteration);
        broken.require(rule.check(progress) == answers[at],
                       "1. the answer depends on the progress alone, not on earlier questions",
                       where);
        broken.require(copy.check(progress) == answers[at], "2. a copy answers the same", where);
        broken.require(answers[at] != Status::cancelled && answers[at] != Status::stalled,
                       "3. cancelled and stalled are for the observer and the loop", where);
        ++at;
    });
    return std::move(broken).reports();
}

}  // namespace nmf::testing
