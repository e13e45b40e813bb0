// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Stop when the error of held-out entries does not fall any more.

#include <algorithm>
#include <cstddef>
#include <limits>

#include <nmf/stopping/combine.hpp>

namespace nmf {

/// Stops with status converged when the error of the held-out entries has not come down for
/// `window` iterations: none of them is below the least one before by more than `value` of that. A
/// run of too high a rank is ended so before it fits the noise of V. Needs HeldOut.
///
/// The result is the last pair, not that of the least error: the history has the errors, and
/// MaxIterations gets to a pair in between.
///
/// @par Cost
/// The score of HeldOut in each iteration.
struct ValidationError {
    using Axis = axis::Stopping;
    static constexpr bool validates = true;

    double value = 1e-4;
    Index window = 5;  ///< At least 1.

    void check() const {
        detail::check_parameter(value >= 0 && value < 1, "ValidationError.value", value,
                                "in [0, 1)");
        detail::check_parameter(window >= 1, "ValidationError.window", window, ">= 1");
    }

    [[nodiscard]] std::optional<Status> check(const Progress& progress) const {
        const auto lines = static_cast<Index>(progress.history.size());
        if (!progress.validation_error || window < 1 || lines <= window) return std::nullopt;
        const auto least = [&](Index first, Index end) {
            double error = std::numeric_limits<double>::infinity();
            for (Index line = first; line < end; ++line) {
                const auto& of_line =
                    progress.history[static_cast<std::size_t>(line)].validation_error;
                if (of_line) error = std::min(error, *of_line);
            }
            return error;
        };
        const double before = least(0, lines - window);
        if (least(lines - window, lines) < (1.0 - value) * before) return std::nullopt;
        return Status::converged;
    }
};

static_assert(StoppingRule<ValidationError>);

}  // namespace nmf
