// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Extrapolation of multiplicative updates.

#include <cmath>
#include <string>

#include <nmf/core/errors.hpp>

#include <nmf/core/requirements.hpp>

namespace nmf {

/// Block majorisation-minimisation with extrapolation (BMMe): each factor X is replaced by X + a
/// max(0, X - X_before) before it is updated, with Nesterov's sequence of a. Entries only grow by
/// it, so that everything stays positive. The update is over-relaxed as well: its ratio of sums is
/// raised to the power of `relaxation`. Together they save about half of the iterations.
/// Divergences of a V of one row or column, or with one component, are not extrapolated.
///
/// But for least squares, the measured pair, and the result, holds the factor that
/// is updated first as it is extrapolated, where the objective is known without a pass over V.
///
/// @par Guarantees
/// A run takes a step back that raised the objective, starts the sequence again and relaxes no
/// more: the history does not rise. For losses convex in each factor limit points are stationary
/// without relaxation; for others both are left out.
///
/// @par Source
/// L. T. K. Hien, V. Leplat and N. Gillis, "Block majorization minimization with extrapolation and
/// application to beta-NMF", arXiv 2401.06646, 2024. R. Salakhutdinov and S. Roweis, "Adaptive
/// overrelaxed bound optimization methods", ICML 2003 (`relaxation`; below 2 it converges locally).
struct PositiveExtrapolation {
    bool enabled = true;
    double relaxation = 1.5;  ///< In [1, 2); 1 for none.

    /// For a solver of that name.
    void check(const std::string& solver) const {
        detail::check_parameter(relaxation >= 1 && relaxation < 2,
                                solver + ".extrapolation.relaxation", relaxation, "in [1, 2)");
    }
};

namespace detail {

/// That of a solver, if it has one.
template <class P>
[[nodiscard]] PositiveExtrapolation positive_extrapolation_of(const P& solver) {
    if constexpr (requires(PositiveExtrapolation & of) { of = solver.extrapolation; }) {
        return solver.extrapolation;
    } else if constexpr (requires { solver.positive_extrapolation; }) {
        return solver.positive_extrapolation;
    } else {
        return {.enabled = false};
    }
}

/// How a step is made: a, and the power of its ratios.
struct PositiveStep {
    double momentum = 0;
    double power = 1;
};

/// The steps of a run: those with a = 0, 0.28, 0.43, ...
class PositiveMomentum {
public:
    explicit PositiveMomentum(PositiveExtrapolation rule) : rule_(rule) {}

    [[nodiscard]] PositiveStep next() {
        if (!rule_.enabled) return {};
        const double before = t_;
        t_ = 0.5 * (1.0 + std::sqrt(1.0 + 4.0 * before * before));
        return {(before - 1.0) / t_, before > 1.0 ? rule_.relaxation : 1.0};
    }

    void restart() {
        t_ = 1;
        rule_.relaxation = 1;
    }

private:
    PositiveExtrapolation rule_;
    double t_ = 1;
};

}  // namespace detail
}  // namespace nmf
