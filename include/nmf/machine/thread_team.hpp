// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A few threads that share chunks of work.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <nmf/core/compiler.hpp>
#include <nmf/core/interrupt.hpp>
#include <nmf/core/types.hpp>
#include <nmf/machine/openmp.hpp>

namespace nmf::detail {

/// Whether this thread works on a chunk. The chunk itself then does not distribute work.
inline constinit thread_local bool inside_of_pass = false;

/// While it lives, this thread does not distribute work.
class OnOneThread {
public:
    OnOneThread() : outer_(inside_of_pass) { inside_of_pass = true; }
    OnOneThread(const OnOneThread&) = delete;
    OnOneThread& operator=(const OnOneThread&) = delete;
    ~OnOneThread() { inside_of_pass = outer_; }

private:
    bool outer_;
};

/// Threads that wait for passes and work on their chunks together with the caller. They begin with
/// the first pass and end with the team.
///
/// A late thread does not delay a pass. The caller begins at once. When no chunk is left, it waits
/// only for the threads that still work on one. Every thread spins for less than a millisecond and
/// then sleeps.
class ThreadTeam {
public:
    /// Calls (*body)(chunk, thread).
    using Call = void (*)(const void* body, Index chunk, int thread);

    ThreadTeam() = default;
    ThreadTeam(const ThreadTeam&) = delete;
    ThreadTeam& operator=(const ThreadTeam&) = delete;
    ~ThreadTeam() {
        {
            const std::lock_guard lock(mutex_);
            ended_ = true;
            ++passes_;
        }
        wake_.notify_all();
        for (std::thread& worker : workers_) worker.join();
    }

    /// Calls call(body, chunk, thread) for chunk = 0 .. chunks - 1 with thread < threads. When a
    /// call throws, chunks that have not begun are skipped. Of several exceptions the one of the
    /// lowest chunk is thrown, as with one thread.
    void run(Index chunks, int threads, Call call, const void* body) {
        hire(static_cast<int>(std::min<Index>(threads, chunks)) - 1);
        bool asleep = false;
        {
            const std::lock_guard lock(mutex_);
            pass_ = {call, body, chunks, threads, interruption_of_thread};
            next_.store(0, std::memory_order_relaxed);
            inside_.store(open, std::memory_order_release);
            ++passes_;
            asleep = asleep_ > 0;
        }
        if (asleep) wake_.notify_all();
        {
            const OneOpenMpThread one;
            inside_of_pass = true;
            work(0);
            inside_of_pass = false;
        }
        if (inside_.fetch_and(~open, std::memory_order_acq_rel) != open) wait_for_workers();
        if (failure_ != nullptr) std::rethrow_exception(std::exchange(failure_, nullptr));
    }

private:
    struct Pass {
        Call call = nullptr;
        const void* body = nullptr;
        Index chunks = 0;
        int threads = 0;
        const Interruption* interruption = nullptr;
    };

    /// Set in `inside_` while workers may join a pass.
    static constexpr std::uint32_t open = std::uint32_t{1} << 31;

    /// Spins as long as that pays. If this thread loses its processor meanwhile, others want it,
    /// and the thread goes to sleep soon for a while.
    class Patience {
    public:
        /// Returns whether done() became true in time.
        template <class Done>
        bool outlasts(const Done& done) {
            constexpr int looks = 32;
            const auto begin = Clock::now();
            auto before = begin;
            for (;;) {
                for (int look = 0; look < looks; ++look) {
                    if (done()) {
                        limit_ = std::min(longest, limit_ + limit_ / 8);
                        return true;
                    }
                    pause();
                }
                const auto now = Clock::now();
                if (now - before > taken_off) limit_ = shortest;
                if (now - begin >= limit_) return false;
                before = now;
            }
        }

    private:
        using Clock = std::chrono::steady_clock;
        using Time = std::chrono::nanoseconds;
        static constexpr Time shortest = std::chrono::microseconds(20);
        /// Longer than most pauses between the passes of a run.
        static constexpr Time longest = std::chrono::microseconds(400);
        /// A few checks take microseconds.
        static constexpr Time taken_off = std::chrono::microseconds(100);
        Time limit_ = longest;
    };

    void hire(int wanted) {
        if (wanted <= static_cast<int>(workers_.size()) || short_of_threads_) return;
        workers_.reserve(static_cast<std::size_t>(wanted));
        try {
            while (static_cast<int>(workers_.size()) < wanted) {
                const int thread = static_cast<int>(workers_.size()) + 1;
                workers_.emplace_back([this, thread] { serve(thread); });
            }
        } catch (const std::system_error&) {
            short_of_threads_ = true;
        }
    }

    void serve(int thread) {
        const OneOpenMpThread one;
        inside_of_pass = true;
        std::uint32_t seen = 0;
        Patience patience;
        while (wait_for_pass(seen, patience)) {
            if (!join()) continue;
            if (thread < pass_.threads) {
                interruption_of_thread = pass_.interruption;
                work(thread);
            }
            leave();
        }
    }

    /// False at the end of the team.
    bool wait_for_pass(std::uint32_t& seen, Patience& patience) {
        const auto called = [&] { return passes_.load(std::memory_order_acquire) != seen; };
        if (!patience.outlasts(called)) {
            std::unique_lock lock(mutex_);
            ++asleep_;
            wake_.wait(lock, called);
            --asleep_;
        }
        seen = passes_.load(std::memory_order_acquire);
        return !ended_.load(std::memory_order_acquire);
    }

    bool join() {
        std::uint32_t inside = inside_.load(std::memory_order_relaxed);
        while ((inside & open) != 0) {
            if (inside_.compare_exchange_weak(inside, inside + 1, std::memory_order_acquire,
                                              std::memory_order_relaxed)) {
                return true;
            }
        }
        return false;
    }

    void leave() {
        // The caller waits only once the pass is closed.
        if (inside_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
        const std::lock_guard lock(mutex_);
        left_.notify_one();
    }

    void wait_for_workers() {
        const auto empty = [&] { return inside_.load(std::memory_order_acquire) == 0; };
        if (patience_.outlasts(empty)) return;
        std::unique_lock lock(mutex_);
        left_.wait(lock, empty);
    }

    void work(int thread) {
        Index chunk = 0;
        try {
            while ((chunk = next_.fetch_add(1, std::memory_order_relaxed)) < pass_.chunks) {
                check_interrupt();
                pass_.call(pass_.body, chunk, thread);
            }
        } catch (...) {
            next_.store(pass_.chunks, std::memory_order_relaxed);
            const std::lock_guard lock(mutex_);
            if (failure_ != nullptr && failed_chunk_ < chunk) return;
            failure_ = std::current_exception();
            failed_chunk_ = chunk;
        }
    }

    Pass pass_;  ///< Written while no worker is inside.
    std::exception_ptr failure_;
    Index failed_chunk_ = 0;
    std::vector<std::thread> workers_;
    bool short_of_threads_ = false;
    Patience patience_;  ///< The caller's.

    alignas(64) std::atomic<Index> next_{0};            ///< The next chunk.
    alignas(64) std::atomic<std::uint32_t> inside_{0};  ///< Workers in the pass, and `open`.
    alignas(64) std::atomic<std::uint32_t> passes_{0};  ///< Begun so far.
    std::atomic<bool> ended_ = false;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable left_;
    int asleep_ = 0;
};

}  // namespace nmf::detail
