// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What is known of a pair of factors.

#include <nmf/core/requirements.hpp>

namespace nmf::detail {

/// How good a pair of factors is.
struct Measure {
    double objective = 0;
    double relative_error = 0;
    double kkt_residual = 0;
};

}  // namespace nmf::detail
