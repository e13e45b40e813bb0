// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Views of a dense V: in memory with any strides, or an expression that is evaluated on the way.

#include <algorithm>
#include <cassert>
#include <concepts>
#include <memory>
#include <utility>

#include <nmf/core/factor.hpp>
#include <nmf/data/chunks.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/dense_product.hpp>

namespace nmf {
namespace detail {

/// Entries in memory: (i, j) at data[i * row_step + j * col_step]. Both orders of storage, inner
/// strides and the transpose are all of this form.
template <RealScalar S>
struct StridedSource {
    const S* data;
    Index row_step;
    Index col_step;

    [[nodiscard]] S operator()(Index i, Index j) const { return data[i * row_step + j * col_step]; }
    [[nodiscard]] StridedSource transposed() const { return {data, col_step, row_step}; }
};

/// An expression with its evaluator.
template <class Expression>
struct HeldExpression {
    explicit HeldExpression(const Expression& from) : expression(from), evaluator(expression) {}
    typename Eigen::internal::ref_selector<Expression>::type expression;
    Eigen::internal::evaluator<Expression> evaluator;
};

/// An Eigen expression without memory of its own. Its evaluator is made once, so that a product
/// inside the expression is evaluated once, as Eigen itself would; everything entrywise is computed
/// anew in each pass and never stored.
template <class Expression, bool Transposed = false>
class ExpressionSource {
public:
    using Held = std::shared_ptr<const HeldExpression<Expression>>;

    explicit ExpressionSource(const Expression& expression)
        : held_(std::make_shared<const HeldExpression<Expression>>(expression)) {}
    explicit ExpressionSource(Held held) : held_(std::move(held)) {}

    [[nodiscard]] auto operator()(Index i, Index j) const {
        return Transposed ? held_->evaluator.coeff(j, i) : held_->evaluator.coeff(i, j);
    }
    [[nodiscard]] auto transposed() const {
        return ExpressionSource<Expression, !Transposed>(held_);
    }

private:
    Held held_;
};

}  // namespace detail

/// A dense m x n V. Model of DataView.
template <RealScalar S, class Source>
class DenseView {
public:
    using Scalar = S;

    DenseView(Source source, Index rows, Index cols, int threads)
        : source_(std::move(source)), rows_(rows), cols_(cols), threads_(threads) {}

    [[nodiscard]] Index rows() const { return rows_; }
    [[nodiscard]] Index cols() const { return cols_; }
    [[nodiscard]] double stored() const {
        return static_cast<double>(rows_) * static_cast<double>(cols_);
    }
    [[nodiscard]] int threads() const { return threads_; }

    [[nodiscard]] auto transposed() const {
        auto flipped = source_.transposed();
        return DenseView<S, decltype(flipped)>(std::move(flipped), cols_, rows_, threads_);
    }

    /// One pass. Throws InputError at the first entry in reading order that is not a finite number
    /// >= 0.
    [[nodiscard]] Summary summary() const {
        const Summary total =
            sum_over_tiles<Summary>([](Index, Index, const Tile& tile) { return summarize(tile); });
        if (!total.acceptable) throw_first_offender();
        return total;
    }

    /// C = A V; 2 m n k flops, V read once.
    void product(const Factor<S>& a, Factor<S>& c) const {
        assert(a.cols() == rows_ && c.cols() == cols_ && a.rows() == c.rows());
        const detail::Chunks chunks(cols_, chunk_columns);
        detail::for_each_chunk(chunks.count(), threads_, [&](Index chunk, int) {
            const Index begin = chunks.begin(chunk);
            const Index end = chunks.end(chunk);
            if constexpr (std::same_as<Source, detail::StridedSource<S>>) {
                if (source_.row_step == 1) return multiply_in_place(a, c, begin, end);
            }
            multiply_packed(a, c, begin, end);
        });
    }

    /// ||V - A'X||^2; 2 m n k flops.
    [[nodiscard]] double squared_residual(const Factor<S>& a, const Factor<S>& x,
                                          double /*reconstruction_norm*/) const {
        assert(a.cols() == rows_ && x.cols() == cols_ && a.rows() == x.rows());
        return sum_over_tiles<double>([&](Index i, Index j, const Tile& tile) {
            double sum = 0;
            for (Index q = 0; q < tile.cols; ++q) {
                const auto column = x.matrix().col(j + q);
                for (Index p = 0; p < tile.rows; ++p) {
                    const double gap = static_cast<double>(tile(p, q)) -
                                       static_cast<double>(a.matrix().col(i + p).dot(column));
                    sum += gap * gap;
                }
            }
            return sum;
        });
    }

private:
    static constexpr Index chunk_columns = 128;
    static constexpr Index depth_in_place = 256;
    static constexpr Index pack_rows = 64;
    static constexpr Index pack_columns = 64;

    /// A column-major copy of a block of V, in scratch of fixed size.
    struct Tile {
        alignas(64) S data[pack_rows * pack_columns];
        Index rows;
        Index cols;
        [[nodiscard]] S operator()(Index i, Index j) const { return data[i + j * rows]; }
    };

    void multiply_in_place(const Factor<S>& a, Factor<S>& c, Index begin, Index end) const {
        const Index stride = a.stride();
        for (Index i = 0; i < rows_; i += depth_in_place) {
            const Index depth = std::min(depth_in_place, rows_ - i);
            const detail::DenseBlock<S> block{&source_.data[i + begin * source_.col_step],
                                              source_.col_step};
            detail::multiply_block<detail::BlockOrder::columns>(a.data() + i * stride, stride,
                                                                depth, block, end - begin,
                                                                c.data() + begin * stride, i == 0);
        }
    }

    /// Blocks of V are copied into narrow row panels first: V is then read along its rows, and the
    /// multiplication finds its entries in order.
    void multiply_packed(const Factor<S>& a, Factor<S>& c, Index begin, Index end) const {
        constexpr Index width = detail::tile_columns<S>;
        const Index stride = a.stride();
        alignas(64) S panel[pack_rows * pack_columns];
        for (Index j = begin; j < end; j += pack_columns) {
            const Index cols = std::min(pack_columns, end - j);
            for (Index i = 0; i < rows_; i += pack_rows) {
                const Index depth = std::min(pack_rows, rows_ - i);
                pack_panels(i, depth, j, cols, panel);
                for (Index q = 0; q < cols; q += width) {
                    detail::multiply_block<detail::BlockOrder::rows>(
                        a.data() + i * stride, stride, depth,
                        detail::DenseBlock<S>{panel + q * depth, width}, std::min(width, cols - q),
                        c.data() + (j + q) * stride, i == 0);
                }
            }
        }
    }

    /// Entry (i + p, j + q) goes to panel q / width, row p.
    void pack_panels(Index i, Index depth, Index j, Index cols, S* panel) const {
        constexpr Index width = detail::tile_columns<S>;
        const Index whole = cols / width * width;
        for (Index p = 0; p < depth; ++p) {
            for (Index q = 0; q < whole; q += width) {
                copy_row(i + p, j + q, panel + q * depth + p * width);
            }
            for (Index q = whole; q < cols; ++q) {
                panel[whole * depth + p * width + q - whole] = source_(i + p, j + q);
            }
        }
    }

    /// A panel's width of row i, from column j on.
    void copy_row(Index i, Index j, S* to) const {
        using Row = Eigen::Array<S, detail::tile_columns<S>, 1>;
        if constexpr (std::same_as<Source, detail::StridedSource<S>>) {
            if (source_.col_step == 1) {
                Eigen::Map<Row>{to} =
                    Eigen::Map<const Row>(&source_.data[i * source_.row_step + j]);
                return;
            }
        }
        for (Index r = 0; r < detail::tile_columns<S>; ++r) to[r] = source_(i, j + r);
    }

    void copy(Index i, Index j, Tile& tile) const {
        for (Index q = 0; q < tile.cols; ++q) {
            for (Index p = 0; p < tile.rows; ++p) {
                tile.data[p + q * tile.rows] = source_(i + p, j + q);
            }
        }
    }

    /// Adds up part(i, j, tile) over all tiles, (i, j) being the place of the tile.
    template <class T, class Part>
    T sum_over_tiles(const Part& part) const {
        const detail::Chunks chunks(cols_, pack_columns);
        return detail::sum_over_chunks<T>(chunks.count(), threads_, [&](Index chunk) {
            T sum{};
            Tile tile;
            for (Index j = chunks.begin(chunk); j < chunks.end(chunk); j += tile.cols) {
                tile.cols = std::min(pack_columns, chunks.end(chunk) - j);
                for (Index i = 0; i < rows_; i += tile.rows) {
                    tile.rows = std::min(pack_rows, rows_ - i);
                    copy(i, j, tile);
                    sum += part(i, j, tile);
                }
            }
            return sum;
        });
    }

    static Summary summarize(const Tile& tile) {
        const Eigen::Map<const Vector<S>> entries(tile.data, tile.rows * tile.cols);
        Summary part;
        part.sum = entries.template cast<double>().sum();
        part.squared_norm = entries.template cast<double>().squaredNorm();
        part.largest = static_cast<double>(entries.maxCoeff());
        for (Index p = 0; p < entries.size(); ++p) {
            part.acceptable = part.acceptable && detail::acceptable(entries[p]);
        }
        return part;
    }

    void throw_first_offender() const {
        detail::FirstOffender first;
        for (Index j = 0; j < cols_; ++j) {
            for (Index i = 0; i < rows_; ++i) {
                const S x = source_(i, j);
                if (!detail::acceptable(x)) first.see(i, j, static_cast<double>(x));
            }
        }
        first.throw_if_any("V");
    }

    Source source_;
    Index rows_;
    Index cols_;
    int threads_;
};

}  // namespace nmf
