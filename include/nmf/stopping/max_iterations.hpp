// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Stop after a number of iterations.

#include <nmf/stopping/combine.hpp>

namespace nmf {

/// Stops with status max_iterations after `value` iterations; 0 measures the start.
struct MaxIterations {
    using Axis = axis::Stopping;
    static constexpr bool limit = true;
    Index value = 500;

    void check() const {
        detail::check_parameter(value >= 0, "MaxIterations.value", value, ">= 0");
    }

    [[nodiscard]] std::optional<Status> check(const Progress& progress) const {
        if (progress.iteration >= value) return Status::max_iterations;
        return std::nullopt;
    }
};

static_assert(StoppingRule<MaxIterations>);

}  // namespace nmf
