// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Stop after a number of iterations.

#include <nmf/stopping/combine.hpp>

namespace nmf {

/// Stops with status max_iterations after `value` iterations.
struct MaxIterations {
    using Axis = axis::Stopping;
    Index value = 500;

    [[nodiscard]] std::optional<Status> check(const Progress& progress) const {
        if (progress.iteration >= value) return Status::max_iterations;
        return std::nullopt;
    }
};

static_assert(StoppingRule<MaxIterations>);

}  // namespace nmf
