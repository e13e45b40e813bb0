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

/// Stand-ins for the functions that a pass over V takes.
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

/// `view.for_each_block(f)` calls f(first, cols, chunk, thread) for all columns, in several
/// threads. Blocks have `view.block_size` columns; only the last may be shorter. Each chunk, below
/// 64, belongs to one thread.
///
/// `view.products(rank)` is the object with which a run multiplies V many times. It keeps copies
/// and scratch, as far as they pay for factors of this rank. products.begin(A) prepares A V. Then
/// products(first, cols, c) sets cols columns at c, A.stride() apart, to those columns of A V, in
/// any thread. It refers to the view and to A.
///
/// Optional: the members of CanBeReadOnce, to make both products of an iteration while a block is
/// in cache.
///
/// A view without transposed() may read V block by block. Then the block that f is called for is at
/// hand: products, multiply_back(), pass_back() and visit() are called for its columns, in that
/// thread.
template <class D>
concept HasBlocks = requires(const D& view, const Factor<typename D::Scalar>& a,
                             decltype(view.products(Index(1)))& products, typename D::Scalar* c) {
    { view.block_size } -> std::convertible_to<Index>;
    view.for_each_block([](Index, Index, Index, int) {});
    { products.begin(a) } -> std::same_as<void>;
    { std::as_const(products)(Index(0), Index(1), c) } -> std::same_as<void>;
};

/// `view.squared_residual(A, X, ||A'X||^2, scratch)` is ||V - A'X||^2, summed entry by entry in
/// double. It is expensive, and exact to the last digits. The caller knows ||A'X||^2 from the Gram
/// matrices, over the entries that count. A sum over V.
template <class D>
concept HasSquaredResidual = requires(const D& view, const Factor<typename D::Scalar>& a,
                                      detail::Scratch<typename D::Scalar>& scratch) {
    { view.squared_residual(a, a, 0.0, scratch) } -> std::same_as<double>;
};

/// `view.visit(j, f)` calls f(i, v, weight) for the visited entries of column j. These are the
/// stored entries of a sparse V, and all entries of a dense V except those of weight 0.
///
/// `view.has_unstored_zeros()` tells whether entries that are not visited are zeros that count.
/// `View::weighted` tells whether entries can have weights or be missing; see
/// detail::has_weights(). If both hold, visited entries have no weights. Those not visited are
/// zeros, except for some that are missing. In such a view both are static constants.
template <class D>
concept HasVisits = requires(const D& view) {
    { view.has_unstored_zeros() } -> std::same_as<bool>;
    { D::weighted } -> std::convertible_to<bool>;
    view.visit(Index(0), detail::Visitor{});
};

/// `view.transposed()` is a view of V'. It costs nothing.
template <class D>
concept HasTransposed = requires(const D& view) {
    view.transposed();
};

/// `view.multiply_back(first, cols, X, C, overwrite)` makes C (+)= X V(:, first .. first + cols -
/// 1)', for the columns of X there and C k x rows. `view.for_each_block(f, most)` has chunks below
/// `most`.
template <class D>
concept HasBackProduct = requires(const D& view, const typename D::Scalar* x,
                                  Factor<typename D::Scalar>& c) {
    view.for_each_block([](Index, Index, Index, int) {}, Index(1));
    view.multiply_back(Index(0), Index(1), x, c, true);
};

/// V as the rest of the library sees it. Views are cheap to copy and refer to the user's memory.
/// All members are const, so a view may serve several runs at once. State that depends on the rank
/// or on threads is in products() and in the caller's scratch. Apart from these, no member
/// allocates after the first call, and none holds anything m x n. Least squares needs no more than
/// this; other losses need an EntryView. The sums that a view returns are complete.
/// nmf/testing/data_view_laws.hpp tests the laws.
///
/// A view need not be transposable. A one-sided view has multiply_back() in place of transposed().
/// An iteration then takes both of its products from one reading of the blocks.
///
/// A view may be one part of a larger V, whose columns are distributed. The runs of all parts go in
/// step. Only least squares has such runs. rows(), cols() and visit() are those of the part, and
/// stored() is that of V. `view.reduce(sums)` adds up the sums of all parts, and
/// `view.reduce_rows(sums)` does so for sums over rows. `view.column_extent()` tells which columns
/// of V these are. differing() and observed() of a row of V count the entries of all parts. If the
/// run of one part throws, the program has to stop the others.
template <class D>
concept DataView = RealScalar<typename D::Scalar> && std::copyable<D> && HasShape<D> &&
    HasStored<D> && HasSummary<D> && HasProduct<D> && HasBlocks<D> && HasSquaredResidual<D> &&
    (HasTransposed<D> || HasBackProduct<D>)&&HasVisits<D>;

/// A view that knows V by its rows as well as by its columns.
template <class D>
concept TransposableView = DataView<D> && HasTransposed<D>;

/// A view that knows V by its columns alone.
template <class D>
concept OneSidedView = DataView<D> && !HasTransposed<D>;

/// `view.for_each_group(most, f)` calls f(first, cols, chunk, thread) for all columns, in several
/// threads, at most `most` columns at a time.
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

/// `view.pass(factors, terms, scratch, load, look, body)` reads V once, for blocks of columns of X.
/// For each block it makes these calls:
///
/// - load(block, thread) points block.x, block.top and block.bottom somewhere, the latter two at
///   zeros;
/// - look(v, y, weights, n, thread) sees the entries that costs() would add up, at most 64 at a
///   time;
/// - terms(v, y, weights, n, p, q) makes P and Q from entries of V and Y = A'x, weights included;
/// - body(block, chunk, thread) takes block.top = A P and block.bottom = A Q, with chunk < 64.
///
/// If Q is 1 and no visited entry has a weight, block.bottom is not set.
template <class D>
concept HasPass = requires(const D& view, const Factor<typename D::Scalar>& a,
                           detail::Scratch<typename D::Scalar>& scratch) {
    view.pass(detail::PassFactors<typename D::Scalar>(a), detail::AnyTerms{}, scratch,
              detail::AnyCall{}, detail::AnyCall{}, detail::AnyCall{});
};

/// `view.pass_back(back, first, cols, terms, look, room)`, for columns of a block that is at hand:
/// see BackPass. terms and look are those of pass(); `room` has TilePass::size(stride) numbers,
/// which may be the scratch of a pass inside of its body. `view.pass(..., most)` has chunks below
/// `most`.
template <class D>
concept HasPassBack = requires(const D& view, const detail::BackPass<typename D::Scalar>& back,
                               const Factor<typename D::Scalar>& a,
                               detail::Scratch<typename D::Scalar>& scratch,
                               typename D::Scalar* room) {
    view.pass_back(back, Index(0), Index(1), detail::AnyTerms{}, detail::AnyCall{}, room);
    view.pass(detail::PassFactors<typename D::Scalar>(a), detail::AnyTerms{}, scratch,
              detail::AnyCall{}, detail::AnyCall{}, detail::AnyCall{}, Index(1));
};

/// A view for losses other than least squares. A one-sided one has pass_back().
///
/// Optional, if all entries are visited and have no weights: `view.read_columns(first, cols, to,
/// step)` copies columns. The copies are `step` apart and aligned for packets. Optional, if there
/// are weights: `view.unweighted()` is the same V with every entry counting once.
template <class D>
concept EntryView = DataView<D> && HasGroups<D> && HasCosts<D> && HasPass<D> &&
    (HasTransposed<D> || HasPassBack<D>);

/// A view with weights. `view.differing(j)` is the number of entries of column j that do not count
/// once. `view.visit_differing(j, f)` calls f(i, weight) for them, by rows. `view.observed(j)` is
/// the number of entries that count. With unstored zeros, `view.missing_sums(A, X)` has the sums of
/// y and y^2 over the missing entries, for Y = A'X.
template <class D>
concept WeightedView = DataView<D> && requires(const D& view) {
    { view.differing(Index(0)) } -> std::same_as<Index>;
    { view.observed(Index(0)) } -> std::same_as<Index>;
    view.visit_differing(Index(0), detail::AnyCall{});
};

namespace detail {

/// The columns of V can be read as they are, zeros too, several at a time.
template <class View>
concept CanReadColumns = requires(const View& view, typename View::Scalar* to) {
    view.read_columns(Index(0), Index(1), to, Index(1));
};

/// Whether the columns of this V can be read. A view may deny it by a member reads_columns().
template <class View>
[[nodiscard]] bool reads_columns([[maybe_unused]] const View& view) {
    if constexpr (requires { view.reads_columns(); }) return view.reads_columns();
    return CanReadColumns<View>;
}

/// The kind of memory for what a run keeps beside V.
template <DataView View>
[[nodiscard]] Pages pages_beside(const View& view) {
    return pages_beside(sizeof(typename View::Scalar) * view.stored());
}

}  // namespace detail
}  // namespace nmf
