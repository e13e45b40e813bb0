// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Stop at a stationary point.

#include <cmath>

#include <nmf/stopping/combine.hpp>

namespace nmf {

/// Stops with status converged when the scale-free KKT residual is at most `value`: every entry of
/// the factors is, relative to their norm, about that far from where its own optimality condition
/// holds. Does not depend on the scale of V, on how the components are scaled, or on the start.
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
