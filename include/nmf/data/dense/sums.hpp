// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Sums over the entries of a dense V, in double, and the check of its entries.

#include <algorithm>
#include <cassert>

#include <nmf/core/interrupt.hpp>
#include <nmf/data/dense/source.hpp>
#include <nmf/data/summary.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/machine/chunks.hpp>
#include <nmf/machine/columns.hpp>
#include <nmf/machine/sums.hpp>

namespace nmf::detail {

/// The sums over entries that lie side by side and count once; `weight` and `visited` are left out.
template <RealScalar S>
[[nodiscard]] Summary summarize_entries(const S* first, Index count) {
    const Eigen::Map<const Vector<S>> entries(first, count);
    Summary part;
    part.sum = entries.template cast<double>().sum();
    part.squared_norm = entries.template cast<double>().squaredNorm();
    part.largest = static_cast<double>(entries.maxCoeff());
    // A NaN is in the sum, whatever the extremes make of it.
    part.acceptable =
        entries.minCoeff() >= S(0) && acceptable(part.largest) && acceptable(part.sum);
    return part;
}

/// The sums that a DenseView gives. Refers to the source of the entries.
template <RealScalar S, class Source>
class DenseSums {
public:
    /// `complete` tells that every entry counts once.
    DenseSums(const Source& source, Index rows, Index cols, bool complete)
        : source_(source), rows_(rows), cols_(cols), complete_(complete) {}

    [[nodiscard]] Index cols() const { return cols_; }

    /// See HasVisits.
    template <class F>
    void visit(Index j, const F& f) const {
        visit_column<S>(source_, rows_, j, f);
    }

    [[nodiscard]] Summary summary() const {
        Summary total;
        if constexpr (Source::weighted) {
            check_weights();
        }
        if (Source::weighted && !complete_) {
            total = over_columns<Summary>(
                [&](Index j, Summary& sum) { summarize_visited(*this, j, sum); });
            total.unit_weights =
                total.unit_weights &&
                total.visited == static_cast<double>(rows_) * static_cast<double>(cols_);
        } else {
            total = over_tiles<Summary>([](Index, Index, const Tile& tile) {
                return summarize_entries(tile.data, tile.rows * tile.cols);
            });
            total.weight = total.visited = static_cast<double>(rows_) * static_cast<double>(cols_);
        }
        if (!total.acceptable) throw_first_offender(*this);
        return total;
    }

    /// Throws InputError for the first weight that is no finite number >= 0.
    void check_weights() const {
        FirstOffender first;
        PacedInterrupt pace;
        for (Index j = 0; j < cols_; ++j) {
            pace.step(rows_);
            for (Index i = 0; i < rows_; ++i) {
                const auto m = source_.weight(i, j);
                if (!acceptable(m)) first.see(i, j, static_cast<double>(m));
            }
        }
        first.throw_if_any("weights");
    }

    /// ||V - A'X||^2
    [[nodiscard]] double squared_residual(const Factor<S>& a, const Factor<S>& x) const {
        assert(a.cols() == rows_ && x.cols() == cols_ && a.rows() == x.rows());
        if constexpr (Source::weighted) {
            if (!complete_)
                return over_columns<double>([&](Index j, double& sum) {
                    visit(j, [&](Index i, S v, S m) {
                        const double gap =
                            static_cast<double>(v) -
                            static_cast<double>(dot(column(a, i), column(x, j), a.rows()));
                        sum += static_cast<double>(m) * gap * gap;
                    });
                });
        }
        return over_tiles<double>([&](Index i, Index j, const Tile& tile) {
            double sum = 0;
            for (Index q = 0; q < tile.cols; ++q) {
                const S* const of_x = column(x, j + q);
                double of_column = 0;
                for (Index p = 0; p < tile.rows; ++p) {
                    const double gap = static_cast<double>(tile(p, q)) -
                                       static_cast<double>(dot(column(a, i + p), of_x, a.rows()));
                    of_column += gap * gap;
                }
                sum += of_column;
            }
            return sum;
        });
    }

private:
    static constexpr Index most_rows = 64;
    static constexpr Index most_cols = 64;

    [[nodiscard]] static const S* column(const Factor<S>& of, Index j) {
        return of.data() + j * of.stride();
    }

    /// A column-major copy of a block of V, in scratch of fixed size.
    struct Tile {
        alignas(64) S data[most_rows * most_cols];
        Index rows;
        Index cols;
        [[nodiscard]] S operator()(Index i, Index j) const { return data[i + j * rows]; }
    };

    void copy(Index i, Index j, Tile& tile) const {
        for (Index q = 0; q < tile.cols; ++q) {
            const DenseBlock<S> column = in_columns<S>(source_, i, j + q);
            if (column.data != nullptr) {
                std::copy_n(column.data, tile.rows, tile.data + q * tile.rows);
                continue;
            }
            for (Index p = 0; p < tile.rows; ++p) {
                tile.data[p + q * tile.rows] = source_(i + p, j + q);
            }
        }
    }

    /// Adds up part(i, j, tile) over all tiles, (i, j) being the place of the tile.
    template <class T, class Part>
    [[nodiscard]] T over_tiles(const Part& part) const {
        const Chunks chunks(cols_, most_cols);
        return sum_over_chunks<T>(chunks.count(), [&](Index chunk) {
            T sum{};
            Tile tile;
            for (Index j = chunks.begin(chunk); j < chunks.end(chunk); j += tile.cols) {
                tile.cols = std::min(most_cols, chunks.end(chunk) - j);
                for (Index i = 0; i < rows_; i += tile.rows) {
                    check_interrupt();
                    tile.rows = std::min(most_rows, rows_ - i);
                    copy(i, j, tile);
                    sum += part(i, j, tile);
                }
            }
            return sum;
        });
    }

    /// Adds up part(j, sum) over all columns.
    template <class T, class Part>
    T over_columns(const Part& part) const {
        const Chunks chunks(cols_, most_cols);
        return sum_over_chunks<T>(chunks.count(), [&](Index chunk) {
            T sum{};
            PacedInterrupt pace;
            for (Index j = chunks.begin(chunk); j < chunks.end(chunk); ++j) {
                pace.step(rows_);
                part(j, sum);
            }
            return sum;
        });
    }

    const Source& source_;
    Index rows_;
    Index cols_;
    bool complete_;
};

}  // namespace nmf::detail
