// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What a data view has to provide: the only place where the storage of V is known.

#include <concepts>

#include <nmf/core/types.hpp>
#include <nmf/data/summary.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/machine/memory.hpp>

namespace nmf {
namespace detail {

/// What visit(j, f) may call; GCC 12 cannot compile a generic lambda in its place.
struct Visitor {
    template <class V, class Weight>
    void operator()(Index /*row*/, V /*value*/, Weight /*weight*/) const {}
};

}  // namespace detail

template <class D>
concept HasShape = requires(const D& view) {
    { view.rows() } -> std::same_as<Index>;
    { view.cols() } -> std::same_as<Index>;
};

/// `view.stored()` is the number of entries that a pass over V visits: m n, those a sparse V
/// stores, or the numbers in the factors of a LowRankView.
template <class D>
concept HasStored = requires(const D& view) {
    { view.stored() } -> std::same_as<double>;
};

/// `view.threads()` is how many threads the kernels of a run may use.
template <class D>
concept HasThreads = requires(const D& view) {
    { view.threads() } -> std::same_as<int>;
};

/// `view.summary()` are the sums over V. Throws InputError, with the place, for the first entry
/// that is negative, NaN or infinite.
template <class D>
concept HasSummary = requires(const D& view) {
    { view.summary() } -> std::same_as<Summary>;
};

/// `view.product(A, C)` sets C = A V, with A k x m and C k x n. A sum over the rows of V.
template <class D>
concept HasProduct = requires(const D& view, const Factor<typename D::Scalar>& a,
                              Factor<typename D::Scalar>& c) {
    { view.product(a, c) } -> std::same_as<void>;
};

/// `view.for_each_block(f)` calls f(first, cols, chunk, thread), in several threads, for all
/// columns in blocks of `View::block_size`, of which only the last may be shorter; a chunk, below
/// 64, is one thread's. `view.multiplier(A)` prepares A V: multiply(first, cols, c) sets cols
/// columns, A.stride() apart, to those of it, in any thread. It refers to the view and to A, and
/// serves until the view makes the next one.
///
/// Optional: `view.prepare_products(rank)`, called before many products with factors of one rank;
/// `view.read_once(rank)` and `view.multiply_back(first, cols, X, C, overwrite)` of CanBeReadOnce,
/// to make both products of an iteration while a block is in cache.
template <class D>
concept HasBlocks = requires(const D& view, const Factor<typename D::Scalar>& a,
                             typename D::Scalar* c) {
    { D::block_size } -> std::convertible_to<Index>;
    view.for_each_block([](Index, Index, Index, int) {});
    { view.multiplier(a)(Index(0), Index(1), c) } -> std::same_as<void>;
};

/// `view.squared_residual(A, X, ||A'X||^2)` is ||V - A'X||^2, summed entry by entry in double:
/// dear, and right to the last digits. The caller knows the last argument from the Gram matrices. A
/// sum over V.
template <class D>
concept HasSquaredResidual = requires(const D& view, const Factor<typename D::Scalar>& a) {
    { view.squared_residual(a, a, 0.0) } -> std::same_as<double>;
};

/// `view.pass(factors, terms, scratch, load, look, body)`, for blocks of columns of X: load(block,
/// thread) points block.x, top and bottom somewhere, the latter two at zeros; terms(v, y, weights,
/// n, p, q) makes P and Q of entries of V and Y = A'x, weights included; block.top becomes A P, and
/// block.bottom A Q unless Q is 1 and no entry has a weight; body(block, chunk, thread) takes them,
/// with chunk < 64. look(v, y, weights, n, thread) sees the same entries before, at most 64 at a
/// time: those that costs() would add up.
///
/// `view.costs(A, X, cost, scratch, every_entry)` adds up cost(v, y, weights, n, sums) over the
/// visited entries, or over all of them.
///
/// `view.visit(j, f)` calls f(i, v, weight) for the visited entries of column j: all of a dense V
/// but those of weight 0, those stored of a sparse one.
///
/// `view.for_each_group(most, f)` calls f(first, cols, chunk, thread), in several threads, for all
/// columns, at most so many at a time.
///
/// Optional, where all entries are visited and have no weights: `view.read_columns(first, cols, to,
/// step)` copies columns, to where they are `step` apart, aligned for packets.
///
/// `view.has_unstored_zeros()` tells that entries which are not visited are zeros that count.
/// `View::weighted` tells that entries have weights or can be missing.
template <class D>
concept HasVisits = requires(const D& view) {
    { D::has_unstored_zeros() } -> std::same_as<bool>;
    { D::weighted } -> std::convertible_to<bool>;
    view.visit(Index(0), detail::Visitor{});
};

/// `view.transposed()` is a view of V'. It costs nothing.
template <class D>
concept HasTransposed = requires(const D& view) {
    view.transposed();
};

/// V as the rest of the library sees it. Views are cheap to copy and refer to the user's memory.
/// None of the members allocates memory after the first call, and none holds anything m x n.
/// The law functions are in nmf/testing/data_view_laws.hpp.
template <class D>
concept DataView = RealScalar<typename D::Scalar> && std::copyable<D> && HasShape<D> &&
    HasStored<D> && HasThreads<D> && HasSummary<D> && HasProduct<D> && HasBlocks<D> &&
    HasSquaredResidual<D> && HasTransposed<D> && HasVisits<D>;

namespace detail {

/// To be called before many products with factors of this rank.
template <class View>
void prepare_products(View& view, Index rank) {
    if constexpr (requires { view.prepare_products(rank); }) view.prepare_products(rank);
}

/// For what is kept beside V during a run.
template <DataView View>
[[nodiscard]] Pages pages_beside(const View& view) {
    return pages_beside(sizeof(typename View::Scalar) * view.stored());
}

}  // namespace detail
}  // namespace nmf
