// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A piece of four notes.

#include <vector>

#include <Eigen/Core>

namespace media {

struct Notes {
    std::vector<Eigen::VectorXd> notes;  ///< Each of the four alone: C4, E4, G4, B4.
    int rate = 16000;

    [[nodiscard]] Eigen::VectorXd mixture() const;
};

/// Notes with decaying harmonics: all four together, then in their six pairs, 1.5 seconds each.
Notes synthesize_notes();

}  // namespace media
