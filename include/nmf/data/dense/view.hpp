// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The view of a V that is visited entry by entry.

#include <algorithm>
#include <array>
#include <concepts>
#include <memory>
#include <utility>

#include <nmf/core/interrupt.hpp>
#include <nmf/data/back_product.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/cost_sums.hpp>
#include <nmf/data/counted_entries.hpp>
#include <nmf/data/dense/multiply.hpp>
#include <nmf/data/dense/source.hpp>
#include <nmf/data/dense/sums.hpp>
#include <nmf/data/reconstruction_tile.hpp>
#include <nmf/data/summary.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/factor/register_product.hpp>
#include <nmf/machine/chunks.hpp>
#include <nmf/machine/sums.hpp>

namespace nmf {

/// An m x n V of which every entry is visited. Model of DataView.
template <RealScalar S, class Source>
class DenseView {
public:
    using Scalar = S;
    static constexpr bool weighted = Source::weighted;

    DenseView(Source source, Index rows, Index cols)
        : source_(std::move(source)), rows_(rows), cols_(cols) {
        if constexpr (weighted) {
            counted_ = std::make_shared<const detail::CountedLines>(source_, rows, cols);
            along_ = &counted_->columns;
            across_ = &counted_->rows;
            complete_ = std::none_of(along_->differing.begin(), along_->differing.end(),
                                     [](Index differing) { return differing > 0; });
        }
    }

    [[nodiscard]] Index rows() const { return rows_; }
    [[nodiscard]] Index cols() const { return cols_; }
    [[nodiscard]] const Source& source() const { return source_; }
    [[nodiscard]] double stored() const {
        return static_cast<double>(rows_) * static_cast<double>(cols_);
    }
    [[nodiscard]] static constexpr bool has_unstored_zeros() { return false; }

    [[nodiscard]] auto transposed() const {
        return DenseView<S, decltype(source_.transposed())>(source_.transposed(), cols_, rows_,
                                                            counted_, across_, along_, complete_);
    }

    /// One pass, made once. Throws InputError at the first entry in reading order that is no finite
    /// number >= 0, and at the first such weight. Entries of weight 0 are not looked at.
    [[nodiscard]] Summary summary() const {
        return (*known_)([&] { return sums().summary(); });
    }

    /// Throws InputError for the first weight that is no finite number >= 0.
    void check_weights() const requires(Source::weighted) { sums().check_weights(); }

    /// C = A V; 2 m n k flops, V read once.
    void product(const Factor<S>& a, Factor<S>& c) const {
        detail::multiply_by_blocks(*this, products(a.rows()), a, c);
    }

    /// See HasBlocks.
    [[nodiscard]] auto products(Index /*rank*/) const {
        return detail::DenseProducts<S, Source>(source_, rows_, cols_, along_);
    }

    /// The same V where every entry counts once, for weights that are all 1.
    [[nodiscard]] auto unweighted() const requires(weighted&& requires(Source s) { s.values; }) {
        using Values = std::decay_t<decltype(std::declval<Source>().values)>;
        return DenseView<S, Values>(source_.values, rows_, cols_);
    }

    /// See WeightedView.
    [[nodiscard]] Index differing(Index j) const requires(weighted) {
        return along_->differing[static_cast<std::size_t>(j)];
    }
    [[nodiscard]] Index observed(Index j) const requires(weighted) {
        return along_->observed[static_cast<std::size_t>(j)];
    }
    template <class F>
    void visit_differing(Index j, const F& f) const requires(weighted) {
        for (Index i = 0; i < rows_; ++i) {
            const auto m = static_cast<S>(source_.weight(i, j));
            if (m != S(1)) f(i, m);
        }
    }

    static constexpr Index block_size = 128;

    template <class F>
    void for_each_block(const F& f, Index most = detail::most_chunks) const {
        detail::for_each_block(detail::Chunks(cols_, block_size, block_size, most), block_size, f);
    }

    /// See BackProduct. Pays at low rank, for a column-major V that exceeds the cache and whose
    /// blocks of columns fit into a second-level cache.
    [[nodiscard]] bool read_once(Index rank) const {
        constexpr double cache_bytes = 1 << 25;
        constexpr Index block_bytes = Index{1} << 20;
        constexpr Index highest_rank = 24;
        constexpr Index parts_of_v = 8;
        return values_in_columns(0).data != nullptr && rank <= highest_rank &&
               stored() * static_cast<double>(sizeof(S)) > cache_bytes &&
               rows_ * block_size * static_cast<Index>(sizeof(S)) <= block_bytes &&
               cols_ >= parts_of_v * detail::most_back_chunks * detail::padded<S>(rank);
    }

    void multiply_back(Index first, Index cols, const S* x, Factor<S>& c, bool overwrite) const {
        detail::multiply_block<detail::BlockOrder::rows>(
            detail::FactorColumns<S>{x, c.rows(), c.stride()}, cols, values_in_columns(first),
            rows_, c.data(), overwrite);
    }

    /// See HasPass. V read once, 4 or 6 m n k flops.
    template <class Terms, class Load, class Look, class Body>
    void pass(const detail::PassFactors<S>& factors, const Terms& terms,
              detail::Scratch<S>& scratch, const Load& load, const Look& look,
              const Body& body) const {
        for_each_tile(factors.fixed, scratch, [&](auto& tile, Index chunk, int thread) {
            load(tile.block, thread);
            detail::pass_tiles<weighted>(
                factors, rows_, terms, filler(tile.block),
                [&](const S* v, const S* y, const S* m, Index n) { look(v, y, m, n, thread); },
                tile);
            body(tile.block, chunk, thread);
        });
    }

    /// See HasCosts. V read once, 2 m n k flops.
    template <class Cost>
    [[nodiscard]] CostSums costs(const Factor<S>& a, const Factor<S>& x, const Cost& cost,
                                 detail::Scratch<S>& scratch, bool /*every_entry*/) const {
        detail::Parts<CostSums> parts;
        for_each_tile(a, scratch, [&](auto& tile, Index chunk, int) {
            tile.block.x = x.data() + tile.block.first * x.stride();
            detail::add_tile_costs<weighted>(a, rows_, cost, filler(tile.block), tile,
                                             parts[chunk]);
        });
        return parts.total();
    }

    /// Calls f(first, cols, chunk, thread) for all columns, at most so many at a time.
    template <class F>
    void for_each_group(Index most, const F& f) const {
        detail::for_each_block(detail::Chunks(cols_, detail::block_columns), most, f);
    }

    /// Calls f(i, v, weight) for the entries of column j with weight > 0.
    template <class F>
    void visit(Index j, const F& f) const {
        detail::visit_column<S>(source_, rows_, j, f);
    }

    /// Copies columns, to where they are `step` apart, aligned for packets.
    void read_columns(Index first, Index cols, S* to, Index step) const requires(!weighted) {
        using P = detail::Simd<S>;
        for (Index i = 0; i < rows_; i += P::width) {
            const Index depth = std::min<Index>(P::width, rows_ - i);
            Index c = 0;
            if (depth == P::width && in_rows(0, 0).data != nullptr) {
                for (; c + P::width <= cols; c += P::width) {
                    detail::transpose_square<S>(
                        [&](Index r) { return in_rows(i + r, first + c).data; }, to + i + c * step,
                        step);
                }
            }
            for (; c < cols; ++c) {
                for (Index r = i; r < i + depth; ++r) to[r + c * step] = source_(r, first + c);
            }
        }
    }

    /// ||V - A'X||^2; 2 m n k flops.
    [[nodiscard]] double squared_residual(const Factor<S>& a, const Factor<S>& x,
                                          double /*reconstruction_norm*/,
                                          detail::Scratch<S>& /*scratch*/) const {
        return sums().squared_residual(a, x);
    }

private:
    template <RealScalar, class>
    friend class DenseView;

    using Counted = std::shared_ptr<const detail::CountedLines>;

    DenseView(Source source, Index rows, Index cols, Counted counted,
              const detail::CountedEntries* along, const detail::CountedEntries* across,
              bool complete)
        : source_(std::move(source)),
          rows_(rows),
          cols_(cols),
          counted_(std::move(counted)),
          along_(along),
          across_(across),
          complete_(complete) {}

    static constexpr bool strided = std::same_as<Source, detail::StridedSource<S>>;
    static constexpr Index chunk_columns = 128;

    /// The values from column j on, if every entry counts once and those of a column lie side by
    /// side; else nothing.
    [[nodiscard]] detail::DenseBlock<S> values_in_columns(Index j) const {
        if constexpr (!weighted) {
            return in_columns(0, j);
        } else if constexpr (requires { source_.values; }) {
            if (complete_) return detail::in_columns<S>(source_.values, 0, j);
        }
        return {};
    }

    [[nodiscard]] detail::DenseSums<S, Source> sums() const {
        return {source_, rows_, cols_, complete_};
    }

    /// Calls work(tile, chunk, thread) for blocks of columns, with scratch for tiles of V.
    template <class Work>
    void for_each_tile(const Factor<S>& a, detail::Scratch<S>& scratch, const Work& work) const {
        scratch.prepare(detail::threads_of_run(), detail::TilePass<S>::size(a.stride()));
        const detail::Chunks chunks(cols_, chunk_columns);
        detail::for_each_chunk(chunks.count(), [&](Index chunk, int thread) {
            detail::TilePass<S> tile(scratch.of(thread), a.stride());
            if (in_rows(0, 0).data != nullptr) tile.order = detail::BlockOrder::rows;
            for (Index j = chunks.begin(chunk); j < chunks.end(chunk); j += detail::block_columns) {
                detail::check_interrupt();
                tile.block.first = j;
                tile.block.cols = std::min(detail::block_columns, chunks.end(chunk) - j);
                work(tile, chunk, thread);
            }
        });
    }

    /// Makes a tile read rows of V, in place if the tile is a whole one and has the same order.
    [[nodiscard]] auto filler(const detail::ColumnBlock<S>& block) const {
        return [this, &block](Index i, Index depth, detail::TilePass<S>& tile) {
            constexpr Index rows = detail::TilePass<S>::rows;
            const bool in_rows_order = tile.order == detail::BlockOrder::rows;
            if (depth == rows && block.cols == detail::block_columns) {
                tile.read(in_rows_order ? in_rows(i, block.first) : in_columns(i, block.first));
                if (tile.source.data != nullptr) return;
            }
            tile.read_copy();
            if constexpr (strided) {
                if (in_rows_order) {
                    for (Index r = 0; r < depth; ++r) {
                        S* const end = std::copy_n(in_rows(i + r, block.first).data, block.cols,
                                                   tile.v + r * rows);
                        std::fill_n(end, rows - block.cols, S(1));
                    }
                    return;
                }
            }
            for (Index c = 0; c < block.cols; ++c) {
                const Index j = block.first + c;
                for (Index r = 0; r < depth; ++r) {
                    if constexpr (weighted) {
                        tile.v[r + c * rows] = source_.value(i + r, j);
                        tile.m[r + c * rows] = static_cast<S>(source_.weight(i + r, j));
                    } else {
                        tile.v[r + c * rows] = source_(i + r, j);
                    }
                }
                for (Index r = depth; r < rows; ++r) {
                    tile.v[r + c * rows] = S(1);
                    tile.m[r + c * rows] = S(0);
                }
            }
        };
    }

    [[nodiscard]] detail::DenseBlock<S> in_columns(Index i, Index j) const {
        return detail::in_columns<S>(source_, i, j);
    }
    [[nodiscard]] detail::DenseBlock<S> in_rows(Index i, Index j) const {
        return detail::in_rows<S>(source_, i, j);
    }

    Source source_;
    Index rows_;
    Index cols_;
    Counted counted_;  ///< Null where every entry counts once.
    const detail::CountedEntries* along_ = nullptr;
    const detail::CountedEntries* across_ = nullptr;
    bool complete_ = true;  ///< Every entry counts once.
    std::shared_ptr<detail::SharedSummary> known_ = std::make_shared<detail::SharedSummary>();
};

}  // namespace nmf
