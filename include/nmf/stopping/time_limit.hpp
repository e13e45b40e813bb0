// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Stop after a time.

#include <nmf/stopping/combine.hpp>

namespace nmf {

/// Stops with status time_limit at the end of the first iteration that ends `seconds` after the run
/// began. Where it stops depends on the machine.
struct TimeLimit {
    using Axis = axis::Stopping;
    static constexpr bool limit = true;
    double seconds = 60;  ///< Infinity for none.

    [[nodiscard]] double deadline() const { return seconds; }
    void check() const {
        detail::check_parameter(seconds >= 0, "TimeLimit.seconds", seconds, "a number >= 0");
    }

    [[nodiscard]] std::optional<Status> check(const Progress& progress) const {
        if (progress.seconds >= seconds) return Status::time_limit;
        return std::nullopt;
    }
};

static_assert(StoppingRule<TimeLimit>);

}  // namespace nmf
