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

/// For a run that goes on to its end.
inline constexpr Index no_limit = std::numeric_limits<Index>::max();

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

/// The loop of one run. It can be left after any iteration and gone on with. `score` tells of
/// entries that are held out.
template <class Alternation, class Rule, class Observer, class Score = NoValidation>
class Loop {
public:
    Loop(Alternation& alternation, const Rule& rule, const Observer& observer,
         const Stopwatch& watch, const Score& score = {}, Index start = 0)
        : alternation_(alternation),
          rule_(rule),
          observer_(observer),
          watch_(watch),
          score_(score),
          start_(start) {
        // Enough for most runs to go without allocating.
        constexpr std::size_t lines = 1024;
        result_.history.reserve(lines);
    }

    /// Takes up a run in single precision at the end of its history, at the pair that the
    /// alternation has measured. What rises or is below that by rounding does so no longer.
    void take_up(const std::vector<HistoryEntry>& history) {
        const double now = alternation_.best().objective;
        double lowest = std::numeric_limits<double>::infinity();
        for (HistoryEntry line : history) {
            lowest = std::min(lowest, line.objective);
            line.objective = std::max(lowest, now);
            result_.history.push_back(line);
        }
        next_ = first_ = history.back().iteration;
        write(first_);
    }

    /// Goes on to iteration `last`, or to the end of the run: then true.
    bool go_on(Index last) {
        for (; !ended_ && next_ <= last; ++next_) ended_ = step(next_);
        return ended_;
    }

    /// Ends the run where it is, with a residual that is no estimate if there is time for that.
    void end(Status status) {
        if (!ended_) {
            bool settled = false;
            static_cast<void>(interrupted([&] { settled = alternation_.settle(); }));
            if (settled) result_.history.back().kkt_residual = alternation_.best().kkt_residual;
        }
        ended_ = true;
        result_.status = status;
    }

    [[nodiscard]] LoopResult& result() { return result_; }
    [[nodiscard]] const LoopResult& result() const { return result_; }

private:
    /// An iteration has one line, the last one that is written of it.
    void write(Index iteration) {
        const Measure& now = alternation_.best();
        if (!result_.history.empty() && result_.history.back().iteration == iteration) {
            result_.history.pop_back();
        }
        result_.history.push_back(
            {iteration, watch_.seconds(), now.objective, now.relative_error, now.kkt_residual});
        if constexpr (validates<Rule>()) {
            const Uninterrupted uninterrupted;
            result_.history.back().validation_error =
                score_(alternation_.best_of(Side::w), alternation_.best_of(Side::h)).error;
        }
    }

    /// Leaves the pair that is there with what is known of it.
    bool leave(Index iteration, Status status) {
        if (alternation_.best().objective != result_.history.back().objective) write(iteration);
        result_.status = status;
        return true;
    }

    [[nodiscard]] Progress progress() const {
        return {result_.history.back(), result_.history, start_,
                alternation_.place_of_best(Side::w), alternation_.place_of_best(Side::h)};
    }

    /// An iteration, or the look at the start. True if the run ends.
    bool step(Index iteration) {
        if (iteration > first_) {
            bool finite = true;
            const auto left = interrupted([&] { finite = alternation_.iterate(); });
            if (left) return leave(iteration, *left);
            if (!finite) return leave(iteration, Status::not_finite);
        }
        write(iteration);
        HistoryEntry& line = result_.history.back();
        std::optional<Status> status;
        {
            // What they run themselves is their own matter.
            const Uninterrupted uninterrupted;
            const bool cancelled = cancelled_by(observer_, progress());
            status = cancelled ? Status::cancelled : rule_.check(progress());
        }
        const bool at_rest = !status && !is_only(rule_) && stall_.stalled(alternation_.best());
        if (!status && !at_rest) return false;
        bool settled = false;
        const auto left = interrupted([&] { settled = alternation_.settle(); });
        if (left && status == Status::converged) status = left;
        if (settled) {
            // The rule looks once more, at what is now exact.
            line.kkt_residual = alternation_.best().kkt_residual;
            if (status == Status::converged) status = rule_.check(progress());
            if (!status && !at_rest) return false;
        }
        constexpr double digits = end_of_digits<typename Alternation::S>;
        if (at_rest) status = line.kkt_residual <= digits ? Status::converged : Status::stalled;
        result_.status = *status;
        return true;
    }

    Alternation& alternation_;
    const Rule& rule_;
    const Observer& observer_;
    const Stopwatch& watch_;
    [[no_unique_address]] const Score score_;
    const Index start_;
    LoopResult result_{Status::max_iterations, {}};
    StallWatch stall_;
    Index first_ = 0;  ///< Before the first iteration.
    Index next_ = 0;
    bool ended_ = false;
};

}  // namespace nmf::detail
