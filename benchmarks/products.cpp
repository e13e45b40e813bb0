// SPDX-License-Identifier: MIT
//
// The two products with V, on one thread. `to_reference` is the speed beside the better of Eigen's
// product and OpenBLAS's on the same shape, and for sparse V beside Eigen's.

#include <benchmark/benchmark.h>

#include <nmf/data/view.hpp>

#include "support/data.hpp"
#include "support/report.hpp"

namespace bench {
namespace {

template <class View>
void product(benchmark::State& state, const View& view, double bytes_of_v, double reference) {
    using S = typename View::Scalar;
    const auto a = factor<S>(state.range(0), view.rows());
    nmf::Factor<S> c(state.range(0), view.cols());
    const double factors = static_cast<double>(sizeof(S)) *
                           static_cast<double>(state.range(0) * (view.rows() + view.cols()));
    measure<S>(state,
               {.flops = 2.0 * view.stored() * static_cast<double>(state.range(0)),
                .bytes = bytes_of_v + factors,
                .reference = reference},
               [&] { view.product(a, c); });
}

constexpr Index dense_rows = 5000;
constexpr Index dense_cols = 2000;

/// W'V.
template <class S>
void dense(benchmark::State& state) {
    const auto v = dense_data<S>(dense_rows, dense_cols);
    product(state, nmf::make_view(v),
            static_cast<double>(sizeof(S)) * static_cast<double>(v.size()),
            known_gemm_rate<S>(state.range(0), dense_rows, dense_cols, false));
}

/// H V'.
template <class S>
void dense_turned(benchmark::State& state) {
    const auto v = dense_data<S>(dense_rows, dense_cols);
    product(state, nmf::make_view(v).transposed(),
            static_cast<double>(sizeof(S)) * static_cast<double>(v.size()),
            known_gemm_rate<S>(state.range(0), dense_cols, dense_rows, true));
}

/// Eigen's V A' (or V'A') with a sparse V, rows of the factor contiguous, which is its fastest way.
template <class Matrix, class S = typename Matrix::Scalar>
double eigen_sparse_rate(const Matrix& v, Index rank) {
    using RowMajor = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    using ColMajor = nmf::Matrix<S>;
    const auto time = [&](auto factor, auto out) {
        factor.setOnes(v.cols(), rank);
        out.setZero(v.rows(), rank);
        return best_seconds([&] { out.noalias() = v * factor; });
    };
    const double seconds = std::min(time(RowMajor(), RowMajor()), time(ColMajor(), ColMajor()));
    return 2.0 * static_cast<double>(v.nonZeros() * rank) / seconds;
}

constexpr Index sparse_rows = 20000;
constexpr Index sparse_cols = 10000;
constexpr Index entries_a_column = 200;

template <class S>
double sparse_bytes(const Eigen::SparseMatrix<S>& v) {
    return static_cast<double>(sizeof(S) + sizeof(int)) * static_cast<double>(v.nonZeros());
}

template <class S>
void sparse(benchmark::State& state) {
    const auto v = sparse_data<S>(sparse_rows, sparse_cols, entries_a_column);
    const Eigen::SparseMatrix<S, Eigen::RowMajor> turned(v.transpose());
    product(state, nmf::make_view(v), sparse_bytes(v), eigen_sparse_rate(turned, state.range(0)));
}

template <class S>
void sparse_turned(benchmark::State& state) {
    const auto v = sparse_data<S>(sparse_rows, sparse_cols, entries_a_column);
    const Eigen::SparseMatrix<S, Eigen::RowMajor> by_rows(v);
    product(state, nmf::make_view(v).transposed(), sparse_bytes(v),
            eigen_sparse_rate(by_rows, state.range(0)));
}

#define NMF_PRODUCT(name)                                                                        \
    BENCHMARK_TEMPLATE(name, double)->ArgName("k")->ArgsProduct({{5, 10, 20, 32, 50, 64, 100}}); \
    BENCHMARK_TEMPLATE(name, float)->ArgName("k")->ArgsProduct({{5, 10, 20, 32, 50, 64, 100}})

NMF_PRODUCT(dense);
NMF_PRODUCT(dense_turned);
NMF_PRODUCT(sparse);
NMF_PRODUCT(sparse_turned);

}  // namespace
}  // namespace bench
