// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What the examples of images and sounds share: how V is factorized, and what is told of it.

#include <cstdint>
#include <string>

#include <Eigen/Core>

namespace media {

struct Method {
    Eigen::Index rank = 1;
    double beta = 2;  ///< Of the beta divergence.
    std::uint64_t seed = 0;
    Eigen::Index max_iterations = 500;
};

struct Fit {
    Eigen::MatrixXd W;
    Eigen::MatrixXd H;
    double objective = 0;
    std::string course;  ///< The status, iterations, seconds and errors in words.
};

/// Accelerated HALS, for beta = 2.
Fit fit_least_squares(const Eigen::MatrixXd& V, const Method& method);

/// Multiplicative updates, for any beta. V > 0 where beta <= 0.
Fit fit_divergence(const Eigen::MatrixXd& V, const Method& method);

}  // namespace media
