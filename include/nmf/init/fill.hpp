// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Starts for solvers that cannot leave zeros.

#include <nmf/data/extent.hpp>
#include <nmf/data/flipped.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/machine/sums.hpp>
#include <nmf/solvers/concept.hpp>

namespace nmf::detail {

/// The number of positive entries of X. A sum over the columns, which belong to `data`; see Sums.
template <RealScalar S, class Data>
[[nodiscard]] double count_positive(const Factor<S>& x, const Data& data) {
    double count = 0;
    x.for_each([&](S entry) { count += entry > S(0) ? 1 : 0; });
    reduce(data, {&count, 1});
    return count;
}

/// Raises the zeros of a starting factor to a hundredth of its mean entry, like NNDSVDar. For a
/// solver that multiplies entries and would keep them near 0.
template <RealScalar S, class View>
void fill_zeros(Factor<S>& x, const View& view) {
    double sum = 0;
    x.for_each([&](S entry) { sum += static_cast<double>(entry); });
    reduce(view, {&sum, 1});
    const double entries =
        static_cast<double>(x.rows()) * static_cast<double>(column_extent(view).total);
    const auto raised = static_cast<S>(0.01 * sum / entries);
    x.for_each([&](S& entry) { entry = entry > S(0) ? entry : raised; });
}

/// Whether the start has zeros that the solver hardly leaves. No solver leaves a start whose
/// factors are both 0.
template <class SolverPolicy, RealScalar S, class View>
[[nodiscard]] bool has_locked_zeros(const SolverPolicy& solver, const View& view,
                                    const Factor<S>& w, const Factor<S>& h) {
    const auto flipped = flipped_view(view);
    const double of_w = count_positive(w, flipped);
    const double of_h = count_positive(h, view);
    const auto rank = static_cast<double>(w.rows());
    const bool all = of_w == rank * static_cast<double>(column_extent(flipped).total) &&
                     of_h == rank * static_cast<double>(column_extent(view).total);
    return !all && (!leaves_zeros(solver) || (of_w == 0 && of_h == 0));
}

}  // namespace nmf::detail
