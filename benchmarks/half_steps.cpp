// SPDX-License-Identifier: MIT
//
// Updates of a factor on one thread: those on normal equations, without the products with V, and
// those that take a pass over V.

#include <benchmark/benchmark.h>

#include <nmf/nmf.hpp>

#include "support/data.hpp"
#include "support/report.hpp"

namespace bench {
namespace {

/// A half-step on so many columns whose equations are there; counted as 2 N k^2 flops a sweep.
template <class S, class Solver>
void on_equations(benchmark::State& state, const Solver& solver, Index size = 10000,
                  Index sweeps = 1, double reference = 0) {
    const Index rank = state.range(0);
    nmf::NormalEquations<S> equations;
    Matrix<double> gram;
    nmf::detail::GramKernel<S>()(factor<S>(rank, 1000), nmf::detail::WholeData{}, gram);
    equations.resize(rank, size);
    equations.gram.assign(gram.cast<S>());
    equations.cross = factor<S>(rank, size);
    equations.cross.padded_matrix() *= S(100);
    auto x = factor<S>(rank, size);
    typename Solver::template Workspace<S> work;
    measure<S>(state,
               {.flops = 2.0 * static_cast<double>(sweeps * size * rank * rank),
                .bytes = 3 * factor_bytes<S>(rank, size),
                .reference = reference},
               [&] { solver.update(equations, x, work); });
}

template <class S>
void hals_sweep(benchmark::State& state) {
    on_equations<S>(state, nmf::Hals{.inner_iterations = 1});
}

/// Sweeps over columns that stay in the first-level cache, beside a loop of multiply-adds.
template <class S>
void hals_sweeps_in_cache(benchmark::State& state) {
    constexpr Index sweeps = 50;
    on_equations<S>(state, nmf::Hals{.inner_iterations = sweeps, .inner_tolerance = 0}, 64, sweeps,
                    multiply_add_rate<S>());
}

template <class S>
void mu_frobenius(benchmark::State& state) {
    on_equations<S>(state, nmf::MultiplicativeUpdate{});
}

template <class S>
void als(benchmark::State& state) {
    on_equations<S>(state, nmf::Als{});
}

template <class S>
void anls(benchmark::State& state) {
    on_equations<S>(state, nmf::Anls{});
}

template <class S>
void gram(benchmark::State& state) {
    const auto a = factor<S>(state.range(0), 10000);
    nmf::detail::GramKernel<S> kernel;
    Matrix<double> out;
    measure<S>(state,
               {.flops = 2.0 * static_cast<double>(a.cols() * a.rows() * a.rows()),
                .bytes = factor_bytes<S>(a.rows(), a.cols())},
               [&] { kernel(a, nmf::detail::WholeData{}, out); });
}

/// The half-step that updates H, again and again from the same H. `fixed` holds W.
template <class View, class Problem>
void half_step(benchmark::State& state, const View& view, const Problem& problem, double flops,
               double bytes_of_v) {
    using S = typename View::Scalar;
    using Former = nmf::detail::Former<View, Problem>;
    const Index rank = state.range(0);
    const auto w = factor<S>(rank, view.rows());
    const auto h = factor<S>(rank, view.cols());
    auto next = h;
    Matrix<double> gram;
    nmf::detail::GramKernel<S>()(w, view, gram);
    nmf::detail::HalfStep<View, Former, Problem> half(view, problem);
    nmf::detail::KktGauge gauge{nmf::Vector<double>::Ones(rank), {}};
    if constexpr (requires { Former::mass(view, problem); }) {
        gauge.mass = Former::mass(view, problem);
    }
    measure<S>(state,
               {.flops = flops,
                .bytes = bytes_of_v + factor_bytes<S>(rank, view.rows() + 2 * view.cols())},
               [&] {
                   half.run(view, {.a = w, .gram = &gram}, nmf::Side::h,
                            {.x = h, .previous = h, .next = &next}, gauge);
               });
}

template <class Loss, class Solver>
using ProblemOf = nmf::detail::Problem<Loss, Solver, nmf::Penalties<>>;

/// A multiplicative half-step for the beta-divergence, beta in tenths.
template <class View>
void multiplicative(benchmark::State& state, const View& view, double bytes_of_v) {
    const double beta = 0.1 * static_cast<double>(state.range(1));
    const nmf::BetaDivergence loss(beta);
    const nmf::MultiplicativeUpdate solver;
    const nmf::Penalties<> penalties{};
    const ProblemOf<nmf::BetaDivergence, nmf::MultiplicativeUpdate> problem{
        loss, solver, penalties, state.range(0), 1.0, view.stored(), 1.0, 1.0};
    // The reconstruction and one or two sums.
    const double products = beta == 1 ? 2 : 3;
    half_step(state, view, problem,
              2.0 * products * view.stored() * static_cast<double>(state.range(0)), bytes_of_v);
}

template <class S>
void mu_dense(benchmark::State& state) {
    const Matrix<S> v = dense_data<S>(2000, 1000).array() + S(0.01);
    multiplicative(state, nmf::make_view(v), bytes_of(v));
}

template <class S>
void kl_sparse(benchmark::State& state) {
    const auto v = sparse_data<S>(20000, 10000, 50);
    multiplicative(state, nmf::make_view(v), bytes_of(v));
}

/// Weighted least squares: a Gram matrix for each column, at 2 k^2 flops an entry.
template <class S>
void hals_masked(benchmark::State& state) {
    const auto v = sparse_data<S>(20000, 10000, 50);
    const auto view = nmf::MissingUnstored{}.view(v);
    const nmf::Frobenius loss;
    const nmf::Hals solver{.inner_iterations = 1};
    const nmf::Penalties<> penalties{};
    const ProblemOf<nmf::Frobenius, nmf::Hals> problem{
        loss, solver, penalties, state.range(0), 1.0, view.stored(), 1.0, v.squaredNorm()};
    const auto rank = static_cast<double>(state.range(0));
    half_step(state, view, problem, 2.0 * view.stored() * rank * (rank + 1), bytes_of(v));
}

#define NMF_HALF_STEP(name)                                                                      \
    BENCHMARK_TEMPLATE(name, double)->ArgName("k")->ArgsProduct({{5, 10, 20, 32, 50, 64, 100}}); \
    BENCHMARK_TEMPLATE(name, float)->ArgName("k")->ArgsProduct({{5, 10, 20, 32, 50, 64, 100}})
#define NMF_PASS(name, ranks, betas)                                                           \
    BENCHMARK_TEMPLATE(name, double)->ArgNames({"k", "beta*10"})->ArgsProduct({ranks, betas}); \
    BENCHMARK_TEMPLATE(name, float)->ArgNames({"k", "beta*10"})->ArgsProduct({ranks, betas})

NMF_HALF_STEP(gram);
NMF_HALF_STEP(hals_sweep);
NMF_HALF_STEP(hals_sweeps_in_cache);
NMF_HALF_STEP(mu_frobenius);
NMF_HALF_STEP(als);
NMF_HALF_STEP(anls);
const std::vector<std::int64_t> some_ranks{10, 20, 50};
NMF_PASS(mu_dense, some_ranks, (std::vector<std::int64_t>{0, 5, 7, 10, 15, 20}));
NMF_PASS(kl_sparse, some_ranks, (std::vector<std::int64_t>{10}));
BENCHMARK_TEMPLATE(hals_masked, double)->ArgName("k")->Arg(10)->Arg(20)->Arg(50);
BENCHMARK_TEMPLATE(hals_masked, float)->ArgName("k")->Arg(10)->Arg(20)->Arg(50);

}  // namespace
}  // namespace bench
