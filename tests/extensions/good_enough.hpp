// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A stopping rule: the relative error is small enough.

#include <optional>

#include <nmf/stopping/concept.hpp>

namespace own {

struct GoodEnough {
    using Axis = nmf::axis::Stopping;

    double error = 0.1;

    [[nodiscard]] std::optional<nmf::Status> check(const nmf::Progress& progress) const {
        if (progress.relative_error <= error) return nmf::Status::converged;
        return std::nullopt;
    }
};

}  // namespace own
