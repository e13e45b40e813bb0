// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What a pass that compares V with its reconstruction adds up.

#include <nmf/core/requirements.hpp>

namespace nmf {

/// Sums over entries of V and Y = W H, each times its weight, in double. Additive over V.
struct CostSums {
    double cost = 0;                    ///< Of the loss.
    double squared_residual = 0;        ///< (v - y)^2
    double reconstruction = 0;          ///< y
    double squared_reconstruction = 0;  ///< y^2

    CostSums& operator+=(const CostSums& part) {
        cost += part.cost;
        squared_residual += part.squared_residual;
        reconstruction += part.reconstruction;
        squared_reconstruction += part.squared_reconstruction;
        return *this;
    }
};

}  // namespace nmf
