// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The view of a V whose columns a callable writes down.

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

#include <nmf/core/types.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/cost_sums.hpp>
#include <nmf/data/dense/multiply.hpp>
#include <nmf/data/dense/source.hpp>
#include <nmf/data/dense/sums.hpp>
#include <nmf/data/reconstruction_tile.hpp>
#include <nmf/data/streamed/reader.hpp>
#include <nmf/data/summary.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/factor/register_product.hpp>
#include <nmf/machine/chunks.hpp>
#include <nmf/machine/parallel.hpp>
#include <nmf/machine/scratch.hpp>
#include <nmf/machine/sums.hpp>

namespace nmf {

/// An m x n V whose columns a callable writes down, 64 at a time; made by streamed(). One-sided:
/// see DataView. Copies share the callable and its rooms, of 64 m numbers for each thread.
template <RealScalar S, class Read>
class StreamedView {
public:
    using Scalar = S;
    static constexpr bool weighted = false;
    static constexpr Index block_size = detail::block_columns;

    StreamedView(Index rows, Index cols, Read read, Calls calls)
        : rows_(rows),
          cols_(cols),
          reader_(std::make_shared<Reader>(std::move(read), rows, std::min(cols, block_size),
                                           detail::TilePass<S>::rows, calls)) {}

    [[nodiscard]] Index rows() const { return rows_; }
    [[nodiscard]] Index cols() const { return cols_; }
    [[nodiscard]] double stored() const {
        return static_cast<double>(rows_) * static_cast<double>(cols_);
    }
    [[nodiscard]] static constexpr bool has_unstored_zeros() { return false; }

    /// One reading, made once. Throws InputError for the first entry by rows that is no finite
    /// number >= 0; NaN is what the callable leaves as it is.
    [[nodiscard]] Summary summary() const {
        return (*known_)([&] { return sum_up(); });
    }

    /// C = A V; one reading.
    void product(const Factor<S>& a, Factor<S>& c) const {
        detail::multiply_by_blocks(*this, products(a.rows()), a, c);
    }

    /// See HasBlocks.
    class Products {
    public:
        explicit Products(const StreamedView& view) : view_(view) {}
        void begin(const Factor<S>& a) { a_ = &a; }
        void operator()(Index first, Index cols, S* c) const {
            view_.with(first, cols, [&](const S* columns) {
                const detail::StridedSource<S> source{columns, 1, view_.rows_};
                detail::DenseProducts<S, detail::StridedSource<S>> block(source, view_.rows_, cols,
                                                                         nullptr);
                block.begin(*a_);
                block(0, cols, c);
            });
        }

    private:
        const StreamedView& view_;
        const Factor<S>* a_ = nullptr;
    };
    [[nodiscard]] Products products(Index /*rank*/) const { return Products(*this); }

    /// One reading. The blocks of a chunk come in order.
    template <class F>
    void for_each_block(const F& f, Index most = detail::most_chunks) const {
        const Index blocks = (cols_ + block_size - 1) / block_size;
        const Index chunks = std::clamp<Index>(blocks, 1, most);
        reserve(chunks);
        detail::for_each_block(
            chunks,
            [&](Index chunk) { return std::min(cols_, blocks * chunk / chunks * block_size); },
            block_size,
            [&](Index first, Index cols, Index chunk, int thread) {
                with(first, cols, [&](const S*) { f(first, cols, chunk, thread); });
            });
    }

    /// See HasBackProduct.
    void multiply_back(Index first, Index cols, const S* x, Factor<S>& c, bool overwrite) const {
        with(first, cols, [&](const S* columns) {
            detail::multiply_block<detail::BlockOrder::rows>(
                detail::FactorColumns<S>{x, c.rows(), c.stride()}, cols,
                detail::DenseBlock<S>{columns, rows_}, rows_, c.data(), overwrite);
        });
    }

    /// One reading.
    template <class F>
    void for_each_group(Index most, const F& f) const {
        const detail::Chunks chunks(cols_, detail::block_columns);
        reserve(chunks.count());
        detail::for_each_block(chunks, std::min(most, block_size),
                               [&](Index first, Index cols, Index chunk, int thread) {
                                   with(first, cols,
                                        [&](const S*) { f(first, cols, chunk, thread); });
                               });
    }

    /// See HasPass. One reading, 4 or 6 m n k flops.
    template <class Terms, class Load, class Look, class Body>
    void pass(const detail::PassFactors<S>& factors, const Terms& terms,
              detail::Scratch<S>& scratch, const Load& load, const Look& look, const Body& body,
              Index most = detail::most_chunks) const {
        for_each_tile(factors.fixed, scratch, most, [&](auto& tile, Index chunk, int thread) {
            load(tile.block, thread);
            with_filler(tile.block, [&](const auto& fill) {
                detail::pass_tiles<false>(
                    factors, rows_, terms, fill,
                    [&](const S* v, const S* y, const S* m, Index n) { look(v, y, m, n, thread); },
                    tile);
            });
            body(tile.block, chunk, thread);
        });
    }

    /// See HasPassBack. 4 or 6 m k flops a column.
    template <class Terms, class Look>
    void pass_back(const detail::BackPass<S>& back, Index first, Index cols, const Terms& terms,
                   const Look& look, S* room) const {
        detail::TilePass<S> tile(room, back.fixed.stride());
        tile.block.first = first;
        tile.block.cols = cols;
        with_filler(tile.block, [&](const auto& fill) {
            detail::pass_tiles_back(back, rows_, terms, fill, look, tile);
        });
    }

    /// See HasCosts. One reading, 2 m n k flops.
    template <class Cost>
    [[nodiscard]] CostSums costs(const Factor<S>& a, const Factor<S>& x, const Cost& cost,
                                 detail::Scratch<S>& scratch, bool /*every_entry*/) const {
        detail::Parts<CostSums> parts;
        for_each_tile(a, scratch, detail::most_chunks, [&](auto& tile, Index chunk, int) {
            tile.block.x = x.column(tile.block.first);
            with_filler(tile.block, [&](const auto& fill) {
                detail::add_tile_costs<false>(a, rows_, cost, fill, tile, parts[chunk]);
            });
        });
        return parts.total();
    }

    /// Calls f(i, v, 1) for all entries of column j.
    template <class F>
    void visit(Index j, const F& f) const {
        with(j, 1, [&](const S* column) {
            for (Index i = 0; i < rows_; ++i) f(i, column[i], S(1));
        });
    }

    /// ||V - A'X||^2; one reading, 2 m n k flops.
    [[nodiscard]] double squared_residual(const Factor<S>& a, const Factor<S>& x,
                                          double /*reconstruction_norm*/,
                                          detail::Scratch<S>& scratch) const {
        const auto squares = [](const S* v, const S* y, const S*, Index n, CostSums& sums) {
            for (Index e = 0; e < n; ++e) {
                const double gap = static_cast<double>(v[e]) - static_cast<double>(y[e]);
                sums.squared_residual += gap * gap;
            }
        };
        return costs(a, x, squares, scratch, true).squared_residual;
    }

private:
    using Reader = detail::BlockReader<S, Read>;

    /// Calls f(columns) with columns of V, at hand or read for it.
    template <class F>
    void with(Index first, Index cols, const F& f) const {
        reader_->with(first, cols, f);
    }

    /// The same with what has a tile read them in their place.
    template <class F>
    void with_filler(const detail::ColumnBlock<S>& block, const F& f) const {
        with(block.first, block.cols, [&](const S* columns) {
            f([&](Index i, Index /*depth*/, detail::TilePass<S>& tile) {
                tile.read({columns + i, rows_});
            });
        });
    }

    /// Memory for the threads that work on so many chunks.
    void reserve(Index chunks) const {
        const auto threads = static_cast<Index>(detail::threads_of_run());
        reader_->reserve(static_cast<int>(std::min(threads, chunks)));
    }

    /// Calls work(tile, chunk, thread) for blocks that are at hand.
    template <class Work>
    void for_each_tile(const Factor<S>& a, detail::Scratch<S>& scratch, Index most,
                       const Work& work) const {
        scratch.prepare(detail::threads_of_run(), detail::TilePass<S>::size(a.stride()));
        for_each_block(
            [&](Index first, Index cols, Index chunk, int thread) {
                detail::TilePass<S> tile(scratch.of(thread), a.stride());
                tile.block.first = first;
                tile.block.cols = cols;
                work(tile, chunk, thread);
            },
            most);
    }

    [[nodiscard]] Summary sum_up() const {
        constexpr S unset = std::numeric_limits<S>::quiet_NaN();
        detail::Parts<Summary> parts;
        detail::Parts<detail::FirstOffender> offenders;
        const auto look = [&](Index j, const S* column, Index chunk) {
            const Summary of_column = detail::summarize_entries(column, rows_);
            parts[chunk] += of_column;
            if (of_column.acceptable) return;
            for (Index i = 0; i < rows_; ++i) {
                if (detail::acceptable(column[i])) continue;
                offenders[chunk].see(i, j, static_cast<double>(column[i]));
            }
        };
        detail::for_each_block(detail::Chunks(cols_, block_size, block_size), block_size,
                               [&](Index first, Index cols, Index chunk, int) {
                                   reader_->with(
                                       first, cols,
                                       [&](const S* columns) {
                                           for (Index c = 0; c < cols; ++c) {
                                               look(first + c, columns + c * rows_, chunk);
                                           }
                                       },
                                       &unset);
                               });
        offenders.total().throw_if_any("V");
        Summary total = parts.total();
        total.weight = total.visited = stored();
        return total;
    }

    Index rows_;
    Index cols_;
    std::shared_ptr<Reader> reader_;
    std::shared_ptr<detail::SharedSummary> known_ = std::make_shared<detail::SharedSummary>();
};

}  // namespace nmf
