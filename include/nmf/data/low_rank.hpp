// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A view of a matrix that is known by two thin factors.

#include <algorithm>
#include <array>
#include <cassert>
#include <memory>
#include <utility>

#include <nmf/core/interrupt.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/range_finder.hpp>
#include <nmf/data/reconstruction_tile.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/factor/gram.hpp>
#include <nmf/factor/register_product.hpp>
#include <nmf/machine/chunks.hpp>
#include <nmf/machine/scratch.hpp>
#include <nmf/machine/sums.hpp>

namespace nmf {

/// The m x n matrix L'R with L l x m and R l x n, which is never formed. Its entries may have any
/// sign. Model of DataView. Copies share the factors.
template <RealScalar S>
class LowRankView {
public:
    using Scalar = S;
    static constexpr bool weighted = false;

    LowRankView(detail::LowRank<S> factors)
        : LowRankView(std::make_shared<const Factor<S>>(std::move(factors.left)),
                      std::make_shared<const Factor<S>>(std::move(factors.right))) {}

    [[nodiscard]] Index rows() const { return left_->cols(); }
    [[nodiscard]] Index cols() const { return right_->cols(); }
    [[nodiscard]] const Factor<S>& left() const { return *left_; }
    [[nodiscard]] const Factor<S>& right() const { return *right_; }

    /// Numbers in both factors: l (m + n).
    [[nodiscard]] double stored() const {
        return static_cast<double>(left_->rows()) * static_cast<double>(rows() + cols());
    }
    [[nodiscard]] static constexpr bool has_unstored_zeros() { return false; }

    [[nodiscard]] LowRankView transposed() const { return {right_, left_}; }

    /// ||L'R||^2; 2 l^2 (m + n) flops.
    [[nodiscard]] double squared_norm() const {
        detail::GramKernel<S> gram;
        Matrix<double> of_left;
        Matrix<double> of_right;
        gram(*left_, detail::WholeData{}, of_left);
        gram(*right_, detail::WholeData{}, of_right);
        return of_left.cwiseProduct(of_right).sum();
    }

    /// 2 l m n flops. Negative entries are no error.
    [[nodiscard]] Summary summary() const {
        detail::Scratch<S> scratch;
        auto total = sum_over_tiles<Summary>(
            scratch, 1, [](Index, const detail::ColumnBlock<S>& block, Index depth, Tiles& tiles) {
                const auto entries = tile(tiles.model.y, depth, block.cols);
                Summary part;
                part.sum = entries.template cast<double>().sum();
                part.largest = static_cast<double>(entries.maxCoeff());
                return part;
            });
        total.squared_norm = squared_norm();
        return total;
    }

    /// C = (A L') R; 2 l (m + n) k flops.
    void product(const Factor<S>& a, Factor<S>& c) const {
        detail::multiply_by_blocks(*this, products(a.rows()), a, c);
    }

    /// See HasBlocks. begin() makes A L' in 2 l m k flops, and a column takes 2 l k flops.
    class Products {
    public:
        Products(const Factor<S>& left, const Factor<S>& right) : left_(&left), right_(&right) {}

        void begin(const Factor<S>& a) {
            gram_(a, *left_, detail::WholeData{}, along_);
            coordinates_.assign(along_.template cast<S>());
        }
        void operator()(Index first, Index cols, S* c) const {
            const Index step = right_->stride();
            detail::multiply_block<detail::BlockOrder::columns>(
                detail::columns_from(coordinates_), coordinates_.cols(),
                detail::DenseBlock<S>{right_->data() + first * step, step}, cols, c, true);
        }

    private:
        const Factor<S>* left_;
        const Factor<S>* right_;
        detail::GramKernel<S> gram_;
        Matrix<double> along_;
        Factor<S> coordinates_;
    };
    [[nodiscard]] Products products(Index /*rank*/) const { return {*left_, *right_}; }

    static constexpr Index block_size = 128;

    template <class F>
    void for_each_block(const F& f) const {
        detail::for_each_block(detail::Chunks(cols(), block_size, block_size), block_size, f);
    }

    /// ||L'R - A'X||^2; 2 m n (l + k) flops.
    [[nodiscard]] double squared_residual(const Factor<S>& a, const Factor<S>& x,
                                          double /*reconstruction_norm*/,
                                          detail::Scratch<S>& scratch) const {
        assert(a.cols() == rows() && x.cols() == cols() && a.rows() == x.rows());
        return sum_over_tiles<double>(
            scratch, a.stride(),
            [&](Index i, const detail::ColumnBlock<S>& block, Index depth, Tiles& tiles) {
                tiles.other.block = block;
                tiles.other.block.x = x.data() + block.first * x.stride();
                tiles.other.reconstruct(a, i, depth);
                return (tile(tiles.model.y, depth, block.cols) -
                        tile(tiles.other.y, depth, block.cols))
                    .template cast<double>()
                    .squaredNorm();
            });
    }

    /// Calls f(i, v, 1) for all entries of column j; 2 l m flops.
    template <class F>
    void visit(Index j, const F& f) const {
        for (Index i = 0; i < rows(); ++i) {
            f(i, left_->matrix().col(i).dot(right_->matrix().col(j)), S(1));
        }
    }

private:
    using Shared = std::shared_ptr<const Factor<S>>;
    using TilePass = detail::TilePass<S>;

    /// Tiles of L'R and of another product.
    struct Tiles {
        TilePass model;
        TilePass other;
    };

    LowRankView(Shared left, Shared right) : left_(std::move(left)), right_(std::move(right)) {}

    static auto tile(const S* entries, Index rows, Index cols) {
        using Entries = Eigen::Map<const Matrix<S>, Eigen::Unaligned, Eigen::OuterStride<>>;
        return Entries(entries, rows, cols, Eigen::OuterStride<>(TilePass::rows));
    }

    /// Adds up part(i, block, depth, tiles). tiles.model.y has rows i .. i + depth - 1 of the
    /// block's columns of L'R. `stride` belongs to the factors of the other product.
    template <class T, class Part>
    T sum_over_tiles(detail::Scratch<S>& scratch, Index stride, const Part& part) const {
        const Index size = TilePass::size(left_->stride());
        scratch.prepare(detail::threads_of_run(), size + TilePass::size(stride));
        detail::Parts<T> parts;
        const detail::Chunks chunks(cols(), detail::block_columns);
        detail::for_each_chunk(chunks.count(), [&](Index chunk, int thread) {
            Tiles tiles{{scratch.of(thread), left_->stride()}, {scratch.of(thread) + size, stride}};
            detail::ColumnBlock<S>& block = tiles.model.block;
            for (Index j = chunks.begin(chunk); j < chunks.end(chunk); j += block.cols) {
                block.first = j;
                block.cols = std::min(detail::block_columns, chunks.end(chunk) - j);
                block.x = right_->data() + j * right_->stride();
                for (Index i = 0; i < rows(); i += TilePass::rows) {
                    detail::check_interrupt();
                    const Index depth = std::min(TilePass::rows, rows() - i);
                    tiles.model.reconstruct(*left_, i, depth);
                    parts[chunk] += part(i, block, depth, tiles);
                }
            }
        });
        return parts.total();
    }

    Shared left_;
    Shared right_;
};

}  // namespace nmf
