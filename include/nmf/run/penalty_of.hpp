// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What the penalties add to the objective.

#include <algorithm>

#include <nmf/core/types.hpp>
#include <nmf/data/complete_columns.hpp>
#include <nmf/data/extent.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/half_step/component_sizes.hpp>
#include <nmf/machine/sums.hpp>

namespace nmf::detail {

/// The penalties of X, whose columns belong to the view and may explain different numbers of
/// entries. `column` is scratch for one column.
template <class View, class PenaltySet, RealScalar S>
[[nodiscard]] double penalty_of(const PenaltySet& penalties, Side side, const View& view,
                                const Factor<S>& x, Factor<S>& column) {
    if (penalties.none()) return 0;
    double sum = 0;
    if (!penalties.counts_observations() || all_complete(view)) {
        const Index rows = row_extent(view).total;
        sum = penalties.value(side, x, static_cast<double>(rows));
    } else {
        if (column.rows() != x.rows()) column.resize(x.rows(), 1);
        sum = penalties.template part<false>(side, x, 0.0);
        for (Index j = 0; j < x.cols(); ++j) {
            std::copy_n(x.data() + j * x.stride(), x.stride(), column.data());
            const auto observations = static_cast<double>(observed(view, j));
            sum += penalties.template part<true>(side, column, observations);
        }
    }
    reduce(view, {&sum, 1});
    return sum;
}

/// What penalties are summed up in. Keeps its memory.
template <RealScalar S>
struct PenaltyRoom {
    Factor<S> column;
    RowSumsKernel<S> row_sums;
    ComponentSizes sizes;
    PenaltyTerms terms;
};

/// The penalties of a pair L, R on a view whose columns are those of R.
template <class View, class Flipped, class PenaltySet, RealScalar S>
[[nodiscard]] double penalty_of_pair(const PenaltySet& penalties, Side right_side, const View& view,
                                     const Flipped& flipped, const Factor<S>& left,
                                     const Factor<S>& right, PenaltyRoom<S>& room) {
    if constexpr (PenaltySet::scale_free) {
        if (penalties.none()) return 0;
        if (penalties.is_scale_free()) {
            if (right_side != penalties.unit) {
                sum_up_components(view, left, right, room.row_sums, room.sizes);
            } else {
                sum_up_components(flipped, right, left, room.row_sums, room.sizes);
            }
            return penalties.value(room.sizes, room.terms);
        }
    }
    return penalty_of(penalties, other(right_side), flipped, left, room.column) +
           penalty_of(penalties, right_side, view, right, room.column);
}

}  // namespace nmf::detail
