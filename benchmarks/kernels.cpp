// SPDX-License-Identifier: MIT
//
// The kernels that an iteration consists of, on generated data: flops per second of the products
// with V in both orientations, beside Eigen's own, of the Gram matrix, of a half-step of each
// solver and of the KKT residual; and whole iterations.

#include <benchmark/benchmark.h>

#include <nmf/nmf.hpp>

namespace {

using nmf::Factor;
using nmf::Index;
using nmf::Matrix;

constexpr nmf::CounterRandom source{1};

template <class S>
Matrix<S> dense_data(Index rows, Index cols) {
    return source.stream(0).uniform_matrix<S>(rows, cols);
}

/// About 1 in 100 entries stored.
template <class S>
Eigen::SparseMatrix<S> sparse_data(Index rows, Index cols) {
    Eigen::SparseMatrix<S> v(rows, cols);
    const Index each = std::max<Index>(1, rows / 100);
    v.reserve(Eigen::VectorX<int>::Constant(cols, static_cast<int>(each)));
    const auto draws = source.stream(1);
    for (Index j = 0; j < cols; ++j) {
        for (Index e = 0; e < each; ++e) {
            const auto draw = static_cast<std::uint64_t>(j * each + e);
            v.insert(e * rows / each + draws.below(draw, rows / each), j) =
                static_cast<S>(draws.uniform(~draw));
        }
    }
    v.makeCompressed();
    return v;
}

template <class S>
Factor<S> factor(Index rank, Index size) {
    return Factor<S>(source.stream(2).uniform_matrix<S>(rank, size));
}

void count_flops(benchmark::State& state, double flops) {
    state.counters["FLOPS"] = benchmark::Counter(
        flops, benchmark::Counter::kIsIterationInvariantRate, benchmark::Counter::kIs1000);
}

template <class View>
void product(benchmark::State& state, const View& view, Index rank) {
    using S = typename View::Scalar;
    const auto a = factor<S>(rank, view.rows());
    Factor<S> c(rank, view.cols());
    for (auto _ : state) {
        view.product(a, c);
        benchmark::DoNotOptimize(c.data());
    }
    count_flops(state, 2.0 * view.stored() * static_cast<double>(rank));
}

template <class S>
void dense_product(benchmark::State& state) {
    const auto v = dense_data<S>(5000, 2000);
    product(state, nmf::make_view(v), state.range(0));
}

template <class S>
void dense_product_transposed(benchmark::State& state) {
    const auto v = dense_data<S>(5000, 2000);
    product(state, nmf::make_view(v).transposed(), state.range(0));
}

template <class S>
void eigen_dense_product(benchmark::State& state) {
    const auto v = dense_data<S>(5000, 2000);
    const Matrix<S> a = factor<S>(state.range(0), v.rows()).matrix();
    Matrix<S> c(a.rows(), v.cols());
    for (auto _ : state) {
        c.noalias() = a * v;
        benchmark::DoNotOptimize(c.data());
    }
    count_flops(state, 2.0 * static_cast<double>(v.size() * a.rows()));
}

template <class S>
void eigen_dense_product_transposed(benchmark::State& state) {
    const auto v = dense_data<S>(5000, 2000);
    const Matrix<S> a = factor<S>(state.range(0), v.cols()).matrix();
    Matrix<S> c(a.rows(), v.rows());
    for (auto _ : state) {
        c.noalias() = a * v.transpose();
        benchmark::DoNotOptimize(c.data());
    }
    count_flops(state, 2.0 * static_cast<double>(v.size() * a.rows()));
}

template <class S>
void sparse_product(benchmark::State& state) {
    const auto v = sparse_data<S>(20000, 10000);
    product(state, nmf::make_view(v), state.range(0));
}

template <class S>
void sparse_product_transposed(benchmark::State& state) {
    const auto v = sparse_data<S>(20000, 10000);
    product(state, nmf::make_view(v).transposed(), state.range(0));
}

/// A half-step with 10000 columns, whose equations are there.
template <class S, class Solver>
void half_step(benchmark::State& state, const Solver& solver) {
    const Index rank = state.range(0);
    const Index size = 10000;
    nmf::NormalEquations<S> equations;
    Matrix<double> gram;
    nmf::detail::GramKernel<S>()(factor<S>(rank, 1000), 1, gram);
    equations.gram.assign(gram.cast<S>());
    equations.cross = factor<S>(rank, size);
    equations.cross.padded_matrix() *= S(100);
    auto x = factor<S>(rank, size);
    typename Solver::template Workspace<S> work;
    for (auto _ : state) {
        solver.update(equations, x, work);
        benchmark::DoNotOptimize(x.data());
    }
    count_flops(state, 2.0 * static_cast<double>(size * rank * rank));
}

template <class S>
void hals_sweep(benchmark::State& state) {
    half_step<S>(state, nmf::Hals{.inner_iterations = 1});
}

template <class S>
void multiplicative_step(benchmark::State& state) {
    half_step<S>(state, nmf::MultiplicativeUpdate{});
}

template <class S>
void als_step(benchmark::State& state) {
    half_step<S>(state, nmf::Als{});
}

template <class S>
void gram_matrix(benchmark::State& state) {
    const auto a = factor<S>(state.range(0), 10000);
    nmf::detail::GramKernel<S> gram;
    Matrix<double> out;
    for (auto _ : state) {
        gram(a, 1, out);
        benchmark::DoNotOptimize(out.data());
    }
    count_flops(state, 2.0 * static_cast<double>(a.cols() * a.rows() * a.rows()));
}

/// Default iterations on one thread: the time of ten, the start left out.
template <class V>
void iterations(benchmark::State& state, const V& v) {
    for (auto _ : state) {
        const auto fit = nmf::factorize(v, state.range(0), nmf::MaxIterations{10}, nmf::Threads{1});
        state.SetIterationTime((fit.history.back().seconds - fit.history.front().seconds) / 10);
    }
}

template <class S>
void dense_iteration(benchmark::State& state) {
    iterations(state, dense_data<S>(5000, 2000));
}

template <class S>
void sparse_iteration(benchmark::State& state) {
    iterations(state, sparse_data<S>(20000, 10000));
}

#define NMF_BENCHMARK(name)                                     \
    BENCHMARK_TEMPLATE(name, float)->Arg(10)->Arg(20)->Arg(50); \
    BENCHMARK_TEMPLATE(name, double)->Arg(10)->Arg(20)->Arg(50)

NMF_BENCHMARK(dense_product);
NMF_BENCHMARK(eigen_dense_product);
NMF_BENCHMARK(dense_product_transposed);
NMF_BENCHMARK(eigen_dense_product_transposed);
NMF_BENCHMARK(sparse_product);
NMF_BENCHMARK(sparse_product_transposed);
NMF_BENCHMARK(gram_matrix);
NMF_BENCHMARK(hals_sweep);
NMF_BENCHMARK(multiplicative_step);
NMF_BENCHMARK(als_step);
BENCHMARK_TEMPLATE(dense_iteration, float)->Arg(20)->UseManualTime();
BENCHMARK_TEMPLATE(dense_iteration, double)->Arg(20)->UseManualTime();
BENCHMARK_TEMPLATE(sparse_iteration, float)->Arg(20)->UseManualTime();
BENCHMARK_TEMPLATE(sparse_iteration, double)->Arg(20)->UseManualTime();

}  // namespace
