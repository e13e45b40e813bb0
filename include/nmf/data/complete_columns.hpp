// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Which columns of V are complete.

#include <nmf/core/types.hpp>

namespace nmf::detail {

/// Every entry of the column counts once.
template <class View>
[[nodiscard]] bool is_complete(const View& view, Index j) {
    if constexpr (View::weighted) return view.differing(j) == 0;
    return true;
}

template <class View>
[[nodiscard]] bool any_complete(const View& view, Index first, Index cols) {
    for (Index j = first; j < first + cols; ++j) {
        if (is_complete(view, j)) return true;
    }
    return false;
}

/// Calls f(c, count) for the runs of complete columns among first .. first + cols - 1, which begin
/// at first + c.
template <class View, class F>
void for_each_complete_run(const View& view, Index first, Index cols, const F& f) {
    if constexpr (View::weighted) {
        for (Index from = 0; from < cols;) {
            Index end = from;
            while (end < cols && is_complete(view, first + end)) ++end;
            if (end > from) f(from, end - from);
            from = end + 1;
        }
    } else {
        f(Index(0), cols);
    }
}

}  // namespace nmf::detail
