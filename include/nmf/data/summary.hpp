// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The sums that one pass over V gives, and the check of its entries.

#include <algorithm>
#include <limits>
#include <mutex>

#include <nmf/core/errors.hpp>
#include <nmf/core/interrupt.hpp>
#include <nmf/core/precision.hpp>
#include <nmf/core/types.hpp>
#include <nmf/data/extent.hpp>
#include <nmf/data/has_weights.hpp>

namespace nmf {

/// Sums over the entries of V, each times its weight, in double.
struct Summary {
    double sum = 0;
    double squared_norm = 0;
    double largest = 0;  ///< The largest entry; like `sum`, of their sizes where they have signs.
    bool some_positive = true;  ///< Some entry is > 0, if any is not 0.

    double weight = 0;         ///< Of the entries that count, in all; see `visited`.
    double visited = 0;        ///< Entries that count; for a sparse V without weights those stored.
    bool unit_weights = true;  ///< All weights are 1 and no entry is missing.
    bool acceptable = true;    ///< Every entry is finite and >= 0.

    Summary& operator+=(const Summary& part) {
        sum += part.sum;
        squared_norm += part.squared_norm;
        largest = std::max(largest, part.largest);
        some_positive = some_positive || part.some_positive;
        weight += part.weight;
        visited += part.visited;
        unit_weights = unit_weights && part.unit_weights;
        acceptable = acceptable && part.acceptable;
        return *this;
    }
};

namespace detail {

/// The sums over V. The first run that needs them makes them, and the copies of a view share them.
class SharedSummary {
public:
    template <class Make>
    [[nodiscard]] const Summary& operator()(const Make& make) {
        std::call_once(made_, [&] { value_ = make(); });
        return value_;
    }

private:
    std::once_flag made_;
    Summary value_;
};

/// Written as comparisons, so that it holds under -ffast-math for negative entries at least.
template <class S>
[[nodiscard]] constexpr bool acceptable(S x) {
    return x >= S(0) && x <= std::numeric_limits<S>::max();
}

/// Adds the visited entries of a column.
template <class View>
void summarize_visited(const View& view, Index j, Summary& sum) {
    view.visit(j, [&](Index, auto v, auto m) {
        const auto value = static_cast<double>(v);
        const auto weight = static_cast<double>(m);
        sum.sum += weight * value;
        sum.squared_norm += weight * value * value;
        sum.largest = std::max(sum.largest, value);
        sum.weight += weight;
        sum.visited += 1;
        sum.unit_weights = sum.unit_weights && weight == 1;
        sum.acceptable = sum.acceptable && acceptable(v);
    });
}

/// For the sums over the visited entries of a V with weights: what the others say of these.
template <class View>
void complete_weights(const View& view, Summary& sums) {
    if (!has_weights(view)) return;
    const double entries = static_cast<double>(view.rows()) * static_cast<double>(view.cols());
    if constexpr (has_missing_zeros<View>) {
        double missing = 0;
        for (Index j = 0; j < view.cols(); ++j) missing += static_cast<double>(view.differing(j));
        sums.weight = sums.visited = entries - missing;
    }
    sums.unit_weights = sums.unit_weights && sums.visited == entries;
}

/// How many entries of V count: their weights added up.
template <class View>
[[nodiscard]] double counted_entries(const View& view, const Summary& sums) {
    if (has_weights(view)) return sums.weight;
    return entries_of_whole(view);
}

/// The mean entry of V, over those that count.
template <class View>
[[nodiscard]] double mean_entry(const View& view, const Summary& sums) {
    return ratio_or_zero(sums.sum, counted_entries(view, sums));
}

/// Remembers the first offending entry in reading order (row by row).
class FirstOffender {
public:
    void see(Index row, Index col, double value) {
        if (row_ < 0 || row < row_ || (row == row_ && col < col_)) {
            row_ = row;
            col_ = col;
            value_ = value;
        }
    }

    FirstOffender& operator+=(const FirstOffender& part) {
        if (part.row_ >= 0) see(part.row_, part.col_, part.value_);
        return *this;
    }

    void throw_if_any(const char* name,
                      const char* expected = "every entry has to be a finite number >= 0") const {
        if (row_ >= 0) throw InputError(name, row_, col_, value_, expected);
    }

private:
    Index row_ = -1;
    Index col_ = -1;
    double value_ = 0;
};

/// Throws InputError for the first visited entry that is negative, NaN or infinite.
template <class View>
void throw_first_offender(const View& view) {
    FirstOffender first;
    for (Index j = 0; j < view.cols(); ++j) {
        check_interrupt();
        view.visit(j, [&](Index i, auto v, auto) {
            if (!acceptable(v)) first.see(i, j, static_cast<double>(v));
        });
    }
    first.throw_if_any("V");
}

}  // namespace detail
}  // namespace nmf
