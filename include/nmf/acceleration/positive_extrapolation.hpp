// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Extrapolation of multiplicative updates.

#include <cmath>
#include <string>

#include <nmf/acceleration/concept.hpp>
#include <nmf/core/errors.hpp>

namespace nmf {

/// Block majorisation-minimisation with extrapolation (BMMe). Before an update, X is replaced by X
/// + a max(0, X - X_before), with Nesterov's sequence of a. Entries can only grow by this, so
/// everything stays positive. The update is also over-relaxed: its ratio of sums is raised to the
/// power `relaxation`. Together they save about half of the iterations. Divergences are not
/// extrapolated if V has one row or column, or if there is one component.
///
/// Except for least squares, the measured pair holds the extrapolated value of the factor updated
/// first. The objective of this pair is known without a pass over V. The result is such a pair.
///
/// @par Guarantees
/// A step that raises the objective is taken back. The sequence then starts again without
/// relaxation, so the history does not rise. Without relaxation, limit points are stationary for
/// losses convex in each factor. Other losses use neither extrapolation nor relaxation.
///
/// @par Source
/// L. T. K. Hien, V. Leplat and N. Gillis, "Block majorization minimization with extrapolation and
/// application to beta-NMF", arXiv 2401.06646, 2024. R. Salakhutdinov and S. Roweis, "Adaptive
/// overrelaxed bound optimization methods", ICML 2003 (`relaxation`; below 2 it converges locally).
struct PositiveExtrapolation {
    bool enabled = true;
    double relaxation = 1.5;  ///< In [1, 2); 1 for none.

    /// Throws InputError for a parameter out of range. The message names this solver.
    void check(const std::string& solver) const {
        detail::check_parameter(relaxation >= 1 && relaxation < 2,
                                solver + ".extrapolation.relaxation", relaxation, "in [1, 2)");
    }
};

namespace detail {

/// The extrapolation of a solver, if it has one.
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
