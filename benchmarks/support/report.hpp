// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Counters of a benchmark, the same ones for all: flops and bytes per second, how close they are
/// to the limits, and comparisons.

#include <algorithm>
#include <chrono>

#include <benchmark/benchmark.h>

#include "support/limits.hpp"

namespace bench {

/// What one run does, and what it is compared with; 0 where there is nothing.
struct Work {
    double flops = 0;
    double bytes = 0;      ///< That have to be read or written at least once.
    double reference = 0;  ///< Flops per second.
    double usual = 0;      ///< The same in its default storage order.
    double products = 0;   ///< Seconds of the two products with V.
};

/// Counters of a run that took so long: flops and bytes per second; `of_limit`, the fraction of
/// min(peak, bandwidth times flops per byte); `to_reference` and `to_usual`, ratios of rates;
/// `to_products`, a ratio of times. Those that say nothing are 0: a report as CSV needs all.
template <class S>
void report(benchmark::State& state, const Work& work, double seconds) {
    const Limits& most = limits<S>();
    const double least = std::max(work.flops / most.flops, work.bytes / most.bandwidth);
    const auto rate = [&](double amount) {
        return benchmark::Counter(amount / seconds, benchmark::Counter::kDefaults,
                                  benchmark::Counter::kIs1000);
    };
    const auto ratio = [](double value, double to) { return to > 0 ? value / to : 0.0; };
    state.counters["flops"] = rate(work.flops);
    state.counters["bytes"] = rate(work.bytes);
    state.counters["of_limit"] = least / seconds;
    state.counters["to_reference"] = ratio(work.flops / seconds, work.reference);
    state.counters["to_usual"] = ratio(work.flops / seconds, work.usual);
    state.counters["to_products"] = ratio(seconds, work.products);
}

/// Times run() in the benchmark's loop.
template <class S, class F>
void measure(benchmark::State& state, const Work& work, const F& run) {
    run();
    using Clock = std::chrono::steady_clock;
    const auto begin = Clock::now();
    for (auto _ : state) {
        run();
        benchmark::ClobberMemory();
    }
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count() /
                           static_cast<double>(state.iterations());
    report<S>(state, work, seconds);
}

}  // namespace bench
