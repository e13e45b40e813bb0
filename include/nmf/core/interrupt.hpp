// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// How a run is interrupted in the middle of a pass.

#include <algorithm>
#include <chrono>
#include <concepts>
#include <stdexcept>

#include <nmf/core/compiler.hpp>
#include <nmf/core/progress.hpp>
#include <nmf/core/types.hpp>

namespace nmf {

/// A run was cancelled, or its time was over, before there was a pair of factors to return.
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

/// A request to stop: a std::stop_token, or a stopping rule with stop_requested(). Keeps a
/// reference. Any thread may ask.
class StopRequest {
public:
    StopRequest() = default;
    template <class T>
    requires requires(const T& source) {
        { source.stop_requested() } -> std::same_as<bool>;
    }
    StopRequest(const T& source)
        : source_(&source),
          requested_([](const void* of) { return static_cast<const T*>(of)->stop_requested(); }) {}

    [[nodiscard]] bool possible() const { return source_ != nullptr; }
    [[nodiscard]] bool requested() const { return possible() && requested_(source_); }

private:
    const void* source_ = nullptr;
    bool (*requested_)(const void*) = nullptr;
};

/// When a run has to stop: at a deadline, on request, or when the run around it has to stop.
class Interruption {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr Clock::time_point never = Clock::time_point::max();

    /// `outer` belongs to the run around this one, or is null.
    Interruption(Clock::time_point deadline, StopRequest stop, const Interruption* outer)
        : deadline_(outer == nullptr ? deadline : std::min(deadline, outer->deadline_)),
          stop_(stop),
          outer_(outer) {}

    /// Only the run around it can interrupt this one.
    [[nodiscard]] bool idle() const {
        return !stop_.possible() &&
               (outer_ == nullptr ? deadline_ == never : deadline_ == outer_->deadline_);
    }

    /// Throws Interrupted. Not inlined, so that the loops that call it stay small.
    NMF_NOINLINE void check() const {
        for (const Interruption* run = this; run != nullptr; run = run->outer_) {
            if (run->stop_.requested()) throw Interrupted(Status::cancelled);
        }
        if (deadline_ != never && Clock::now() >= deadline_) throw Interrupted(Status::time_limit);
    }

private:
    Clock::time_point deadline_;
    StopRequest stop_;
    const Interruption* outer_;
};

/// The interruption of the run that this thread works for, or null.
inline constinit thread_local const Interruption* interruption_of_thread = nullptr;

/// Throws Interrupted when the run that this thread works for has to stop. Each pass calls it at
/// least every few milliseconds. With a deadline it reads the clock; otherwise it costs next to
/// nothing.
inline void check_interrupt() {
    if (interruption_of_thread != nullptr) [[unlikely]]
        interruption_of_thread->check();
}

/// While it lives, nothing interrupts this thread. For what a run still does with its last pair.
class Uninterrupted {
public:
    Uninterrupted() { interruption_of_thread = nullptr; }
    Uninterrupted(const Uninterrupted&) = delete;
    Uninterrupted& operator=(const Uninterrupted&) = delete;
    ~Uninterrupted() { interruption_of_thread = before_; }

private:
    const Interruption* before_ = interruption_of_thread;
};

/// Calls check_interrupt() in loops of short steps. It counts their cost in entries or flops.
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
