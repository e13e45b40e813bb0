// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Whether the entries of a V have weights.

#include <nmf/core/requirements.hpp>

namespace nmf::detail {

/// Whether entries of V can have weights or be missing. A view of a kind that can have weights may
/// deny it by a member has_weights().
template <class View>
[[nodiscard]] constexpr bool has_weights([[maybe_unused]] const View& view) {
    if constexpr (!View::weighted) {
        return false;
    } else if constexpr (requires { view.has_weights(); }) {
        return view.has_weights();
    } else {
        return true;
    }
}

/// A view whose unstored entries are zeros that count, but for some that are missing.
template <class View>
inline constexpr bool has_missing_zeros = View::weighted&& requires {
    requires View::has_unstored_zeros();
};

/// Whether the view visits entries with weights.
template <class View>
[[nodiscard]] bool visits_weights(const View& view) {
    return has_weights(view) && !has_missing_zeros<View>;
}

}  // namespace nmf::detail
