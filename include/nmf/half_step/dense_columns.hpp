// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Columns of a dense V with those of Y = A'X, formed several at a time.

#include <algorithm>

#include <nmf/core/interrupt.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/factor/register_product.hpp>
#include <nmf/machine/scratch.hpp>
#include <nmf/machine/simd.hpp>
#include <nmf/subproblem/entry_column.hpp>

namespace nmf::detail {

/// Room for a few columns of V and of Y = A'X, for which the two products with A are made together.
template <RealScalar S>
class DenseColumns {
public:
    /// A product reads A once for so many columns, and packets of V in rows are columns of packets.
    static constexpr Index most = std::max<Index>(tile_columns<S>, Simd<S>::width);

    void prepare(Index rank, Index rows) {
        rows_ = rows;
        step_ = padded<S>(rows);
        room_.prepare(1, (2 * step_ + piece) * most);
        values_ = room_.of(0);
        model_ = values_ + step_ * most;
        ratios_ = model_ + step_ * most;
        std::fill_n(values_, step_ * most, S(0));
        partial_.resize(rank, most);
        pulls_.resize(partial_.stride(), most);
    }

    template <class View>
    void read(const View& view, Index first, Index cols) {
        cols_ = cols;
        view.read_columns(first, cols, values_, step_);
    }

    /// Calls see(j, entries > 0) for all columns.
    template <class View, class See>
    void count_entries(const View& view, const See& see) {
        for (Index j = 0; j < view.cols(); j += most) {
            check_interrupt();
            read(view, j, std::min(most, view.cols() - j));
            for (Index c = 0; c < cols_; ++c) {
                see(j + c, (ConstArrayMap<S>(values(c), rows_) > S(0)).count());
            }
        }
    }

    [[nodiscard]] const S* values(Index c) const { return values_ + c * step_; }
    [[nodiscard]] const S* model(Index c) const { return model_ + c * step_; }

    /// Y, at least `least`, and the sums of v a / y for columns of X, which have the stride of A.
    /// `turned` is A' by components, which are as far apart as a column here is long. 4 k flops for
    /// each entry.
    void look_at(const Factor<S>& a, const S* turned, const S* x, S least) {
        using P = Simd<S>;
        const auto floor = P::set(least);
        pulls_.setZero();
        for (Index i = 0; i < rows_; i += piece) {
            const Index depth = std::min(piece, rows_ - i);
            multiply_block<BlockOrder::columns>(FactorColumns<S>{turned + i, depth, step_},
                                                a.rows(), DenseBlock<S>{x, a.stride()}, cols_,
                                                model_ + i, true);
            for (Index c = 0; c < cols_; ++c) {
                S* const y = model_ + i + c * step_;
                for (Index e = 0; e < depth; e += P::width) {
                    const auto raised = P::max(floor, P::load(y + e));
                    P::store(y + e, raised);
                    P::store(ratios_ + e + c * piece, P::div(P::load(values(c) + i + e), raised));
                }
            }
            multiply_block<BlockOrder::columns>(columns_from(a, i), depth,
                                                DenseBlock<S>{ratios_, piece}, cols_,
                                                partial_.data(), true);
            pulls_.leftCols(cols_) +=
                partial_.padded_matrix().leftCols(cols_).template cast<double>();
        }
        // What fills up the last packet is the last row again, as in A'.
        for (Index c = 0; c < cols_; ++c) {
            S* const y = model_ + c * step_;
            std::fill(y + rows_, y + step_, y[rows_ - 1]);
        }
    }

    [[nodiscard]] auto pulls(Index c) const { return pulls_.col(c); }

    /// Points `column` at all rows of a column.
    template <class Column>
    void point(Index c, const S* turned, Column& column) {
        column.by_component = turned;
        column.step = step_;
        column.entries = step_;
        column.weighted = values_ + c * step_;
        column.reconstruction = model_ + c * step_;
    }

private:
    static constexpr Index piece = 256;

    Index rows_ = 0;
    Index step_ = 0;
    Index cols_ = 0;
    Scratch<S> room_;
    S* values_ = nullptr;
    S* model_ = nullptr;
    S* ratios_ = nullptr;
    Factor<S> partial_;
    Matrix<double> pulls_;
};

}  // namespace nmf::detail
