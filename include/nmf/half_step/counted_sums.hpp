// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Sums over the rows of A that count in a column of V, from the sums over all rows.

#include <algorithm>
#include <concepts>

#include <nmf/core/types.hpp>
#include <nmf/data/complete_columns.hpp>
#include <nmf/data/has_weights.hpp>
#include <nmf/factor/factor.hpp>

namespace nmf::detail {

/// Where a difference of sums has lost digits, the rest is summed up directly. This is done only if
/// it takes at most so many times the work for what is missing. Otherwise it would be a pass over
/// V.
inline constexpr Index most_work = 64;

/// What is left of a sum when most of it is missing counts as this fraction of it at least: then
/// half of the digits are left.
template <RealScalar S>
inline constexpr double least_left = std::same_as<S, double> ? 1.5e-8 : 3.5e-4;

/// sums = sum_i a_i over the rows i that count in column j of a view with missing zeros. `whole` is
/// the sum over all rows.
template <class View, RealScalar S>
void sum_counted(const View& view, Index j, const Factor<S>& a, const Vector<double>& whole,
                 Vector<double>& sums) {
    sums = whole;
    const Index differing = view.differing(j);
    if (differing == 0) return;
    const auto add_row = [&](Index i, double by) {
        sums += by * a.matrix().col(i).template cast<double>();
    };
    const auto sum_up = [&] {
        sums.setZero();
        visit_counted(view, j, [&](Index i, S m) { add_row(i, static_cast<double>(m)); });
    };
    if (2 * differing >= view.rows()) return sum_up();
    view.visit_differing(j, [&](Index i, S m) { add_row(i, static_cast<double>(m) - 1.0); });
    bool keeps_digits = true;
    for (Index c = 0; c < a.rows(); ++c) {
        keeps_digits = keeps_digits && sums[c] >= 0.5 * whole[c];
    }
    if (keeps_digits) return;
    if (view.rows() <= most_work * differing) return sum_up();
    for (Index c = 0; c < a.rows(); ++c) sums[c] = std::max(sums[c], least_left<S> * whole[c]);
}

/// The same, as far as it is known before the visited entries of the column are looked at: those
/// with weights are left to be added.
template <class View, RealScalar S>
void begin_sums([[maybe_unused]] const View& view, [[maybe_unused]] Index j,
                [[maybe_unused]] const Factor<S>& a, const Vector<double>& whole,
                Vector<double>& sums) {
    if constexpr (has_missing_zeros<View>) {
        sum_counted(view, j, a, whole, sums);
    } else if (has_weights(view)) {
        sums.setZero();
    } else {
        sums = whole;
    }
}

}  // namespace nmf::detail
