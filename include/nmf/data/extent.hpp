// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Which columns of a larger V a view has.

#include <cstdint>
#include <span>

#include <nmf/core/types.hpp>

namespace nmf {

/// The columns from `first` on, of `total`.
struct Extent {
    Index first = 0;
    Index total = 0;
};

namespace detail {

/// A view of one part of a larger V.
template <class View>
inline constexpr bool is_part = requires(const View& view, std::span<double> sums) {
    view.reduce(sums);
};

/// A view of which this or the transposed one is a part.
template <class View>
inline constexpr bool has_part = is_part<View> || requires(const View& view) {
    requires is_part<decltype(view.transposed())>;
};

/// Of a view that is one part of a larger V what its member column_extent() says, else all columns.
template <class View>
[[nodiscard]] Extent column_extent(const View& view) {
    if constexpr (requires { view.column_extent(); }) return view.column_extent();
    return {0, view.cols()};
}

/// The same of the rows.
template <class View>
[[nodiscard]] Extent row_extent(const View& view) {
    if constexpr (requires { view.transposed().column_extent(); }) {
        return view.transposed().column_extent();
    }
    return {0, view.rows()};
}

/// m n of the larger V.
template <class View>
[[nodiscard]] double entries_of_whole(const View& view) {
    return static_cast<double>(row_extent(view).total) *
           static_cast<double>(column_extent(view).total);
}

/// The number of the random draw for entry (a, j) of a factor, j being a column of the part.
[[nodiscard]] inline std::uint64_t draw_number(const Extent& extent, Index a, Index j) {
    return static_cast<std::uint64_t>(a * extent.total + extent.first + j);
}

}  // namespace detail
}  // namespace nmf
