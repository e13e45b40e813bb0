// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The view of V' for any view of V.

#include <algorithm>
#include <utility>

#include <nmf/core/types.hpp>
#include <nmf/data/back_product.hpp>
#include <nmf/data/back_ratios.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/cost_sums.hpp>
#include <nmf/data/reconstruction_tile.hpp>
#include <nmf/data/summary.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/machine/chunks.hpp>
#include <nmf/machine/parallel.hpp>
#include <nmf/machine/scratch.hpp>

namespace nmf::detail {

/// Stands in for the view of V', n x m, where V can be read by its columns alone. What it knows of
/// V it takes from a reading of all of V, each time; nothing of it is m x n. In a run the
/// half-steps on it take what the last reading has left instead: see BackProduct and BackRatios.
/// Model of DataView.
template <OneSidedView View>
class FlippedView {
public:
    using Scalar = typename View::Scalar;
    using S = Scalar;
    static constexpr bool weighted = false;
    static constexpr Index block_size = 128;

    explicit FlippedView(View view) : view_(std::move(view)) {}

    [[nodiscard]] Index rows() const { return view_.cols(); }
    [[nodiscard]] Index cols() const { return view_.rows(); }
    [[nodiscard]] double stored() const { return view_.stored(); }
    [[nodiscard]] bool has_unstored_zeros() const { return view_.has_unstored_zeros(); }
    [[nodiscard]] Summary summary() const { return view_.summary(); }

    /// V itself.
    [[nodiscard]] const View& transposed() const { return view_; }

    /// C = A V'. One reading.
    void product(const Factor<S>& a, Factor<S>& c) const {
        BackProduct<S> back;
        const Index chunks = back_chunks(view_, a.rows());
        back.prepare(a.rows(), cols(), chunks);
        back.begin();
        view_.for_each_block([&](Index first, Index count, Index chunk,
                                 int) { back.add(view_, chunk, first, count, a.column(first)); },
                             chunks);
        back.copy(0, cols(), c.data());
    }

    /// See HasBlocks. The whole product at once, of which blocks are copied.
    class Products {
    public:
        Products(const FlippedView& view, Index rank) : view_(view), product_(rank, view.cols()) {}
        void begin(const Factor<S>& a) { view_.product(a, product_); }
        void operator()(Index first, Index cols, S* c) const {
            std::copy_n(product_.column(first), cols * product_.stride(), c);
        }

    private:
        const FlippedView& view_;
        Factor<S> product_;
    };
    [[nodiscard]] Products products(Index rank) const { return {*this, rank}; }

    /// Reads nothing.
    template <class F>
    void for_each_block(const F& f) const {
        nmf::detail::for_each_block(Chunks(cols(), block_size, block_size), block_size, f);
    }

    /// Reads nothing.
    template <class F>
    void for_each_group(Index most, const F& f) const {
        nmf::detail::for_each_block(Chunks(cols(), block_columns), most, f);
    }

    /// One reading.
    [[nodiscard]] double squared_residual(const Factor<S>& a, const Factor<S>& x,
                                          double reconstruction, Scratch<S>& scratch) const {
        return view_.squared_residual(x, a, reconstruction, scratch);
    }

    /// One reading for one row of V.
    template <class F>
    void visit(Index i, const F& f) const {
        const OnOneThread one;
        view_.for_each_block([&](Index first, Index count, Index, int) {
            for (Index j = first; j < first + count; ++j) {
                view_.visit(j, [&](Index row, auto v, auto weight) {
                    if (row == i) f(j, v, weight);
                });
            }
        });
    }

    /// The sums of term(v) over the entries of each row of V. One reading.
    template <class Term>
    [[nodiscard]] Vector<double> row_sums(const Term& term) const {
        const Index chunks = back_chunks(view_, 1);
        Matrix<double> parts = Matrix<double>::Zero(cols(), chunks);
        view_.for_each_block(
            [&](Index first, Index count, Index chunk, int) {
                for (Index j = first; j < first + count; ++j) {
                    view_.visit(j, [&](Index i, auto v, auto) {
                        parts(i, chunk) += term(static_cast<double>(v));
                    });
                }
            },
            chunks);
        return parts.rowwise().sum();
    }

    /// See HasCosts. One reading.
    template <class Cost>
    [[nodiscard]] CostSums costs(const Factor<S>& a, const Factor<S>& x, const Cost& cost,
                                 Scratch<S>& scratch, bool every_entry) const {
        return view_.costs(x, a, cost, scratch, every_entry);
    }

    /// See HasPass. One reading. load() is called twice for each block.
    template <class Terms, class Load, class Look, class Body>
    void pass(const PassFactors<S>& factors, const Terms& terms, Scratch<S>& scratch,
              const Load& load, const Look& look, const Body& body) const {
        const Index rank = factors.fixed.rows();
        const Index stride = factors.fixed.stride();
        BackRatios<S> back;
        back.prepare(rank, cols(), back_chunks(view_, rank), !terms.unit_denominator());
        for_each_group(block_columns, [&](Index first, Index count, Index, int thread) {
            ColumnBlock<S> block{first, count};
            load(block, thread);
            std::copy_n(block.x, count * stride, back.point.data() + first * stride);
        });
        scratch.prepare(threads_of_run(), TilePass<S>::size(stride));
        back.begin();
        view_.for_each_block(
            [&](Index first, Index count, Index chunk, int thread) {
                back.add(
                    view_, chunk, first, count,
                    {factors.fixed.column(first), factors.top.column(first),
                     factors.bottom.column(first)},
                    terms,
                    [&](const S* v, const S* y, const S* weights, Index n) {
                        look(v, y, weights, n, thread);
                    },
                    scratch.of(thread));
            },
            back.chunks());
        take(back, terms, load, body);
    }

    /// The same from a reading that was made. Reads nothing.
    template <class Terms, class Load, class Body>
    void take(const BackRatios<S>& back, const Terms& terms, const Load& load,
              const Body& body) const {
        for_each_group(block_columns, [&](Index first, Index count, Index chunk, int thread) {
            ColumnBlock<S> block{first, count};
            load(block, thread);
            back.copy(first, count, !terms.unit_denominator(), block.top, block.bottom);
            body(block, chunk, thread);
        });
    }

private:
    View view_;
};

template <class View>
inline constexpr bool is_flipped = false;
template <class View>
inline constexpr bool is_flipped<FlippedView<View>> = true;

/// The view of V': its own where it is transposable.
template <DataView View>
[[nodiscard]] auto flipped_view(const View& view) {
    if constexpr (TransposableView<View>) {
        return view.transposed();
    } else {
        return FlippedView<View>(view);
    }
}
template <class View>
using FlippedOf = decltype(flipped_view(std::declval<const View&>()));

/// Calls f(first, cols, chunk, thread) for all columns, so that their entries can be visited: for
/// those of a one-sided view with the block at hand.
template <DataView View, class F>
void for_each_visited(const View& view, const F& f) {
    if constexpr (OneSidedView<View>) {
        view.for_each_block(f);
    } else {
        const Chunks chunks(view.cols(), 1, 1);
        for_each_chunk(chunks.count(), [&](Index chunk, int thread) {
            f(chunks.begin(chunk), chunks.end(chunk) - chunks.begin(chunk), chunk, thread);
        });
    }
}

}  // namespace nmf::detail
