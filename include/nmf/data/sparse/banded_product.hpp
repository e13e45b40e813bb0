// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Products with a sparse V whose factor outgrows the cache: band by band.

#include <cassert>

#include <nmf/core/types.hpp>
#include <nmf/data/sparse/banded_entries.hpp>
#include <nmf/data/sparse/product.hpp>
#include <nmf/data/sparse/stored_entries.hpp>
#include <nmf/factor/factor.hpp>

namespace nmf::detail {

/// C = A V by bands of rows of V. The columns of A of a band stay in cache meanwhile. A column of C
/// is summed band by band. Keeps C, k x n.
template <RealScalar S, class I>
class BandedProduct {
public:
    /// Copies the entries.
    BandedProduct(const StoredEntries<S, I>& v, Index stored, Index bands, Index rank)
        : entries_(v, stored, bands), product_(rank, v.cols) {}

    /// The whole product, which stays until the next one. `for_each_block` calls f(first, cols) for
    /// blocks of columns, on any thread.
    template <class Blocks>
    const Factor<S>& operator()(const Factor<S>& a, const Blocks& for_each_block) {
        assert(a.rows() == product_.rows());
        for (Index band = 0; band < entries_.bands(); ++band) {
            const auto entries = entries_.band(band);
            const S* const of_band = a.column(entries_.first_row(band));
            for_each_block([&](Index first, Index cols) {
                multiply_columns(of_band, a.stride(), entries, first, cols,
                                 product_.data() + first * product_.stride(), band == 0);
            });
        }
        return product_;
    }

private:
    BandedEntries<S, I> entries_;
    Factor<S> product_;
};

}  // namespace nmf::detail
