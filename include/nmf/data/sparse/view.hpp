// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Views of a sparse V, where an entry that is not stored is 0, or missing.

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include <Eigen/SparseCore>

#include <nmf/core/interrupt.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/cost_sums.hpp>
#include <nmf/data/reconstruction_tile.hpp>
#include <nmf/data/sparse/direction.hpp>
#include <nmf/data/sparse/product.hpp>
#include <nmf/data/sparse/residual.hpp>
#include <nmf/data/sparse/stored_entries.hpp>
#include <nmf/data/sparse/stored_reconstruction.hpp>
#include <nmf/data/summary.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/machine/chunks.hpp>

namespace nmf {

/// What an entry means that is not stored.
enum class Unstored { zero, missing };

/// A sparse m x n V. Model of DataView.
///
/// Refers to the user's matrix for one direction and owns a copy of its entries in the other one,
/// so that both products run along contiguous columns of C: the memory of a run is twice that of V
/// (values and one index each) and the factors. prepare_products() takes one more copy for each
/// direction whose factor outgrows the cache, where columns have 48 entries or more on average.
/// Copies of a view share these; one serves one caller at a time.
template <RealScalar S, class I, Unstored Meaning = Unstored::zero>
class SparseView {
public:
    using Scalar = S;
    static constexpr bool weighted = Meaning == Unstored::missing;
    using Entries = detail::StoredEntries<S, I>;

    /// `by_columns` has the entries of V by columns and `by_rows` those of V' by columns; `owned`
    /// keeps alive what they refer to.
    SparseView(Entries by_columns, Entries by_rows, std::shared_ptr<const void> owned, int threads)
        : along_(by_columns), across_(by_rows), owned_(std::move(owned)), threads_(threads) {}

    [[nodiscard]] Index rows() const { return along_.entries.rows; }
    [[nodiscard]] Index cols() const { return along_.entries.cols; }
    [[nodiscard]] double stored() const { return static_cast<double>(along_.stored); }
    [[nodiscard]] int threads() const { return threads_; }
    [[nodiscard]] static constexpr bool has_unstored_zeros() { return !weighted; }

    [[nodiscard]] SparseView transposed() const {
        SparseView flipped(*this);
        std::swap(flipped.along_, flipped.across_);
        return flipped;
    }

    /// One pass. Throws InputError at the first stored entry in reading order that is not a finite
    /// number >= 0.
    [[nodiscard]] Summary summary() const {
        Summary total;
        detail::PacedInterrupt pace;
        for (Index j = 0; j < cols(); ++j) {
            pace.step(along_.entries.end(j) - along_.entries.begin(j) + 1);
            detail::summarize_visited(*this, j, total);
        }
        if (!total.acceptable) detail::throw_first_offender(*this);
        if (weighted) {
            const double entries = static_cast<double>(rows()) * static_cast<double>(cols());
            total.unit_weights = total.unit_weights && total.visited == entries;
        }
        return total;
    }

    /// C = A V, weighted entries with weights; 2 nnz k flops.
    void product(const Factor<S>& a, Factor<S>& c) const {
        detail::multiply_by_blocks(*this, a, c);
    }

    /// To be called before many products with factors of this rank.
    void prepare_products(Index rank) {
        if (along_.entries.weights != nullptr) return;
        if (along_.banded != nullptr && along_.banded->rank() == rank) return;
        along_.banded = nullptr;
        const Index bands =
            detail::bands_of<S>(rows(), cols(), along_.stored, detail::padded<S>(rank));
        if (bands == 1) return;
        along_.banded = std::make_shared<detail::BandedProduct<S, I>>(along_.entries, along_.stored,
                                                                      bands, rank, threads_);
    }

    /// For some columns of it. After prepare_products() it may make all of them at once.
    [[nodiscard]] auto multiplier(const Factor<S>& a) const {
        const Factor<S>* whole = nullptr;
        if (along_.banded != nullptr && along_.banded->rank() == a.rows()) {
            whole = &(*along_.banded)(a, [&](const auto& f) {
                for_each_block([&](Index first, Index cols, Index, int) { f(first, cols); });
            });
        }
        return [this, &a, whole](Index first, Index cols, S* c) {
            if (whole != nullptr) {
                std::copy_n(whole->data() + first * a.stride(), cols * a.stride(), c);
            } else if (along_.entries.weights == nullptr) {
                detail::multiply_columns(a, along_.entries, first, cols, c);
            } else {
                multiply_weighted(a, first, cols, c);
            }
        };
    }

    static constexpr Index block_size = detail::column_step;

    template <class F>
    void for_each_block(const F& f) const {
        detail::for_each_block(
            detail::most_chunks, [&](Index chunk) { return along_.begin_of(chunk); }, block_size,
            threads_, f);
    }

    /// See HasVisits. Over the stored entries, 4 nnz k flops, where the terms allow it or the
    /// others are missing; over all entries else, 6 m n k flops.
    template <class Terms, class Load, class Look, class Body>
    void pass(const detail::PassFactors<S>& factors, const Terms& terms,
              detail::Scratch<S>& scratch, const Load& load, const Look& look,
              const Body& body) const {
        const bool by_entries = weighted || terms.unit_denominator();
        const StoredPass stored(along_.entries);
        for_each_tile(factors.fixed, scratch, [&](auto& tile, Index chunk, int thread) {
            const auto see = [&](const S* v, const S* y, const S* m, Index n) {
                look(v, y, m, n, thread);
            };
            load(tile.block, thread);
            if (by_entries) {
                for (Index c = 0; c < tile.block.cols; ++c) {
                    stored.run(factors, terms, see, c, tile);
                }
            } else {
                detail::pass_tiles<false>(factors, rows(), terms, filler(tile.block), see, tile);
            }
            body(tile.block, chunk, thread);
        });
    }

    /// See HasVisits. 2 nnz k flops over the stored entries, 2 m n k over all.
    template <class Cost>
    [[nodiscard]] CostSums costs(const Factor<S>& a, const Factor<S>& x, const Cost& cost,
                                 detail::Scratch<S>& scratch, bool every_entry) const {
        std::array<CostSums, detail::most_chunks> parts{};
        for_each_tile(a, scratch, [&](auto& tile, Index chunk, int) {
            tile.block.x = x.data() + tile.block.first * x.stride();
            add_block_costs(a, cost, every_entry, tile, parts[static_cast<std::size_t>(chunk)]);
        });
        return detail::add_up(parts);
    }

    /// Calls f(first, cols, chunk, thread) for all columns, at most so many at a time.
    template <class F>
    void for_each_group(Index most, const F& f) const {
        detail::for_each_block(
            detail::most_chunks, [&](Index chunk) { return along_.begin_of(chunk); }, most,
            threads_, f);
    }

    /// Calls f(i, v, weight) for the stored entries of column j, but those of weight 0.
    template <class F>
    void visit(Index j, const F& f) const {
        along_.entries.visit(j, f);
    }

    /// ||V - A'X||^2, with the norm of A'X from the Gram matrices where that leaves digits: 2 nnz k
    /// flops, and 2 m n k more where it does not.
    [[nodiscard]] double squared_residual(const Factor<S>& a, const Factor<S>& x,
                                          double reconstruction_norm) const {
        const detail::SparseResidual<S, I> residual(along_, a, x, threads_);
        return weighted ? residual.over_stored() : residual.over_all(reconstruction_norm);
    }

private:
    using StoredPass = detail::StoredPass<weighted, S, I>;

    /// Calls work(tile, chunk, thread) for blocks of columns.
    template <class Work>
    void for_each_tile(const Factor<S>& a, detail::Scratch<S>& scratch, const Work& work) const {
        scratch.prepare(threads_, detail::TilePass<S>::size(a.stride()));
        detail::for_each_chunk(detail::most_chunks, threads_, [&](Index chunk, int thread) {
            detail::TilePass<S> tile(scratch.of(thread), a.stride());
            const Index end = along_.begin_of(chunk + 1);
            for (Index j = along_.begin_of(chunk); j < end; j += detail::block_columns) {
                detail::check_interrupt();
                tile.block.first = j;
                tile.block.cols = std::min(detail::block_columns, end - j);
                work(tile, chunk, thread);
            }
        });
    }

    template <class Cost>
    void add_block_costs(const Factor<S>& a, const Cost& cost, bool every_entry,
                         detail::TilePass<S>& tile, CostSums& sums) const {
        if (weighted || !every_entry) {
            StoredPass(along_.entries).add_costs(a, cost, tile, sums);
        } else {
            detail::add_tile_costs<false>(a, rows(), cost, filler(tile.block), tile, sums);
        }
    }

    /// Puts rows of V into a tile, zeros included. Eigen keeps the entries of a column in the order
    /// of their rows.
    [[nodiscard]] auto filler(const detail::ColumnBlock<S>& block) const {
        std::array<Index, static_cast<std::size_t>(detail::block_columns)> next{};
        for (Index c = 0; c < block.cols; ++c) {
            next[static_cast<std::size_t>(c)] = along_.entries.begin(block.first + c);
        }
        return [this, &block, next](Index i, Index depth, detail::TilePass<S>& tile) mutable {
            const Entries& v = along_.entries;
            constexpr Index rows = detail::TilePass<S>::rows;
            tile.read_copy();
            std::fill_n(tile.v, rows * block.cols, S(0));
            for (Index c = 0; c < block.cols; ++c) {
                Index& entry = next[static_cast<std::size_t>(c)];
                const Index end = v.end(block.first + c);
                for (; entry < end && v.row(entry) < i + depth; ++entry) {
                    tile.v[v.row(entry) - i + c * rows] = v.values[entry];
                }
            }
        };
    }

    void multiply_weighted(const Factor<S>& a, Index first, Index cols, S* c) const {
        Eigen::Map<Matrix<S>> out(c, a.stride(), cols);
        out.setZero();
        for (Index j = 0; j < cols; ++j) {
            visit(first + j,
                  [&](Index i, S v, S m) { out.col(j) += m * v * a.padded_matrix().col(i); });
        }
    }

    detail::SparseDirection<S, I> along_;
    detail::SparseDirection<S, I> across_;
    std::shared_ptr<const void> owned_;
    int threads_;
};

}  // namespace nmf
