// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The V and the choice of entries of the tests that compare runs with held-out entries.

#include <nmf/nmf.hpp>

#include "support/problems.hpp"

namespace held_out_problem {

inline constexpr nmf::Index rows = 60;
inline constexpr nmf::Index cols = 45;
inline constexpr nmf::Index rank = 4;
inline const nmf::HeldOut out{0.2, 7};

/// Of rank 4 with noise, > 0.
inline nmf::Matrix<double> noisy() {
    return uniform(1, rows, rank) * uniform(2, rank, cols) + 0.2 * uniform(3, rows, cols);
}

inline nmf::Only<nmf::MaxIterations> after(nmf::Index iterations) { return {{iterations}}; }

}  // namespace held_out_problem
