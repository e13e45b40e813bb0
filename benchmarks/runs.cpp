// SPDX-License-Identifier: MIT
//
// Starts and whole iterations on one thread. `to_products` is the time of an iteration over that of
// the two products with V.

#include <benchmark/benchmark.h>

#include <nmf/nmf.hpp>

#include "support/data.hpp"
#include "support/limits.hpp"
#include "support/report.hpp"

namespace bench {
namespace {

constexpr Index dense_rows = 5000;
constexpr Index dense_cols = 2000;

template <class Init, class V>
void start(benchmark::State& state, const Init& init, const V& v, const Work& work) {
    using S = typename V::Scalar;
    const auto view = nmf::make_view(v);
    const nmf::Summary sums = view.summary();
    nmf::Factor<S> w(state.range(0), v.rows());
    nmf::Factor<S> h(state.range(0), v.cols());
    measure<S>(state, work, [&] { init.start(view, sums, nmf::CounterRandom(0), w, h); });
}

/// Draws are made of integers; no flops are counted.
void random_init(benchmark::State& state) {
    const auto v = dense_data<double>(dense_rows, dense_cols);
    start(state, nmf::RandomInit{}, v,
          {.bytes = factor_bytes<double>(state.range(0), v.rows() + v.cols())});
}

/// Ten products with V at l = k + 10, and what they read and write. An orthonormal basis takes two
/// Gram matrices and two products with an l x l matrix: four bases of m columns and five of n. The
/// SVD takes half of that for m columns. What is left is not counted.
template <class V>
void nndsvd(benchmark::State& state, const V& v) {
    const Index l = state.range(0) + 10;
    const auto size = static_cast<double>(l);
    const double bases =
        36.0 * static_cast<double>(v.rows()) + 40.0 * static_cast<double>(v.cols());
    start(
        state, nmf::Nndsvd{}, v,
        {.flops = 20.0 * nmf::make_view(v).stored() * size + bases * size * size,
         .bytes = 10.0 * (bytes_of(v) + factor_bytes<typename V::Scalar>(l, v.rows() + v.cols()))});
}

void nndsvd_dense(benchmark::State& state) {
    nndsvd(state, dense_data<double>(dense_rows, dense_cols));
}

void nndsvd_sparse(benchmark::State& state) {
    nndsvd(state, sparse_data<double>(20000, 10000, 200));
}

/// What is counted of an iteration: these flops, and bytes of two passes, each of which reads V and
/// one factor, and reads and writes the other.
struct Iteration {
    double entry;                      ///< Flops of a pass for each entry of V that it looks at.
    double column;                     ///< Flops for each column of both factors.
    double saved_by_steps_taken_back;  ///< Passes that one does without whose step is taken back.
};

/// The products with V; for each column one sweep, the KKT residual and the Gram matrix. Further
/// sweeps and extrapolation are not counted.
Iteration hals(double k) { return {2 * k, 6 * k * k, 1}; }

/// With G X in place of the sweep.
Iteration mu_frobenius(double k) { return {2 * k, 6 * k * k, 0}; }

/// For each column equations of its own, the gradient, one sweep and the KKT residual.
Iteration weighted_hals(double k) { return {2 * k * (k + 1), 6 * k * k, 0}; }

/// The reconstruction and one sum.
Iteration kl_mu(double k) { return {4 * k, 0, 0}; }

/// The reconstruction, one sum, and one sweep over all components; a division counts as one.
Iteration kl_cd(double k) { return {12.5 * k, 0, 0}; }

const nmf::MultiplicativeUpdate mu{};
const nmf::KlCoordinateDescent cd{.after = 0};

/// Ten iterations of a run, the start left out.
template <class V, class... Policies>
void iterations(benchmark::State& state, const V& v, Iteration counted(double k),
                const Policies&... policies) {
    using S = typename V::Scalar;
    const Index rank = state.range(0);
    const auto view = nmf::make_view(v);
    const auto flipped = view.transposed();
    const auto along = view.products(rank);
    const auto across = flipped.products(rank);
    const auto w = factor<S>(rank, v.rows());
    const auto h = factor<S>(rank, v.cols());
    nmf::Factor<S> right(rank, v.cols());
    nmf::Factor<S> left(rank, v.rows());
    const double products = best_seconds([&] {
        nmf::detail::multiply_by_blocks(view, along, w, right);
        nmf::detail::multiply_by_blocks(flipped, across, h, left);
    });
    double spent = 0;
    Index steps_taken_back = 0;
    for (auto _ : state) {
        const auto fit = nmf::factorize(v, rank, nmf::Only{nmf::MaxIterations{10}}, nmf::Threads{1},
                                        policies...);
        const double seconds = (fit.history.back().seconds - fit.history.front().seconds) / 10;
        state.SetIterationTime(seconds);
        spent += seconds;
        steps_taken_back = fit.steps_taken_back;
    }
    const Index columns = v.rows() + v.cols();
    const Iteration each = counted(static_cast<double>(rank));
    const double passes =
        2.0 - 0.1 * each.saved_by_steps_taken_back * static_cast<double>(steps_taken_back);
    report<S>(
        state,
        {.flops = passes * each.entry * view.stored() + each.column * static_cast<double>(columns),
         .bytes = passes * bytes_of(v) + 3 * factor_bytes<S>(rank, columns),
         .products = products},
        spent / static_cast<double>(state.iterations()));
}

template <class S>
void hals_dense(benchmark::State& state) {
    iterations(state, dense_data<S>(dense_rows, dense_cols), hals);
}

template <class S>
void hals_sparse(benchmark::State& state) {
    iterations(state, sparse_data<S>(20000, 10000, 200), hals);
}

template <class S>
void hals_missing(benchmark::State& state) {
    iterations(state, sparse_data<S>(20000, 10000, 50), weighted_hals, nmf::MissingUnstored{});
}

template <class S>
void mu_frobenius_dense(benchmark::State& state) {
    iterations(state, dense_data<S>(dense_rows, dense_cols), mu_frobenius, mu);
}

template <class S>
void kl_mu_dense(benchmark::State& state) {
    iterations(state, dense_data<S>(dense_rows, dense_cols), kl_mu, nmf::KullbackLeibler{}, mu);
}

template <class S>
void kl_mu_sparse(benchmark::State& state) {
    iterations(state, sparse_data<S>(20000, 10000, 200), kl_mu, nmf::KullbackLeibler{}, mu);
}

template <class S>
void kl_cd_dense(benchmark::State& state) {
    iterations(state, dense_data<S>(dense_rows, dense_cols), kl_cd, nmf::KullbackLeibler{}, cd);
}

template <class S>
void kl_cd_sparse(benchmark::State& state) {
    iterations(state, sparse_data<S>(20000, 10000, 200), kl_cd, nmf::KullbackLeibler{}, cd);
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
NMF_RUN(hals_missing);
NMF_RUN(mu_frobenius_dense);
NMF_RUN(kl_mu_dense);
NMF_RUN(kl_mu_sparse);
NMF_RUN(kl_cd_dense);
NMF_RUN(kl_cd_sparse);

}  // namespace
}  // namespace bench
