// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The denominators of a loss with a unit denominator: sums over the rows of A, without V.

#include <nmf/data/complete_columns.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/factor/gram.hpp>
#include <nmf/half_step/counted_sums.hpp>
#include <nmf/machine/sums.hpp>

namespace nmf::detail {

/// Of a view where a pass leaves them to its caller; see HasPass.
template <RealScalar S>
class UnitDenominators {
public:
    /// Sums up the rows of A.
    template <class View>
    void sum_up(const Factor<S>& a, const View& view) {
        row_sums_kernel_(a, RowsOf<View>{view}, row_sums_);
        shared_ = row_sums_.template cast<S>();
    }

    /// Those of columns of which all rows count.
    void fill(Factor<S>& denominators) const { denominators.matrix().colwise() = shared_; }

    /// Those of columns first .. first + cols - 1. `scratch` is room for one.
    template <class View>
    void fill(const View& view, const Factor<S>& a, Index first, Index cols,
              Vector<double>& scratch, Factor<S>& denominators) const {
        for (Index c = 0; c < cols; ++c) {
            sum_counted(view, first + c, a, row_sums_, scratch);
            denominators.matrix().col(c) = scratch.template cast<S>();
        }
    }

private:
    RowSumsKernel<S> row_sums_kernel_;
    Vector<double> row_sums_;
    Vector<S> shared_;  ///< The same in S.
};

}  // namespace nmf::detail
