// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What the programs that are built in every way share: the golden problem by a formula, and the
/// objective of a pair by plain loops. Uses of the library only what a user would.

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <utility>
#include <vector>

#include <nmf/nmf.hpp>

namespace check {

inline int faults = 0;

inline void near(const char* what, double value, double expected, double tolerance) {
    if (std::abs(value - expected) <= tolerance * std::abs(expected)) return;
    ++faults;
    std::printf("%s: %.17g instead of %.17g\n", what, value, expected);
}

/// Entry (i, j) of U(seed, rows, cols) of the golden values: SplitMix64.
inline double uniform(std::uint64_t seed, int cols, int i, int j) {
    const auto draw = static_cast<std::uint64_t>(i) * static_cast<std::uint64_t>(cols) +
                      static_cast<std::uint64_t>(j);
    std::uint64_t z = seed + (draw + 1) * 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return static_cast<double>((z ^ (z >> 31U)) >> 11U) * 0x1p-53;
}

/// In whatever order Eigen keeps a matrix by default.
template <class S>
using Plain = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic>;

template <class S>
Plain<S> numbers(std::uint64_t seed, int rows, int cols) {
    Plain<S> out(rows, cols);
    for (int i = 0; i < rows; ++i) {
        for (int j = 0; j < cols; ++j) out(i, j) = static_cast<S>(uniform(seed, cols, i, j));
    }
    return out;
}

template <class S>
Plain<S> golden_v() {
    return numbers<S>(1, 30, 20);
}

/// The start of the golden values.
inline nmf::CustomInit<double> start() {
    return {numbers<double>(2, 30, 5), numbers<double>(3, 5, 20), false};
}

/// d(v | y) of the beta-divergences.
inline double divergence(double v, double y, double beta) {
    if (beta == 2) return 0.5 * (v - y) * (v - y);
    if (beta == 1) return (v > 0 ? v * std::log(v / y) : 0.0) - v + y;
    if (beta == 0) return v / y - std::log(v / y) - 1.0;
    return (std::pow(v, beta) + (beta - 1.0) * std::pow(y, beta) -
            beta * v * std::pow(y, beta - 1.0)) /
           (beta * (beta - 1.0));
}

/// The objective of W and H, entry by entry; v(i, j) and weight(i, j) are callables.
template <class Fit, class V, class Weight>
double objective(const Fit& fit, double beta, const V& v, const Weight& weight) {
    double sum = 0;
    for (int i = 0; i < static_cast<int>(fit.W.rows()); ++i) {
        for (int j = 0; j < static_cast<int>(fit.H.cols()); ++j) {
            const double counts = weight(i, j);
            if (!(counts > 0)) continue;
            double y = 0;
            for (int a = 0; a < static_cast<int>(fit.W.cols()); ++a) {
                y += static_cast<double>(fit.W(i, a)) * static_cast<double>(fit.H(a, j));
            }
            sum += counts * divergence(v(i, j), y, beta);
        }
    }
    return sum;
}

/// The reported objective is that of W and H.
template <class Fit, class V>
void reported(const char* what, const Fit& fit, double beta, const V& v, double tolerance = 1e-9) {
    const auto entry = [&](int i, int j) { return static_cast<double>(v(i, j)); };
    near(what, fit.objective, objective(fit, beta, entry, [](int, int) { return 1.0; }), tolerance);
}

/// Objectives after so many iterations.
using Lines = std::vector<std::pair<std::size_t, double>>;

template <class Fit>
void trajectory(const char* what, const Fit& fit, const Lines& lines, double tolerance = 1e-8) {
    for (const auto& [iteration, value] : lines) {
        near(what, fit.history.at(iteration).objective, value, tolerance);
    }
}

inline int verdict(const char* program) {
    std::printf("%s: %d faults\n", program, faults);
    return faults == 0 ? 0 : 1;
}

}  // namespace check
