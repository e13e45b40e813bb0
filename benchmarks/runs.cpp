// SPDX-License-Identifier: MIT
//
// Starts and whole iterations on one thread. `to_products` is the time of an iteration over that of
// its two products with V.

#include <benchmark/benchmark.h>

#include <nmf/nmf.hpp>

#include "support/data.hpp"
#include "support/limits.hpp"

namespace bench {
namespace {

constexpr Index dense_rows = 5000;
constexpr Index dense_cols = 2000;

template <class Init, class V>
void start(benchmark::State& state, const Init& init, const V& v) {
    using S = typename V::Scalar;
    const auto view = nmf::make_view(v);
    const nmf::Summary sums = view.summary();
    nmf::Factor<S> w(state.range(0), v.rows());
    nmf::Factor<S> h(state.range(0), v.cols());
    for (auto _ : state) init.start(view, sums, nmf::CounterRandom(0), w, h);
}

void random_init(benchmark::State& state) {
    start(state, nmf::RandomInit{}, dense_data<double>(dense_rows, dense_cols));
}

void nndsvd_dense(benchmark::State& state) {
    start(state, nmf::Nndsvd{}, dense_data<double>(dense_rows, dense_cols));
}

void nndsvd_sparse(benchmark::State& state) {
    start(state, nmf::Nndsvd{}, sparse_data<double>(20000, 10000, 200));
}

/// Ten iterations of a run, the start left out.
template <class V, class... Policies>
void iterations(benchmark::State& state, const V& v, const Policies&... policies) {
    using S = typename V::Scalar;
    const Index rank = state.range(0);
    auto view = nmf::make_view(v);
    auto flipped = view.transposed();
    if constexpr (requires { view.prepare_products(rank); }) {
        view.prepare_products(rank);
        flipped.prepare_products(rank);
    }
    const auto w = factor<S>(rank, v.rows());
    const auto h = factor<S>(rank, v.cols());
    nmf::Factor<S> right(rank, v.cols());
    nmf::Factor<S> left(rank, v.rows());
    const double products = best_seconds([&] {
        view.product(w, right);
        flipped.product(h, left);
    });
    double spent = 0;
    for (auto _ : state) {
        const auto fit =
            nmf::factorize(v, rank, nmf::MaxIterations{10}, nmf::Threads{1}, policies...);
        const double seconds = (fit.history.back().seconds - fit.history.front().seconds) / 10;
        state.SetIterationTime(seconds);
        spent += seconds;
    }
    state.counters["to_products"] = spent / static_cast<double>(state.iterations()) / products;
}

template <class S>
void hals_dense(benchmark::State& state) {
    iterations(state, dense_data<S>(dense_rows, dense_cols));
}

template <class S>
void hals_sparse(benchmark::State& state) {
    iterations(state, sparse_data<S>(20000, 10000, 200));
}

template <class S>
void kl_dense(benchmark::State& state) {
    iterations(state, dense_data<S>(dense_rows, dense_cols), nmf::KullbackLeibler{});
}

template <class S>
void kl_sparse(benchmark::State& state) {
    iterations(state, sparse_data<S>(20000, 10000, 200), nmf::KullbackLeibler{});
}

BENCHMARK(random_init)->Unit(benchmark::kMillisecond)->ArgName("k")->Arg(20);
BENCHMARK(nndsvd_dense)->Unit(benchmark::kMillisecond)->ArgName("k")->Arg(20);
BENCHMARK(nndsvd_sparse)->Unit(benchmark::kMillisecond)->ArgName("k")->Arg(20);

#define NMF_RUN(name)                      \
    BENCHMARK_TEMPLATE(name, double)       \
        ->Unit(benchmark::kMillisecond)    \
        ->UseManualTime()                  \
        ->ArgName("k")                     \
        ->ArgsProduct({{10, 20, 50, 64}}); \
    BENCHMARK_TEMPLATE(name, float)        \
        ->Unit(benchmark::kMillisecond)    \
        ->UseManualTime()                  \
        ->ArgName("k")                     \
        ->ArgsProduct({{10, 20, 50, 64}})

NMF_RUN(hals_dense);
NMF_RUN(hals_sparse);
NMF_RUN(kl_dense);
NMF_RUN(kl_sparse);

}  // namespace
}  // namespace bench
