// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The laws of an initialisation.

#include <string>
#include <utility>
#include <vector>

#include <nmf/core/random.hpp>
#include <nmf/data/view.hpp>
#include <nmf/init/concept.hpp>
#include <nmf/machine/parallel.hpp>
#include <nmf/testing/broken_laws.hpp>
#include <nmf/testing/padding.hpp>

namespace nmf::testing {

namespace detail {

template <RealScalar S>
struct Start {
    Factor<S> w;
    Factor<S> h;
};

/// The start that the initialisation makes in factors with other entries.
template <DataView View, InitFor<View> P>
[[nodiscard]] auto start_of(const P& init, const View& view, Index rank, std::uint64_t seed) {
    using S = typename View::Scalar;
    Start<S> start{Factor<S>(rank, view.rows()), Factor<S>(rank, view.cols())};
    start.w.matrix().setConstant(S(3));
    start.h.matrix().setConstant(S(5));
    init.start(view, view.summary(), CounterRandom(seed), start.w, start.h);
    return start;
}

template <RealScalar S>
[[nodiscard]] bool same(const Start<S>& one, const Start<S>& two) {
    return (one.w.padded_matrix().array() == two.w.padded_matrix().array()).all() &&
           (one.h.padded_matrix().array() == two.h.padded_matrix().array()).all();
}

template <DataView View, InitFor<View> P>
void check_init(const P& init, const View& view, Index rank, BrokenLaws& broken) {
    const std::string where = nmf::detail::shape(view.rows(), view.cols()) +
                              ", k = " + std::to_string(rank) +
                              (view.summary().sum > 0 ? "" : ", V = 0");
    const auto start = start_of(init, view, rank, 1);
    broken.require(non_negative_and_finite(start.w) && non_negative_and_finite(start.h),
                   "1. the factors are finite and >= 0", where);
    broken.require(same(start, start_of(init, view, rank, 1)),
                   "2. the same seed gives the same start", where);
    const bool shapes = start.w.rows() == rank && start.w.cols() == view.rows() &&
                        start.h.rows() == rank && start.h.cols() == view.cols();
    broken.require(shapes, "3. the factors keep their shapes", where);
    broken.require(padding_is_zero(start.w) && padding_is_zero(start.h),
                   "4. the padding of the factors stays 0", where);
    const bool something =
        (start.w.matrix().array() != 0).any() && (start.h.matrix().array() != 0).any();
    broken.require(something || !(view.summary().sum > 0),
                   "5. unless V = 0, neither factor is all zero", where);
}

}  // namespace detail

/// The laws that an initialisation breaks on this view and rank; none for a good one. The first two
/// are the laws of nmf/init/concept.hpp.
template <DataView View, InitFor<View> P>
[[nodiscard]] std::vector<std::string> init_laws(const P& init, const View& view, Index rank) {
    BrokenLaws broken;
    detail::check_init(init, view, rank, broken);
    return std::move(broken).reports();
}

/// The same on dense and sparse data of several shapes, and with several threads. Among them are V
/// = 0, zero rows and columns, a single row, column and entry, and ranks above both sides.
template <RealScalar S, Init P>
[[nodiscard]] std::vector<std::string> init_laws(const P& init) {
    BrokenLaws broken;
    const auto check = [&](const Matrix<S>& v) {
        const Eigen::SparseMatrix<S, Eigen::ColMajor> sparse = v.sparseView();
        for (const Index rank : {1, 3, 12}) {
            detail::check_init(init, make_view(v), rank, broken);
            detail::check_init(init, make_view(sparse), rank, broken);
            const auto dense_start = detail::start_of(init, make_view(v), rank, 1);
            const auto sparse_start = detail::start_of(init, make_view(sparse), rank, 1);
            const nmf::detail::RunScope three(3);
            broken.require(
                detail::same(dense_start, detail::start_of(init, make_view(v), rank, 1)) &&
                    detail::same(sparse_start, detail::start_of(init, make_view(sparse), rank, 1)),
                "6. the number of threads changes no bit", nmf::detail::shape(v.rows(), v.cols()));
        }
    };
    const CounterRandom random(5);
    Matrix<S> v = random.uniform_matrix<S>(40, 30);
    v = (v.array() < S(0.5)).select(S(0), v);
    v.row(7).setZero();
    v.col(11).setZero();
    check(v);
    check(Matrix<S>(v.topRows(5)));
    check(Matrix<S>(v.leftCols(4)));
    check(Matrix<S>(v.topRows(1)));
    check(Matrix<S>(v.leftCols(1)));
    check(Matrix<S>::Constant(1, 1, S(2)));
    check(Matrix<S>::Constant(6, 7, S(2)));
    check(Matrix<S>::Zero(6, 7));
    return std::move(broken).reports();
}

}  // namespace nmf::testing
