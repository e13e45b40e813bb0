// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Which columns of V are complete, and how many entries of the others count.

#include <vector>

#include <nmf/core/interrupt.hpp>
#include <nmf/core/types.hpp>
#include <nmf/data/has_weights.hpp>
#include <nmf/machine/sums.hpp>

namespace nmf::detail {

/// Whether every entry of the column counts once.
template <class View>
[[nodiscard]] bool is_complete(const View& view, Index j) {
    if constexpr (View::weighted) return !has_weights(view) || view.differing(j) == 0;
    return true;
}

/// Whether every entry counts once. A sum over the columns.
template <class View>
[[nodiscard]] bool all_complete(const View& view) {
    if (!has_weights(view)) return true;
    double others = 0;
    for (Index j = 0; j < view.cols(); ++j) others += is_complete(view, j) ? 0 : 1;
    reduce(view, {&others, 1});
    return others == 0;
}

/// How many entries of the column count.
template <class View>
[[nodiscard]] Index observed(const View& view, Index j) {
    if constexpr (View::weighted) {
        if (has_weights(view)) return view.observed(j);
    }
    return view.rows();
}

/// Calls f(i, weight) for the entries of column j that count.
template <class View, class F>
void visit_counted(const View& view, Index j, const F& f) {
    if constexpr (has_missing_zeros<View>) {
        Index next = 0;
        const auto fill = [&](Index end) {
            for (; next < end; ++next) f(next, typename View::Scalar(1));
        };
        view.visit_differing(j, [&](Index i, auto) {
            fill(i);
            next = i + 1;
        });
        fill(view.rows());
    } else {
        view.visit(j, [&](Index i, auto, auto m) { f(i, m); });
    }
}

/// Columns without any entry that counts.
template <class View>
[[nodiscard]] std::vector<Index> unobserved_columns(const View& view) {
    std::vector<Index> empty;
    for (Index j = 0; has_weights(view) && j < view.cols(); ++j) {
        check_interrupt();
        if (observed(view, j) == 0) empty.push_back(j);
    }
    return empty;
}

template <class View>
[[nodiscard]] bool any_complete(const View& view, Index first, Index cols) {
    if (!has_weights(view)) return true;
    for (Index j = first; j < first + cols; ++j) {
        if (is_complete(view, j)) return true;
    }
    return false;
}

/// Calls f(c, count) for the runs of complete columns among first .. first + cols - 1, which begin
/// at first + c.
template <class View, class F>
void for_each_complete_run(const View& view, Index first, Index cols, const F& f) {
    if (!has_weights(view)) return f(Index(0), cols);
    for (Index from = 0; from < cols;) {
        Index end = from;
        while (end < cols && is_complete(view, first + end)) ++end;
        if (end > from) f(from, end - from);
        from = end + 1;
    }
}

}  // namespace nmf::detail
