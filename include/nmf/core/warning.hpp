// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Warnings of a run.

#include <string_view>

#include <nmf/core/requirements.hpp>

namespace nmf {

/// What a run noticed and its figures do not show.
enum class Warning {
    unbounded_components,  ///< See message().
    dead_components,       ///< Listed in dead_components.
    rank_above_size,       ///< rank > min(m, n).
    locked_zeros           ///< The start had zeros, which the solver hardly leaves.
};

[[nodiscard]] constexpr std::string_view to_string(Warning warning) {
    switch (warning) {
        case Warning::unbounded_components: return "unbounded_components";
        case Warning::dead_components: return "dead_components";
        case Warning::rank_above_size: return "rank_above_size";
        case Warning::locked_zeros: return "locked_zeros";
    }
    return "unknown";
}

/// A sentence that says what a warning means and what helps.
[[nodiscard]] constexpr std::string_view message(Warning warning) {
    switch (warning) {
        case Warning::unbounded_components:
            return "Some components grow without bound; an L2 penalty on both factors keeps them "
                   "small.";
        case Warning::dead_components:
            return "Some components are 0 and contribute nothing; a lower rank gives the same fit.";
        case Warning::rank_above_size:
            return "The rank is above the number of rows or of columns of V, so W and H are not "
                   "determined by V.";
        case Warning::locked_zeros:
            return "The start had zeros, which this solver hardly leaves; fill them, or take "
                   "another solver.";
    }
    return "unknown";
}

}  // namespace nmf
