// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A picture of a factorized spectrogram.

#include <array>
#include <string_view>

#include <Eigen/Core>

#include "io/image.hpp"

namespace media {

struct NamedColor {
    std::string_view name;
    io::Color color;
};

/// Component a has the colour a modulo their number.
constexpr std::array<NamedColor, 8> component_colors{{{"red", {230, 60, 50}},
                                                      {"green", {60, 180, 75}},
                                                      {"blue", {70, 120, 240}},
                                                      {"orange", {245, 150, 40}},
                                                      {"purple", {170, 80, 200}},
                                                      {"cyan", {60, 200, 220}},
                                                      {"pink", {240, 130, 190}},
                                                      {"olive", {150, 150, 50}}}};

/// The spectrogram V, low frequencies at the bottom, bright from -80 dB of its largest value on
/// (decibels_per_decade is 20 for magnitudes, 10 for powers). To its right a strip for each
/// component with the root of its spectrum W(:,a), below it one with its activation H(a,:).
io::Image chart(const Eigen::MatrixXd& V, const Eigen::MatrixXd& W, const Eigen::MatrixXd& H,
                double decibels_per_decade);

}  // namespace media
