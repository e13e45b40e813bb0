// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The loop of a run: iterate, write the history, ask the observer and the stopping rule.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <limits>
#include <optional>
#include <type_traits>
#include <vector>

#include <nmf/core/interrupt.hpp>
#include <nmf/core/progress.hpp>
#include <nmf/run/measure.hpp>
#include <nmf/run/validation.hpp>
#include <nmf/stopping/concept.hpp>

namespace nmf::detail {

/// An observer that looks away.
struct NoObserver {
    void operator()(const Progress&) const {}
};

/// Seconds since it was made.
class Stopwatch {
public:
    using Clock = Interruption::Clock;

    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(Clock::now() - start_).count();
    }

    /// The moment when so many seconds are over; Interruption::never for what no clock gets to.
    [[nodiscard]] Clock::time_point at(double seconds) const {
        constexpr double century = 3e9;
        if (!(seconds < century)) return Interruption::never;
        return start_ + std::chrono::duration_cast<Clock::duration>(
                            std::chrono::duration<double>(std::max(seconds, 0.0)));
    }

private:
    Clock::time_point start_ = Clock::now();
};

/// Notices when neither the objective nor the KKT residual has decreased for a while. A residual
/// may rise, for example when a locked zero becomes free. It then counts as decreasing once it is
/// below its value of a while ago.
class StallWatch {
public:
    [[nodiscard]] bool stalled(const Measure& now) {
        const bool progress = now.objective < objective_ || now.kkt_residual < kkt_residual_;
        objective_ = std::min(objective_, now.objective);
        kkt_residual_ = std::min(kkt_residual_, now.kkt_residual);
        without_progress_ = progress ? 0 : without_progress_ + 1;
        double& earlier = earlier_[next_];
        next_ = (next_ + 1) % patience;
        const bool falls = now.kkt_residual < 0.9 * earlier;
        earlier = now.kkt_residual;
        return without_progress_ >= static_cast<int>(patience) && !falls;
    }

private:
    static constexpr std::size_t patience = 20;
    double objective_ = std::numeric_limits<double>::infinity();
    double kkt_residual_ = std::numeric_limits<double>::infinity();
    int without_progress_ = 0;
    std::array<double, patience> earlier_{};
    std::size_t next_ = 0;
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

/// The time at which a pass is interrupted for the rule's deadline. It is a little later than the
/// deadline, so that short iterations and starts can finish.
template <class Rule>
[[nodiscard]] Interruption::Clock::time_point hard_deadline(const Rule& rule,
                                                            const Stopwatch& watch) {
    constexpr double grace = 0.5;
    return watch.at(deadline_of(rule) + grace);
}

/// The request to stop that a rule may carry.
template <class Rule>
[[nodiscard]] StopRequest stop_request(const Rule& rule) {
    if constexpr (is_stoppable<Rule>()) return rule;
    return {};
}

/// Calls work(), which may be left in the middle. Nothing, or the status that it was left with.
template <class Work>
[[nodiscard]] std::optional<Status> interrupted(const Work& work) {
    try {
        work();
        return std::nullopt;
    } catch (const Interrupted& interruption) {
        return interruption.status;
    }
}

/// `score` tells of entries that are held out.
template <class Alternation, class Rule, class Observer, class Score = NoValidation>
LoopResult run_loop(Alternation& alternation, const Rule& rule, const Observer& observer,
                    const Stopwatch& watch, [[maybe_unused]] const Score& score = {}) {
    // Enough for most runs to go without allocating.
    constexpr std::size_t lines = 1024;
    LoopResult result{Status::max_iterations, {}};
    result.history.reserve(lines);
    StallWatch stall;
    const auto write = [&](Index iteration) {
        const Measure& now = alternation.best();
        result.history.push_back(
            {iteration, watch.seconds(), now.objective, now.relative_error, now.kkt_residual});
        if constexpr (validates<Rule>()) {
            const Uninterrupted uninterrupted;
            result.history.back().validation_error =
                score(alternation.best_of(Side::w), alternation.best_of(Side::h)).error;
        }
    };
    // Leaves the pair that is there with what is known of it.
    const auto leave = [&](Index iteration, Status status) {
        if (alternation.best().objective != result.history.back().objective) write(iteration);
        result.status = status;
        return result;
    };
    for (Index iteration = 0;; ++iteration) {
        if (iteration > 0) {
            bool finite = true;
            const auto left = interrupted([&] { finite = alternation.iterate(); });
            if (left) return leave(iteration, *left);
            if (!finite) return leave(iteration, Status::not_finite);
        }
        write(iteration);
        const Measure& now = alternation.best();
        HistoryEntry& line = result.history.back();
        const auto progress = [&] {
            return Progress{line, result.history, alternation.place_of_best(Side::w),
                            alternation.place_of_best(Side::h)};
        };
        std::optional<Status> status;
        {
            // What they run themselves is their own matter.
            const Uninterrupted uninterrupted;
            const bool cancelled = cancelled_by(observer, progress());
            status = cancelled ? Status::cancelled : rule.check(progress());
        }
        const bool at_rest = !status && !is_only(rule) && stall.stalled(now);
        if (!status && !at_rest) continue;
        bool settled = false;
        const auto left = interrupted([&] { settled = alternation.settle(); });
        if (left && status == Status::converged) status = left;
        if (settled) {
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
