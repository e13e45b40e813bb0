// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The loop of a run: iterate, write the history, ask the observer and the stopping rule.

#include <algorithm>
#include <chrono>
#include <limits>
#include <optional>
#include <type_traits>
#include <vector>

#include <nmf/core/progress.hpp>
#include <nmf/run/alternation.hpp>
#include <nmf/stopping/concept.hpp>

namespace nmf::detail {

/// An observer that looks away.
struct NoObserver {
    void operator()(const Progress&) const {}
};

/// Seconds since it was made.
class Stopwatch {
public:
    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(Clock::now() - start_).count();
    }

private:
    using Clock = std::chrono::steady_clock;
    Clock::time_point start_ = Clock::now();
};

/// Notices when neither the objective nor the KKT residual has come down for a while.
class StallWatch {
public:
    [[nodiscard]] bool stalled(const Measure& now) {
        const bool progress = now.objective < objective_ || now.kkt_residual < kkt_residual_;
        objective_ = std::min(objective_, now.objective);
        kkt_residual_ = std::min(kkt_residual_, now.kkt_residual);
        without_progress_ = progress ? 0 : without_progress_ + 1;
        return without_progress_ >= patience;
    }

private:
    static constexpr int patience = 20;
    double objective_ = std::numeric_limits<double>::infinity();
    double kkt_residual_ = std::numeric_limits<double>::infinity();
    int without_progress_ = 0;
};

struct LoopResult {
    Status status;
    std::vector<HistoryEntry> history;
};

/// Whether the observer cancels.
template <class Observer>
[[nodiscard]] bool cancelled_by(const Observer& observer, const Progress& progress) {
    if constexpr (std::same_as<std::invoke_result_t<const Observer&, const Progress&>, Signal>) {
        return observer(progress) == Signal::cancel;
    } else {
        observer(progress);
        return false;
    }
}

template <class Alternation, class Rule, class Observer>
LoopResult run_loop(Alternation& alternation, const Rule& rule, const Observer& observer,
                    const Stopwatch& watch) {
    // Enough for most runs to go without allocating.
    constexpr std::size_t lines = 1024;
    LoopResult result{Status::max_iterations, {}};
    result.history.reserve(lines);
    StallWatch stall;
    for (Index iteration = 0;; ++iteration) {
        if (iteration > 0 && !alternation.iterate()) {
            alternation.abandon();
            result.status = Status::not_finite;
            return result;
        }
        const Measure& now = alternation.best();
        result.history.push_back(
            {iteration, watch.seconds(), now.objective, now.relative_error, now.kkt_residual});
        HistoryEntry& line = result.history.back();
        const auto progress = [&] { return Progress{line, result.history}; };
        const bool cancelled = cancelled_by(observer, progress());
        std::optional<Status> status = cancelled ? Status::cancelled : rule.check(progress());
        const bool at_rest = !status && !is_only(rule) && stall.stalled(now);
        if (!status && !at_rest) continue;
        if (alternation.settle()) {
            // The rule looks once more, at what is now exact.
            line.kkt_residual = alternation.best().kkt_residual;
            if (status == Status::converged) status = rule.check(progress());
            if (!status && !at_rest) continue;
        }
        constexpr double digits = end_of_digits<typename Alternation::S>;
        if (at_rest) status = line.kkt_residual <= digits ? Status::converged : Status::stalled;
        result.status = *status;
        return result;
    }
}

}  // namespace nmf::detail
