// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// C = A V for a dense V that is read where it lies.

#include <algorithm>

#include <nmf/core/interrupt.hpp>
#include <nmf/data/dense/source.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/factor/register_product.hpp>

namespace nmf::detail {

/// What a DenseView multiplies with. Refers to the source of the entries and to A.
template <RealScalar S, class Source>
class DenseMultiplier {
public:
    DenseMultiplier(const Source& source, Index rows, Index cols, const Factor<S>& a)
        : source_(source), rows_(rows), cols_(cols), a_(a) {}

    /// Columns first .. first + cols - 1 of C.
    void operator()(Index first, Index cols, S* c) const {
        if (in_columns<S>(source_, 0, 0).data != nullptr) {
            multiply_in_place<BlockOrder::columns>(first, cols, c);
        } else if (in_rows<S>(source_, 0, 0).data != nullptr) {
            multiply_in_place<BlockOrder::rows>(first, cols, c);
        } else {
            multiply_packed(first, cols, c);
        }
    }

private:
    static constexpr Index depth_in_place = 256;
    static constexpr Index pack_rows = 64;

    /// Where V lies in columns, what is fetched ahead is the next piece of them; in rows, the
    /// entries beside those at hand.
    template <BlockOrder Order>
    void multiply_in_place(Index first, Index cols, S* c) const {
        constexpr bool by_rows = Order == BlockOrder::rows;
        const auto at = [&](Index i, Index j) {
            return by_rows ? in_rows<S>(source_, i, j) : in_columns<S>(source_, i, j);
        };
        for (Index i = 0; i < rows_; i += depth_in_place) {
            check_interrupt();
            const Index depth = std::min(depth_in_place, rows_ - i);
            const DenseBlock<S> v = at(i, first);
            DenseBlock<S> next;
            if (by_rows) {
                if (first + cols + tile_columns<S> <= cols_) {
                    next = v.from(Order, tile_columns<S>);
                }
            } else if (i + depth < rows_) {
                next = at(i + depth, first);
            } else if (first + cols < cols_) {
                next = at(0, first + cols);
            }
            multiply_block<Order>(columns_from(a_, i), depth, v, cols, c, i == 0, next);
        }
    }

    /// Entries that are made as they are asked for, or lie in neither order, are copied into narrow
    /// row panels first.
    void multiply_packed(Index first, Index cols, S* c) const {
        constexpr Index width = tile_columns<S>;
        alignas(64) S panel[pack_rows * width];
        for (Index j = 0; j < cols; j += width) {
            check_interrupt();
            const Index wide = std::min(width, cols - j);
            for (Index i = 0; i < rows_; i += pack_rows) {
                const Index depth = std::min(pack_rows, rows_ - i);
                for (Index q = 0; q < wide; ++q) {
                    for (Index p = 0; p < depth; ++p) {
                        panel[p * width + q] = source_(i + p, first + j + q);
                    }
                }
                multiply_block<BlockOrder::rows>(columns_from(a_, i), depth,
                                                 DenseBlock<S>{panel, width}, wide,
                                                 c + j * a_.stride(), i == 0);
            }
        }
    }

    const Source& source_;
    Index rows_;
    Index cols_;
    const Factor<S>& a_;
};

}  // namespace nmf::detail
