// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// C = A V for a dense V that is read where it lies.

#include <algorithm>
#include <type_traits>

#include <nmf/core/interrupt.hpp>
#include <nmf/data/counted_entries.hpp>
#include <nmf/data/dense/source.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/factor/register_product.hpp>

namespace nmf::detail {

/// What a DenseView multiplies with. Refers to the source of the entries.
template <RealScalar S, class Source>
class DenseProducts {
public:
    /// `counted` tells of the columns of a V with weights.
    DenseProducts(const Source& source, Index rows, Index cols, const CountedEntries* counted)
        : source_(&source), rows_(rows), cols_(cols), counted_(counted) {}

    /// C is A V from here on.
    void begin(const Factor<S>& a) { a_ = &a; }

    /// Columns first .. first + cols - 1 of C.
    void operator()(Index first, Index cols, S* c) const {
        if constexpr (Source::weighted) {
            multiply_runs(first, cols, c);
        } else if (in_columns<S>(*source_, 0, 0).data != nullptr) {
            multiply_in_place<BlockOrder::columns>(first, cols, c);
        } else if (in_rows<S>(*source_, 0, 0).data != nullptr) {
            multiply_in_place<BlockOrder::rows>(first, cols, c);
        } else {
            multiply_packed(first, cols, c);
        }
    }

private:
    static constexpr Index depth_in_place = 256;
    static constexpr Index pack_rows = 64;

    /// Prefetches the next piece of the columns if V is column-major, and the neighbouring entries
    /// if it is row-major.
    template <BlockOrder Order>
    void multiply_in_place(Index first, Index cols, S* c) const {
        constexpr bool by_rows = Order == BlockOrder::rows;
        const auto at = [&](Index i, Index j) {
            return by_rows ? in_rows<S>(*source_, i, j) : in_columns<S>(*source_, i, j);
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
            multiply_block<Order>(columns_from(*a_, i), depth, v, cols, c, i == 0, next);
        }
    }

    /// Columns of which every entry counts once are read where they are.
    void multiply_runs(Index first, Index cols, S* c) const requires(Source::weighted) {
        const auto plain = values_multiplier();
        const auto complete = [&](Index j) {
            return counted_ != nullptr && counted_->differing[static_cast<std::size_t>(j)] == 0;
        };
        for (Index j = first; j < first + cols;) {
            const bool whole = complete(j);
            Index end = j + 1;
            while (end < first + cols && complete(end) == whole) ++end;
            S* const to = c + (j - first) * a_->stride();
            whole ? plain(j, end - j, to) : multiply_packed(j, end - j, to);
            j = end;
        }
    }

    /// What multiplies the values without their weights.
    [[nodiscard]] auto values_multiplier() const {
        if constexpr (requires { source_->values; }) {
            using Values = std::decay_t<decltype(source_->values)>;
            DenseProducts<S, Values> plain(source_->values, rows_, cols_, nullptr);
            plain.begin(*a_);
            return plain;
        } else {
            return [this](Index first, Index cols, S* c) { multiply_packed(first, cols, c); };
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
                        panel[p * width + q] = (*source_)(i + p, first + j + q);
                    }
                }
                multiply_block<BlockOrder::rows>(columns_from(*a_, i), depth,
                                                 DenseBlock<S>{panel, width}, wide,
                                                 c + j * a_->stride(), i == 0);
            }
        }
    }

    const Source* source_;
    Index rows_;
    Index cols_;
    const Factor<S>* a_ = nullptr;
    const CountedEntries* counted_;
};

}  // namespace nmf::detail
