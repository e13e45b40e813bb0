// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// How a run is left in the middle of a pass.

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <stop_token>
#include <utility>

#include <nmf/core/progress.hpp>
#include <nmf/core/types.hpp>

namespace nmf {

/// Thrown where a run was cancelled, or its time was over, before there was a pair of factors to
/// return.
class Interrupted : public std::runtime_error {
public:
    /// `why` is Status::cancelled or Status::time_limit.
    explicit Interrupted(Status why)
        : std::runtime_error(why == Status::cancelled
                                 ? "the run was cancelled before there was a result"
                                 : "the time limit came before there was a result"),
          status(why) {}

    Status status;
};

namespace detail {

/// When a run has to be left: at a deadline, when a token is asked to stop, or when the run around
/// it has to be left.
class Interruption {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr Clock::time_point never = Clock::time_point::max();

    /// `outer` is of the run around this one, or null.
    Interruption(Clock::time_point deadline, std::stop_token token, const Interruption* outer)
        : deadline_(outer == nullptr ? deadline : std::min(deadline, outer->deadline_)),
          token_(std::move(token)),
          outer_(outer) {}

    /// Nothing but the run around it can interrupt this one.
    [[nodiscard]] bool idle() const {
        return !token_.stop_possible() &&
               (outer_ == nullptr ? deadline_ == never : deadline_ == outer_->deadline_);
    }

    /// Throws Interrupted.
    void check() const {
        for (const Interruption* run = this; run != nullptr; run = run->outer_) {
            if (run->token_.stop_requested()) throw Interrupted(Status::cancelled);
        }
        if (deadline_ != never && Clock::now() >= deadline_) throw Interrupted(Status::time_limit);
    }

private:
    Clock::time_point deadline_;
    std::stop_token token_;
    const Interruption* outer_;
};

/// That of the run that this thread works for; null where there is none.
inline constinit thread_local const Interruption* interruption_of_thread = nullptr;

/// Throws Interrupted when the run that this thread works for has to be left. Called in each pass
/// every few milliseconds at least. Costs a read of the clock in a run with a deadline, else next
/// to nothing.
inline void check_interrupt() {
    if (interruption_of_thread != nullptr) interruption_of_thread->check();
}

/// check_interrupt() for loops of short steps, whose cost it counts in entries or flops.
class PacedInterrupt {
public:
    void step(Index work) {
        left_ -= work;
        if (left_ > 0) return;
        left_ = pace;
        check_interrupt();
    }

private:
    static constexpr Index pace = Index{1} << 16;
    Index left_ = 0;
};

}  // namespace detail
}  // namespace nmf
