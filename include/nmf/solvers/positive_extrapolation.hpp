// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Extrapolation of multiplicative updates.

#include <cmath>

namespace nmf {

/// Block majorisation-minimisation with extrapolation (BMMe): each factor X is replaced by X + a
/// max(0, X - X_before) before it is updated, with Nesterov's sequence of a. Entries only grow by
/// it, so that everything stays positive. Saves about half of the iterations.
///
/// @par Guarantees
/// A run takes a step back that raised the objective and starts the sequence again: the history
/// does not rise. For losses convex in each factor limit points are stationary; for others it is
/// left out.
///
/// @par Source
/// L. T. K. Hien, V. Leplat and N. Gillis, "Block majorization minimization with extrapolation and
/// application to beta-NMF", arXiv 2401.06646, 2024.
struct PositiveExtrapolation {
    bool enabled = true;
};

namespace detail {

/// The sequence of a: 0, 0.28, 0.43, ...
class PositiveMomentum {
public:
    explicit PositiveMomentum(PositiveExtrapolation rule) : enabled_(rule.enabled) {}

    [[nodiscard]] double next() {
        if (!enabled_) return 0;
        const double before = t_;
        t_ = 0.5 * (1.0 + std::sqrt(1.0 + 4.0 * before * before));
        return (before - 1.0) / t_;
    }

    void restart() { t_ = 1; }

private:
    bool enabled_;
    double t_ = 1;
};

}  // namespace detail
}  // namespace nmf
