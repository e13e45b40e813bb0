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
#include <nmf/data/sparse/products.hpp>
#include <nmf/data/sparse/residual.hpp>
#include <nmf/data/sparse/stored_entries.hpp>
#include <nmf/data/sparse/stored_reconstruction.hpp>
#include <nmf/data/summary.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/machine/chunks.hpp>
#include <nmf/machine/sums.hpp>

namespace nmf {

/// What an entry means that is not stored.
enum class Unstored { zero, missing };

/// A sparse m x n V. Model of DataView.
///
/// Refers to the user's matrix for one direction and owns a copy of its entries in the other one.
/// So both products run along contiguous columns of C. The memory of a run is twice the memory of V
/// (values and one index each), plus the factors. products() may take one more copy for each
/// direction. It does so if the factor outgrows the cache and columns have 32 entries or more on
/// average.
template <RealScalar S, class I, Unstored Meaning = Unstored::zero>
class SparseView {
public:
    using Scalar = S;
    static constexpr bool weighted = Meaning == Unstored::missing;
    using Entries = detail::StoredEntries<S, I>;

    /// `by_columns` has the entries of V by columns and `by_rows` those of V' by columns; `owned`
    /// keeps alive what they refer to.
    SparseView(Entries by_columns, Entries by_rows, std::shared_ptr<const void> owned)
        : along_(by_columns), across_(by_rows), owned_(std::move(owned)) {}

    [[nodiscard]] Index rows() const { return along_.entries.rows; }
    [[nodiscard]] Index cols() const { return along_.entries.cols; }
    [[nodiscard]] double stored() const { return static_cast<double>(along_.stored); }
    [[nodiscard]] static constexpr bool has_unstored_zeros() { return !weighted; }

    [[nodiscard]] SparseView transposed() const {
        SparseView flipped(*this);
        std::swap(flipped.along_, flipped.across_);
        flipped.known_ = std::make_shared<detail::SharedSummary>();
        return flipped;
    }

    /// One pass, made once. Throws InputError at the first stored entry in reading order that is
    /// not a finite number >= 0.
    [[nodiscard]] Summary summary() const {
        return (*known_)([&] { return sum_up(); });
    }

    /// C = A V, weighted entries with weights; 2 nnz k flops.
    void product(const Factor<S>& a, Factor<S>& c) const {
        detail::multiply_by_blocks(*this, detail::SparseProducts<S, I>(along_, nullptr), a, c);
    }

    /// See HasBlocks. Copies the entries where that pays: see the class.
    [[nodiscard]] auto products(Index rank) const {
        using Banded = detail::BandedProduct<S, I>;
        std::shared_ptr<Banded> banded;
        const Index bands =
            detail::bands_that_pay<S>(rows(), cols(), along_.stored, detail::padded<S>(rank));
        if (bands > 0 && along_.entries.weights == nullptr) {
            banded = std::make_shared<Banded>(along_.entries, along_.stored, bands, rank);
        }
        return detail::SparseProducts<S, I>(along_, std::move(banded));
    }

    static constexpr Index block_size = detail::column_step;

    template <class F>
    void for_each_block(const F& f) const {
        detail::for_each_block(
            detail::most_chunks, [&](Index chunk) { return along_.begin_of(chunk); }, block_size,
            f);
    }

    /// See HasPass. It visits the stored entries, in 4 nnz k flops, if the terms allow it or the
    /// others are missing. Otherwise it visits all entries, in 6 m n k flops.
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

    /// See HasCosts. 2 nnz k flops over the stored entries, 2 m n k over all.
    template <class Cost>
    [[nodiscard]] CostSums costs(const Factor<S>& a, const Factor<S>& x, const Cost& cost,
                                 detail::Scratch<S>& scratch, bool every_entry) const {
        detail::Parts<CostSums> parts;
        for_each_tile(a, scratch, [&](auto& tile, Index chunk, int) {
            tile.block.x = x.data() + tile.block.first * x.stride();
            add_block_costs(a, cost, every_entry, tile, parts[chunk]);
        });
        return parts.total();
    }

    /// Calls f(first, cols, chunk, thread) for all columns, at most so many at a time.
    template <class F>
    void for_each_group(Index most, const F& f) const {
        detail::for_each_block(
            detail::most_chunks, [&](Index chunk) { return along_.begin_of(chunk); }, most, f);
    }

    /// The same V where every entry counts once, for one that stores all with weights of 1.
    [[nodiscard]] auto unweighted() const requires(weighted) {
        const auto plain = [](Entries of) {
            of.weights = nullptr;
            return of;
        };
        return SparseView<S, I>(plain(along_.entries), plain(across_.entries), owned_);
    }

    /// Entries of column j that do not count once.
    [[nodiscard]] Index differing(Index j) const requires(weighted) { return along_.differing(j); }

    /// Entries of column j that count.
    [[nodiscard]] Index observed(Index j) const requires(weighted) { return along_.observed(j); }

    /// Calls f(i, weight) for the entries of column j that do not count once.
    template <class F>
    void visit_differing(Index j, const F& f) const requires(weighted) {
        along_.visit_differing(j, f);
    }

    /// Calls f(i, v, weight) for the stored entries of column j, but those of weight 0.
    template <class F>
    void visit(Index j, const F& f) const {
        along_.entries.visit(j, f);
    }

    /// The stored entries, those of column j being number begin(j) .. end(j) - 1.
    [[nodiscard]] const Entries& stored_entries() const { return along_.entries; }

    /// ||V - A'X||^2, with the norm of A'X from the Gram matrices where that leaves digits: 2 nnz k
    /// flops, and 2 m n k more where it does not.
    [[nodiscard]] double squared_residual(const Factor<S>& a, const Factor<S>& x,
                                          double reconstruction_norm,
                                          detail::Scratch<S>& /*scratch*/) const {
        const detail::SparseResidual<S, I> residual(along_, a, x);
        if (weighted) return residual.over_stored();
        return residual.over_all(reconstruction_norm, [](Index, Index) { return false; });
    }

protected:
    [[nodiscard]] const detail::SparseDirection<S, I>& along() const { return along_; }

    [[nodiscard]] Summary sum_up() const {
        Summary total;
        detail::PacedInterrupt pace;
        for (Index j = 0; j < cols(); ++j) {
            pace.step(along_.entries.end(j) - along_.entries.begin(j) + 1);
            detail::summarize_visited(*this, j, total);
        }
        if (!total.acceptable) detail::throw_first_offender(*this);
        detail::complete_weights(*this, total);
        return total;
    }

    using StoredPass = detail::StoredPass<weighted, S, I>;

    /// Calls work(tile, chunk, thread) for blocks of columns.
    template <class Work>
    void for_each_tile(const Factor<S>& a, detail::Scratch<S>& scratch, const Work& work) const {
        scratch.prepare(detail::threads_of_run(), detail::TilePass<S>::size(a.stride()));
        detail::for_each_chunk(detail::most_chunks, [&](Index chunk, int thread) {
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

private:
    detail::SparseDirection<S, I> along_;
    detail::SparseDirection<S, I> across_;
    std::shared_ptr<const void> owned_;
    std::shared_ptr<detail::SharedSummary> known_ = std::make_shared<detail::SharedSummary>();
};

}  // namespace nmf
