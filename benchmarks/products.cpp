// SPDX-License-Identifier: MIT
//
// The two products with V, on one thread. `to_reference` is the speed beside the better of Eigen's
// product and OpenBLAS's on the same shape. For sparse V it is beside Eigen's with rows contiguous,
// which is its fastest way, and `to_usual` beside Eigen's with columns contiguous, its default.

#include <benchmark/benchmark.h>

#include <nmf/data/view.hpp>

#include "support/data.hpp"
#include "support/report.hpp"

namespace bench {
namespace {

template <class View>
void product(benchmark::State& state, const View& view, double bytes_of_v, double reference,
             double usual = 0) {
    using S = typename View::Scalar;
    const auto a = factor<S>(state.range(0), view.rows());
    nmf::Factor<S> c(state.range(0), view.cols());
    const auto products = view.products(state.range(0));
    measure<S>(state,
               {.flops = 2.0 * view.stored() * static_cast<double>(state.range(0)),
                .bytes = bytes_of_v + factor_bytes<S>(state.range(0), view.rows() + view.cols()),
                .reference = reference,
                .usual = usual},
               [&] { nmf::detail::multiply_by_blocks(view, products, a, c); });
}

constexpr Index dense_rows = 5000;
constexpr Index dense_cols = 2000;

/// W'V.
template <class S>
void dense(benchmark::State& state) {
    const auto v = dense_data<S>(dense_rows, dense_cols);
    product(state, nmf::make_view(v), bytes_of(v),
            known_gemm_rate<S>(state.range(0), dense_rows, dense_cols, false));
}

/// H V'.
template <class S>
void dense_turned(benchmark::State& state) {
    const auto v = dense_data<S>(dense_rows, dense_cols);
    product(state, nmf::make_view(v).transposed(), bytes_of(v),
            known_gemm_rate<S>(state.range(0), dense_cols, dense_rows, true));
}

/// Eigen's product with a sparse V: the fastest way, which is rows contiguous in all three, and the
/// default one, columns contiguous in all three.
struct EigenSparse {
    double fastest;
    double usual;
};

/// Eigen's V A', or V'A' with `turned`.
template <class S>
EigenSparse eigen_sparse_rates(const Eigen::SparseMatrix<S>& v, Index rank, bool turned) {
    const auto rate = [&](auto factor, const auto& matrix) {
        decltype(factor) out(matrix.rows(), rank);
        factor.setOnes(matrix.cols(), rank);
        const double seconds = best_seconds([&] { out.noalias() = matrix * factor; });
        return 2.0 * static_cast<double>(v.nonZeros() * rank) / seconds;
    };
    using Rows = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    using SparseRows = Eigen::SparseMatrix<S, Eigen::RowMajor>;
    if (turned) {
        return {rate(Rows(), SparseRows(v.transpose())), rate(Matrix<S>(), v.transpose())};
    }
    return {rate(Rows(), SparseRows(v)), rate(Matrix<S>(), v)};
}

constexpr Index sparse_rows = 20000;
constexpr Index sparse_cols = 10000;
constexpr Index entries_a_column = 200;

/// W'V, or H V' with `turned`.
template <class S>
void sparse_product(benchmark::State& state, bool turned) {
    const auto v = sparse_data<S>(sparse_rows, sparse_cols, entries_a_column);
    const EigenSparse eigen = eigen_sparse_rates(v, state.range(0), !turned);
    auto view = nmf::make_view(v);
    if (turned) view = view.transposed();
    product(state, view, bytes_of(v), eigen.fastest, eigen.usual);
}

template <class S>
void sparse(benchmark::State& state) {
    sparse_product<S>(state, false);
}

template <class S>
void sparse_turned(benchmark::State& state) {
    sparse_product<S>(state, true);
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
