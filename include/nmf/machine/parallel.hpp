// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Work in numbered chunks, by the threads of a run.

#include <algorithm>

#include <nmf/core/interrupt.hpp>
#include <nmf/core/types.hpp>
#include <nmf/machine/openmp.hpp>
#include <nmf/machine/thread_team.hpp>

namespace nmf::detail {

/// A run on the thread that makes it: its threads, and when it has to be left. for_each_chunk()
/// finds it by the thread that calls. A run inside of another one is left when that has to be.
class RunScope {
public:
    /// `threads` are the most that a pass may have, the caller included. They begin with the first
    /// pass that has work for two and end with the scope.
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

    /// The run that this thread has begun and not ended; null where there is none.
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

/// How many threads for_each_chunk() may use here: those of the run, one inside of a body, and one
/// without a run.
[[nodiscard]] inline int threads_of_run() {
    const RunScope* const run = inside_of_pass ? nullptr : RunScope::current();
    return run != nullptr ? run->threads() : 1;
}

/// Calls body(chunk, thread) for chunk = 0 .. chunks - 1, with thread < threads_of_run(). A chunk
/// must write to places of its own only; that makes the outcome independent of the number of
/// threads. An exception of a body is thrown here, that of the lowest chunk; Interrupted where the
/// run has to be left.
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
