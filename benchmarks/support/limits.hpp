// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What one core of this machine can do, measured in the same run as what is compared with it.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <nmf/core/compiler.hpp>
#include <nmf/core/random.hpp>
#include <nmf/core/types.hpp>
#include <nmf/machine/simd.hpp>

#include "support/blas.hpp"

namespace bench {

using nmf::Index;
using nmf::Matrix;

/// The shortest of the runs that fit into `budget` seconds, at least three.
template <class F>
double best_seconds(const F& run, double budget = 0.3) {
    using Clock = std::chrono::steady_clock;
    double best = std::numeric_limits<double>::max();
    double spent = 0;
    for (int count = 0; count < 3 || spent < budget; ++count) {
        const auto begin = Clock::now();
        run();
        const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
        best = std::min(best, seconds);
        spent += seconds;
    }
    return best;
}

/// Flops per second of the better of Eigen's product and OpenBLAS's: C = A B with A k x m and B
/// m x n, or A B' with `turned` and B n x m.
template <class S>
double gemm_rate(Index k, Index m, Index n, bool turned) {
    const nmf::CounterRandom random(1);
    const Matrix<S> a = random.stream(1).uniform_matrix<S>(k, m);
    const Matrix<S> b = random.stream(2).uniform_matrix<S>(turned ? n : m, turned ? m : n);
    Matrix<S> c(k, n);
    double seconds = best_seconds([&] {
        if (turned) {
            c.noalias() = a * b.transpose();
        } else {
            c.noalias() = a * b;
        }
    });
    if (openblas_product(a, b, turned, c)) {
        seconds = std::min(seconds, best_seconds([&] { openblas_product(a, b, turned, c); }));
    }
    return 2.0 * static_cast<double>(k * m * n) / seconds;
}

/// Flops per second of a large square product, and bytes per second of a sum over memory that no
/// cache holds.
struct Limits {
    double flops;
    double bandwidth;
};

template <class S>
const Limits& limits() {
    static const Limits measured = [] {
        const double flops = gemm_rate<S>(1024, 1024, 1024, false);
        const std::vector<double> memory(std::size_t{1} << 25, 1.0);
        const Eigen::Map<const Eigen::VectorXd> all(memory.data(),
                                                    static_cast<Index>(memory.size()));
        const double seconds = best_seconds([&] { benchmark::DoNotOptimize(all.sum()); }, 0.5);
        const double bandwidth = 8.0 * static_cast<double>(memory.size()) / seconds;
        std::fprintf(stderr, "limits of %s: %.1f Gflop/s, %.1f GB/s; OpenBLAS kernels: %s\n",
                     sizeof(S) == 4 ? "float" : "double", flops * 1e-9, bandwidth * 1e-9,
                     openblas_core());
        return Limits{flops, bandwidth};
    }();
    return measured;
}

/// Steps of sixteen chains of fused multiply-adds in registers. Returns their sum, which is needed.
template <class S>
NMF_NOINLINE S multiply_add(Index steps) {
    using P = nmf::detail::Simd<S>;
    constexpr int chains = 16;
    typename P::Packet sums[chains];
    nmf::detail::unroll<chains>([&](auto c) NMF_INLINE_LAMBDA { sums[c] = P::set(S(c)); });
    const auto by = P::set(S(0.999));
    const auto more = P::set(S(1e-6));
    for (Index step = 0; step < steps; ++step) {
        nmf::detail::unroll<chains>([&](auto c)
                                        NMF_INLINE_LAMBDA { sums[c] = P::fma(sums[c], by, more); });
    }
    nmf::detail::unroll<chains - 1>(
        [&](auto c) NMF_INLINE_LAMBDA { sums[0] = P::add(sums[0], sums[c + 1]); });
    return P::sum(sums[0]);
}

/// Flops per second of that loop.
template <class S>
double multiply_add_rate() {
    static const double rate = [] {
        constexpr Index steps = 1'000'000;
        const double seconds =
            best_seconds([] { benchmark::DoNotOptimize(multiply_add<S>(steps)); });
        return 2.0 * 16.0 * static_cast<double>(nmf::detail::Simd<S>::width * steps) / seconds;
    }();
    return rate;
}

/// gemm_rate, once for each shape.
template <class S>
double known_gemm_rate(Index k, Index m, Index n, bool turned) {
    static std::map<std::pair<std::pair<Index, Index>, std::pair<Index, bool>>, double> known;
    const auto [at, fresh] = known.try_emplace({{k, m}, {n, turned}}, 0.0);
    if (fresh) at->second = gemm_rate<S>(k, m, n, turned);
    return at->second;
}

}  // namespace bench
