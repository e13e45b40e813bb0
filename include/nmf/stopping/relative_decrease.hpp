// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Stop when the objective hardly falls any more.

#include <cmath>

#include <nmf/stopping/combine.hpp>

namespace nmf {

/// Stops with status converged when the objective fell by at most `value` times itself over the
/// last `window` iterations. This measures the speed of a run, so a slow solver stops early.
/// KktTolerance measures the distance from a stationary point.
struct RelativeDecrease {
    using Axis = axis::Stopping;
    double value = 1e-4;
    Index window = 10;  ///< At least 1.

    void check() const {
        detail::check_parameter(value >= 0 && std::isfinite(value), "RelativeDecrease.value", value,
                                "a finite number >= 0");
        detail::check_parameter(window >= 1, "RelativeDecrease.window", window, ">= 1");
    }

    [[nodiscard]] std::optional<Status> check(const Progress& progress) const {
        const auto lines = static_cast<Index>(progress.history.size());
        if (window < 1 || lines <= window) return std::nullopt;
        const double before =
            progress.history[static_cast<std::size_t>(lines - 1 - window)].objective;
        if (before - progress.objective <= value * progress.objective) return Status::converged;
        return std::nullopt;
    }
};

static_assert(StoppingRule<RelativeDecrease>);

}  // namespace nmf
