// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// C = A V for a sparse V, a few columns at a time.

#include <algorithm>
#include <memory>
#include <utility>

#include <nmf/data/sparse/banded_product.hpp>
#include <nmf/data/sparse/direction.hpp>
#include <nmf/data/sparse/product.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/machine/chunks.hpp>

namespace nmf::detail {

/// What a SparseView multiplies with. Refers to the entries of V.
template <RealScalar S, class I>
class SparseProducts {
public:
    /// `banded` makes all columns at once, if it is there.
    SparseProducts(const SparseDirection<S, I>& v, std::shared_ptr<BandedProduct<S, I>> banded)
        : v_(&v), banded_(std::move(banded)) {}

    /// C is A V from here on.
    void begin(const Factor<S>& a) {
        a_ = &a;
        if (banded_ == nullptr) return;
        whole_ = &(*banded_)(a, [&](const auto& f) {
            for_each_block(
                most_chunks, [&](Index chunk) { return v_->begin_of(chunk); }, column_step,
                [&](Index first, Index cols, Index, int) { f(first, cols); });
        });
    }

    /// Columns first .. first + cols - 1 of C.
    void operator()(Index first, Index cols, S* c) const {
        if (whole_ != nullptr) {
            std::copy_n(whole_->data() + first * a_->stride(), cols * a_->stride(), c);
        } else if (v_->entries.weights == nullptr) {
            multiply_columns(a_->data(), a_->stride(), v_->entries, first, cols, c);
        } else {
            Eigen::Map<Matrix<S>> out(c, a_->stride(), cols);
            out.setZero();
            for (Index j = 0; j < cols; ++j) {
                if (v_->differing(first + j) == 0) {
                    multiply_columns(a_->data(), a_->stride(), v_->entries, first + j, 1,
                                     c + j * a_->stride());
                    continue;
                }
                v_->entries.visit(first + j, [&](Index i, S v, S m) {
                    out.col(j) += m * v * a_->padded_matrix().col(i);
                });
            }
        }
    }

private:
    const SparseDirection<S, I>* v_;
    std::shared_ptr<BandedProduct<S, I>> banded_;
    const Factor<S>* a_ = nullptr;
    const Factor<S>* whole_ = nullptr;
};

}  // namespace nmf::detail
