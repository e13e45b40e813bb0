// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What the penalties add to the objective.

#include <algorithm>

#include <nmf/core/types.hpp>
#include <nmf/data/complete_columns.hpp>
#include <nmf/data/extent.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/machine/sums.hpp>

namespace nmf::detail {

/// The penalties of X, whose columns are those of the view and may have different numbers of
/// entries to explain. `column` is room for one.
template <class View, class PenaltySet, RealScalar S>
[[nodiscard]] double penalty_of(const PenaltySet& penalties, Side side, const View& view,
                                const Factor<S>& x, Factor<S>& column) {
    if (penalties.scale_free()) return 0;
    double sum = 0;
    if (!penalties.counts_observations() || all_complete(view)) {
        const Index rows = row_extent(view).total;
        sum = penalties.value(side, x, static_cast<double>(rows));
    } else {
        if (column.rows() != x.rows()) column.resize(x.rows(), 1);
        for (Index j = 0; j < x.cols(); ++j) {
            std::copy_n(x.data() + j * x.stride(), x.stride(), column.data());
            sum += penalties.value(side, column, static_cast<double>(observed(view, j)));
        }
    }
    reduce(view, {&sum, 1});
    return sum;
}

}  // namespace nmf::detail
