// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Work in numbered chunks, done by the threads of a run.

#include <algorithm>

#include <nmf/core/interrupt.hpp>
#include <nmf/core/types.hpp>
#include <nmf/machine/openmp.hpp>
#include <nmf/machine/thread_team.hpp>

namespace nmf::detail {

/// The scope of a run: its threads, and when it has to stop. It belongs to the thread that makes
/// it, by which for_each_chunk() finds it. A run inside of another one stops when the outer one has
/// to.
class RunScope {
public:
    /// `threads` is the most that a pass may have, including the caller. The threads begin with the
    /// first pass that has work for two, and end with the scope.
    explicit RunScope(int threads, Interruption::Clock::time_point deadline = Interruption::never,
                      StopRequest stop = {})
        : threads_(threads),
          interruption_(deadline, stop, interruption_of_thread),
          outer_(of_thread),
          outer_interruption_(interruption_of_thread) {
        of_thread = this;
        if (!interruption_.idle()) interruption_of_thread = &interruption_;
    }
    RunScope(const RunScope&) = delete;
    RunScope& operator=(const RunScope&) = delete;
    ~RunScope() {
        of_thread = outer_;
        interruption_of_thread = outer_interruption_;
    }

    /// The run that this thread has begun and not ended, or null.
    [[nodiscard]] static RunScope* current() { return of_thread; }

    [[nodiscard]] int threads() const { return threads_; }

    template <class Body>
    void run(Index chunks, int threads, const Body& body) {
        team_.run(
            chunks, threads,
            [](const void* of, Index chunk, int thread) {
                (*static_cast<const Body*>(of))(chunk, thread);
            },
            &body);
    }

private:
    static constinit thread_local RunScope* of_thread;

    int threads_;
    Interruption interruption_;
    RunScope* outer_;
    const Interruption* outer_interruption_;
    ThreadTeam team_;
};

inline constinit thread_local RunScope* RunScope::of_thread = nullptr;

/// The number of threads that for_each_chunk() may use here. It is one without a run, and inside of
/// a body.
[[nodiscard]] inline int threads_of_run() {
    const RunScope* const run = inside_of_pass ? nullptr : RunScope::current();
    return run != nullptr ? run->threads() : 1;
}

/// Calls body(chunk, thread) for chunk = 0 .. chunks - 1, with thread < threads_of_run(). A chunk
/// must write to its own places only; that makes the outcome independent of the number of threads.
/// If bodies throw, the exception of the lowest chunk is thrown here. Throws Interrupted when the
/// run has to stop.
template <class Body>
void for_each_chunk(Index chunks, const Body& body) {
    const int threads = threads_of_run();
    if (threads > 1 && chunks > 1) return RunScope::current()->run(chunks, threads, body);
    for (Index chunk = 0; chunk < chunks; ++chunk) {
        check_interrupt();
        body(chunk, 0);
    }
}

}  // namespace nmf::detail
