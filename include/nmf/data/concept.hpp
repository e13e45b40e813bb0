// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What a data view has to provide: the only place where the storage of V is known.

#include <concepts>
#include <utility>

#include <nmf/core/types.hpp>
#include <nmf/data/cost_sums.hpp>
#include <nmf/data/reconstruction_tile.hpp>
#include <nmf/data/summary.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/machine/memory.hpp>
#include <nmf/machine/scratch.hpp>

namespace nmf {
namespace detail {

/// What visit(j, f) may call; GCC 12 cannot compile a generic lambda in its place.
struct Visitor {
    template <class V, class Weight>
    void operator()(Index /*row*/, V /*value*/, Weight /*weight*/) const {}
};

/// What stands for the functions that a pass over V is given.
struct AnyCall {
    template <class... Args>
    void operator()(Args&&...) const {}
};
struct AnyCost {
    template <class S>
    void operator()(const S*, const S*, const S*, Index, CostSums&) const {}
};
struct AnyTerms {
    [[nodiscard]] bool unit_denominator() const { return false; }
    template <class S>
    void operator()(const S*, S*, const S*, Index, S*, S*) const {}
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
/// 64, is one thread's.
///
/// `view.products(rank)` is what a run keeps to multiply with V many times: copies and scratch, as
/// it pays for factors of this rank. products.begin(A) prepares A V; products(first, cols, c) then
/// sets cols columns, A.stride() apart, to those of it, in any thread. It refers to the view and to
/// A.
///
/// Optional: the members of CanBeReadOnce, to make both products of an iteration while a block is
/// in cache.
template <class D>
concept HasBlocks = requires(const D& view, const Factor<typename D::Scalar>& a,
                             decltype(view.products(Index(1)))& products, typename D::Scalar* c) {
    { D::block_size } -> std::convertible_to<Index>;
    view.for_each_block([](Index, Index, Index, int) {});
    { products.begin(a) } -> std::same_as<void>;
    { std::as_const(products)(Index(0), Index(1), c) } -> std::same_as<void>;
};

/// `view.squared_residual(A, X, ||A'X||^2, scratch)` is ||V - A'X||^2, summed entry by entry in
/// double: dear, and right to the last digits. The caller knows the last argument from the Gram
/// matrices. A sum over V.
template <class D>
concept HasSquaredResidual = requires(const D& view, const Factor<typename D::Scalar>& a,
                                      detail::Scratch<typename D::Scalar>& scratch) {
    { view.squared_residual(a, a, 0.0, scratch) } -> std::same_as<double>;
};

/// `view.visit(j, f)` calls f(i, v, weight) for the visited entries of column j: all of a dense V
/// but those of weight 0, those stored of a sparse one.
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
/// All members are const, and a view may serve several runs at once: what depends on the rank or on
/// threads is in products() and in the scratch that a caller keeps. With these no member allocates
/// after the first call, and none holds anything m x n. This is what least squares needs; other
/// losses need an EntryView. Sums that a view gives itself are complete. The law functions are in
/// nmf/testing/data_view_laws.hpp.
///
/// A view may be one part of a larger V, whose columns are spread. The runs of all parts go in
/// step; only least squares has such runs. rows(), cols() and visit() are those of the part, and
/// stored() is that of V. `view.reduce(sums)` adds up the sums of all parts, and
/// `view.reduce_rows(sums)` does so for sums over rows. `view.column_extent()` tells which columns
/// of V these are. differing() and observed() of a row of V count the entries of all parts. Where
/// the run of one part throws, the program has to stop the others.
template <class D>
concept DataView = RealScalar<typename D::Scalar> && std::copyable<D> && HasShape<D> &&
    HasStored<D> && HasSummary<D> && HasProduct<D> && HasBlocks<D> && HasSquaredResidual<D> &&
    HasTransposed<D> && HasVisits<D>;

/// `view.for_each_group(most, f)` calls f(first, cols, chunk, thread), in several threads, for all
/// columns, at most so many at a time.
template <class D>
concept HasGroups = requires(const D& view) {
    view.for_each_group(Index(1), [](Index, Index, Index, int) {});
};

/// `view.costs(A, X, cost, scratch, every_entry)` adds up cost(v, y, weights, n, sums) over the
/// visited entries of V and Y = A'X, or over all of them.
template <class D>
concept HasCosts = requires(const D& view, const Factor<typename D::Scalar>& a,
                            detail::Scratch<typename D::Scalar>& scratch) {
    { view.costs(a, a, detail::AnyCost{}, scratch, true) } -> std::same_as<CostSums>;
};

/// `view.pass(factors, terms, scratch, load, look, body)`, for blocks of columns of X: load(block,
/// thread) points block.x, top and bottom somewhere, the latter two at zeros; terms(v, y, weights,
/// n, p, q) makes P and Q of entries of V and Y = A'x, weights included; block.top becomes A P, and
/// block.bottom A Q unless Q is 1 and no entry has a weight; body(block, chunk, thread) takes them,
/// with chunk < 64. look(v, y, weights, n, thread) sees the same entries before, at most 64 at a
/// time: those that costs() would add up.
template <class D>
concept HasPass = requires(const D& view, const Factor<typename D::Scalar>& a,
                           detail::Scratch<typename D::Scalar>& scratch) {
    view.pass(detail::PassFactors<typename D::Scalar>(a), detail::AnyTerms{}, scratch,
              detail::AnyCall{}, detail::AnyCall{}, detail::AnyCall{});
};

/// A view for losses other than least squares.
///
/// Optional, where all entries are visited and have no weights: `view.read_columns(first, cols, to,
/// step)` copies columns, to where they are `step` apart, aligned for packets. Optional where there
/// are weights: `view.unweighted()` is the same V where every entry counts once.
template <class D>
concept EntryView = DataView<D> && HasGroups<D> && HasCosts<D> && HasPass<D>;

/// A view with weights: `view.differing(j)` is how many entries of column j do not count once, and
/// view.visit_differing(j, f) calls f(i, weight) for them; `view.observed(j)` is how many count.
template <class D>
concept WeightedView = DataView<D> && requires(const D& view) {
    { view.differing(Index(0)) } -> std::same_as<Index>;
    { view.observed(Index(0)) } -> std::same_as<Index>;
    view.visit_differing(Index(0), detail::AnyCall{});
};

namespace detail {

/// For what is kept beside V during a run.
template <DataView View>
[[nodiscard]] Pages pages_beside(const View& view) {
    return pages_beside(sizeof(typename View::Scalar) * view.stored());
}

}  // namespace detail
}  // namespace nmf
