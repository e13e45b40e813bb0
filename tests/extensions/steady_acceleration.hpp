// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// An acceleration: one beta all along, halved where a step is taken back.

#include <nmf/acceleration/concept.hpp>

namespace own {

struct SteadyAcceleration {
    static constexpr bool goes_ahead = true;

    double beta = 0.5;

    [[nodiscard]] nmf::Pace next() const { return {beta, {}}; }
    void accept() {}
    void reject() { beta *= 0.5; }
};

}  // namespace own
