// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The beta-divergence of one entry, to full precision.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <nmf/core/requirements.hpp>

namespace nmf::detail {

/// d_b(v | v + v t) / v^b for |t| <= 1/16, in a form that loses no digits:
///
///     t^2 times the integral of s (1 + t s)^(b - 2) over s in [0, 1],
///
/// by Gauss-Legendre quadrature with eight points.
[[nodiscard]] inline double beta_divergence_near(double t, double b) {
    struct Node {
        double at;
        double weight;
    };
    static constexpr std::array<Node, 8> nodes{
        {{0.0198550717512318841582, 0.0506142681451881295762},
         {0.101666761293186630204, 0.111190517226687235272},
         {0.237233795041835507092, 0.156853322938943643670},
         {0.408282678752175097530, 0.181341891689180991483},
         {0.591717321247824902470, 0.181341891689180991483},
         {0.762766204958164492908, 0.156853322938943643670},
         {0.898333238706813369796, 0.111190517226687235272},
         {0.980144928248768115842, 0.0506142681451881295762}}};
    double sum = 0;
    for (const Node& node : nodes) {
        sum += node.weight * node.at * std::pow(1.0 + t * node.at, b - 2.0);
    }
    return t * t * sum;
}

/// (x^p - 1) / p for l = log(x), and its limit l at p = 0.
[[nodiscard]] inline double power_gap(double p, double l) {
    return p == 0 ? l : std::expm1(p * l) / p;
}

/// log(v / y), even if the ratio leaves the range of double.
[[nodiscard]] inline double log_of_ratio(double v, double y) {
    const double ratio = v / y;
    const bool in_range =
        ratio >= std::numeric_limits<double>::min() && ratio <= std::numeric_limits<double>::max();
    return in_range ? std::log(ratio) : std::log(v) - std::log(y);
}

/// d_b(v | y) for v, y > 0 that are not close. The forms keep their digits for b near 0 or 1. They
/// take the power of the entry that sets the size of the divergence.
[[nodiscard]] inline double beta_divergence_apart(double v, double y, double b) {
    if (b == 2) return 0.5 * (v - y) * (v - y);
    const double l = log_of_ratio(v, y);
    const double x = v / y;
    const double u = y / v;
    const double c = b - 1.0;
    if (b > 0.5) {
        if (v > y && c >= 0) {
            return std::pow(v, b) * (std::exp(-c * l) * (u - 1.0) - power_gap(c, -l)) / b;
        }
        return std::pow(y, b) * (x * power_gap(c, l) - (x - 1.0)) / b;
    }
    if (v < y && b < 0) {
        return std::pow(v, b) * (power_gap(b, -l) - std::exp(-b * l) * (1.0 - x)) / -c;
    }
    return std::pow(y, b) * (x - 1.0 - power_gap(b, l)) / -c;
}

/// d_b(v | y) to full precision. It is at most 1e290, even where it is infinite, so that sums stay
/// finite. NaN for a NaN.
[[nodiscard]] inline double beta_divergence(double v, double y, double b) {
    constexpr double infinite = 1e290;
    const auto bounded = [](double x) { return x < infinite ? std::max(0.0, x) : infinite; };
    if (std::isnan(v) || std::isnan(y)) return std::numeric_limits<double>::quiet_NaN();
    if (!(v > 0)) {
        if (!(y > 0)) return b > 0 ? 0.0 : infinite;
        return b > 0 ? bounded(std::pow(y, b) / b) : infinite;
    }
    if (v == y) return 0;
    if (!(y > 0)) return b > 1 ? bounded(std::pow(v, b) / (b * (b - 1.0))) : infinite;
    const double t = (y - v) / v;
    if (std::abs(t) <= 0.0625) return bounded(std::pow(v, b) * beta_divergence_near(t, b));
    return bounded(beta_divergence_apart(v, y, b));
}

}  // namespace nmf::detail
