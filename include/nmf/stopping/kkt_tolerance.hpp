// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Stop at a stationary point.

#include <cmath>

#include <nmf/stopping/combine.hpp>

namespace nmf {

/// Stops with status converged when the scale-free KKT residual is at most `value`. The residual is
/// the distance of the entries from the points where their optimality conditions hold, relative to
/// the norm of the factors. It does not depend on the scale of V, on the scales of the components,
/// or on the start.
struct KktTolerance {
    using Axis = axis::Stopping;
    double value = 1e-4;

    void check() const {
        detail::check_parameter(value >= 0 && std::isfinite(value), "KktTolerance.value", value,
                                "a finite number >= 0");
    }

    [[nodiscard]] std::optional<Status> check(const Progress& progress) const {
        if (progress.kkt_residual <= value) return Status::converged;
        return std::nullopt;
    }
};

static_assert(StoppingRule<KktTolerance>);

}  // namespace nmf
