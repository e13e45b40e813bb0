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
    double seconds = 60;

    [[nodiscard]] std::optional<Status> check(const Progress& progress) const {
        if (progress.seconds >= seconds) return Status::time_limit;
        return std::nullopt;
    }
};

static_assert(StoppingRule<TimeLimit>);

}  // namespace nmf
