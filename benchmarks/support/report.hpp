// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Counters of a benchmark: flops and bytes per second, and how close they are to the limits.

#include <algorithm>
#include <chrono>

#include <benchmark/benchmark.h>

#include "support/limits.hpp"

namespace bench {

/// What one run of a kernel does.
struct Work {
    double flops = 0;
    double bytes = 0;      ///< That have to be read or written at least once.
    double reference = 0;  ///< Flops per second of what it is compared with; 0 for nothing.
    double usual = 0;      ///< And of the same in its default storage order.
};

/// Times run() in the benchmark's loop. Counters: flops and bytes per second; `of_limit`, the
/// fraction of min(peak, bandwidth times flops per byte); `to_reference` and `to_usual`, ratios of
/// rates.
template <class S, class F>
void measure(benchmark::State& state, const Work& work, const F& run) {
    const Limits& most = limits<S>();
    run();
    using Clock = std::chrono::steady_clock;
    const auto begin = Clock::now();
    for (auto _ : state) {
        run();
        benchmark::ClobberMemory();
    }
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count() /
                           static_cast<double>(state.iterations());
    const double least = std::max(work.flops / most.flops, work.bytes / most.bandwidth);
    const auto rate = [&](double amount) {
        return benchmark::Counter(amount / seconds, benchmark::Counter::kDefaults,
                                  benchmark::Counter::kIs1000);
    };
    state.counters["flops"] = rate(work.flops);
    state.counters["bytes"] = rate(work.bytes);
    state.counters["of_limit"] = least / seconds;
    const auto compare = [&](const char* name, double reference) {
        if (reference > 0) state.counters[name] = work.flops / seconds / reference;
    };
    compare("to_reference", work.reference);
    compare("to_usual", work.usual);
}

}  // namespace bench
