// SPDX-License-Identifier: MIT
// The threads of a run.

#include <nmf/machine/parallel.hpp>

#include <algorithm>
#include <atomic>
#include <latch>
#include <stdexcept>
#include <vector>

#ifdef __unix__
#include <sys/wait.h>
#include <unistd.h>
#endif

#include <nmf/factorize.hpp>
#include <nmf/machine/thread_count.hpp>

#include "support/catch.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;
using nmf::detail::for_each_chunk;
using nmf::detail::RunScope;

namespace {

struct Fault : std::runtime_error {
    explicit Fault(Index at) : std::runtime_error("fault"), chunk(at) {}
    Index chunk;
};

/// How often each chunk was worked on; -1 in all where a thread had a number out of range.
std::vector<int> visits(Index chunks, int threads) {
    std::vector<int> count(static_cast<std::size_t>(chunks), 0);
    std::atomic<bool> in_range = true;
    for_each_chunk(chunks, [&](Index chunk, int thread) {
        ++count[static_cast<std::size_t>(chunk)];
        if (thread < 0 || thread >= threads) in_range = false;
    });
    if (!in_range) std::fill(count.begin(), count.end(), -1);
    return count;
}

/// The chunk whose exception arrives where those from `first` on throw; -1 for none.
Index first_fault(Index chunks, Index first) {
    try {
        for_each_chunk(chunks, [&](Index chunk, int) {
            if (chunk >= first) throw Fault(chunk);
        });
    } catch (const Fault& fault) {
        return fault.chunk;
    }
    return -1;
}

bool same(const Fit<double>& a, const Fit<double>& b) { return a.W == b.W && a.H == b.H; }

}  // namespace

TEST_CASE("Each chunk is worked on once, by any number of threads, in a run and without one") {
    for (const int threads : {1, 2, 3, 8}) {
        INFO(threads << " threads");
        for (const Index chunks : {1, 2, 7, 64}) {
            const std::vector<int> once(static_cast<std::size_t>(chunks), 1);
            CHECK(visits(chunks, 1) == once);
            const RunScope run(threads);
            for (int pass = 0; pass < 100; ++pass) REQUIRE(visits(chunks, threads) == once);
        }
        const RunScope run(threads);
        CHECK(visits(0, threads).empty());
    }
}

TEST_CASE("The chunks of a pass are worked on at the same time") {
    constexpr int threads = 3;
    const RunScope run(threads);
    for (int pass = 0; pass < 10; ++pass) {
        // Nobody gets past it alone.
        std::latch all(threads);
        std::atomic<int> sum = 0;
        for_each_chunk(threads, [&](Index, int thread) {
            all.arrive_and_wait();
            sum += thread;
        });
        CHECK(sum == 0 + 1 + 2);
    }
}

TEST_CASE("A run of one thread works on its own") {
    const RunScope run(1);
    std::atomic<bool> alone = true;
    for_each_chunk(50, [&](Index, int thread) {
        if (thread != 0) alone = false;
    });
    CHECK(alone);
}

TEST_CASE("The exception of the lowest chunk arrives, and later passes work") {
    for (const int threads : {1, 2, 3, 8}) {
        INFO(threads << " threads");
        const RunScope run(threads);
        for (int pass = 0; pass < 20; ++pass) {
            REQUIRE(first_fault(64, 5) == 5);
            REQUIRE(first_fault(64, 63) == 63);
            REQUIRE(first_fault(64, 64) == -1);
        }
        CHECK(visits(64, threads) == std::vector<int>(64, 1));
    }
    CHECK(first_fault(64, 0) == 0);
}

TEST_CASE("Inside of a body there is one thread") {
    const RunScope run(3);
    std::atomic<int> most = 0;
    std::atomic<int> resolved = 0;
    std::atomic<int> asked = 0;
    std::atomic<int> of_a_run = 0;
    const Matrix<double> v = uniform(1, 30, 20);
    for_each_chunk(6, [&](Index, int) {
        for_each_chunk(10, [&](Index, int thread) { most = std::max<int>(most, thread); });
        resolved += nmf::detail::resolve_threads({}, 1e18);
        asked += nmf::detail::resolve_threads({4}, 1e18);
        of_a_run += nmf::factorize(v, 3, nmf::MaxIterations{2}, nmf::Threads{4}).threads;
    });
    CHECK(most == 0);
    CHECK(resolved == 6);
    CHECK(asked == 6);
    CHECK(of_a_run == 6);
    CHECK(visits(64, 3) == std::vector<int>(64, 1));
}

TEST_CASE("A run inside of another one, between its passes, has threads of its own") {
    const Matrix<double> v = uniform(1, 40, 300);
    const Options options{.stopping = nmf::MaxIterations{3}, .threads = {2}};
    const auto expected = fit(v, 4, options);
    Options around = options;
    int inner = 0;
    around.observer = [&](const nmf::Progress&) {
        inner += same(fit(v, 4, options), expected) ? 1 : 0;
        return nmf::Signal::proceed;
    };
    CHECK(same(fit(v, 4, around), expected));
    CHECK(inner == 4);
}

TEST_CASE("An exception of an observer ends a run with threads, and the next one is as ever") {
    const Matrix<double> v = uniform(1, 40, 300);
    Options options{.stopping = nmf::MaxIterations{3}, .threads = {3}};
    const auto expected = fit(v, 4, options);
    options.observer = [](const nmf::Progress& progress) -> nmf::Signal {
        if (progress.iteration == 2) throw Fault(progress.iteration);
        return nmf::Signal::proceed;
    };
    CHECK_THROWS_AS(fit(v, 4, options), Fault);
    CHECK(RunScope::current() == nullptr);
    options.observer = nullptr;
    CHECK(same(fit(v, 4, options), expected));
}

#ifdef __unix__
TEST_CASE("A process that had a run with threads may fork, and its child have one too") {
    const Matrix<double> v = uniform(1, 40, 300);
    const Options options{.stopping = nmf::MaxIterations{3}, .threads = {3}};
    const auto expected = fit(v, 4, options);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) _exit(same(fit(v, 4, options), expected) ? 0 : 1);
    int status = -1;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    CHECK(same(fit(v, 4, options), expected));
}
#endif
