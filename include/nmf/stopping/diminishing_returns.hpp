// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Stop when going on is no longer worth it.

#include <algorithm>
#include <cmath>
#include <cstddef>

#include <nmf/stopping/combine.hpp>

namespace nmf {

/// Stops with status converged when going on is hardly worth it: the second half of the run has
/// lowered the relative error by little. A run of twice the length would hardly lower it by more.
///
/// For a loss F and the relative error e = ||V - W H|| / ||V||, the rule looks at the fall
///
///     (F(t/2) - F(t)) / (2 F(t)) e(t).
///
/// For Frobenius without penalties this is the fall of e where it is small beside e, and more than
/// that elsewhere. It is little up to `value`. After 50 iterations it is little up to
///
///     value max(1, min(50 (1 - e), 300 e)).
///
/// So with the default, the fall is at most 1e-4. Later it may be 0.5 % of what is explained or 3 %
/// of what is left, the smaller one, if that is more. It does not depend on the scale of V. Its
/// horizon grows with the run, so neither a slow solver nor a short plateau ends it.
///
/// The KKT residual has to be at most `residual`. At least `least` iterations have to be over,
/// because the fall tells little where a run has hardly begun.
struct DiminishingReturns {
    using Axis = axis::Stopping;
    double value = 1e-4;
    double residual = 5e-3;
    Index least = 20;

    void check() const {
        detail::check_parameter(value >= 0 && std::isfinite(value), "DiminishingReturns.value",
                                value, "a finite number >= 0");
        detail::check_parameter(residual >= 0 && std::isfinite(residual),
                                "DiminishingReturns.residual", residual, "a finite number >= 0");
        detail::check_parameter(least >= 1, "DiminishingReturns.least", least, ">= 1");
    }

    [[nodiscard]] std::optional<Status> check(const Progress& progress) const {
        const Index now = progress.iteration;
        const auto lines = static_cast<Index>(progress.history.size());
        if (now < least || lines <= now / 2) return std::nullopt;
        if (!(progress.kkt_residual <= residual)) return std::nullopt;
        const double half =
            progress.history[static_cast<std::size_t>(lines - 1 - now / 2)].objective;
        const double error = progress.relative_error;
        const double share = std::min(of_explained * (1 - error), of_left * error);
        const double little = value * (now < late ? 1 : std::max(1.0, share));
        const double fall = half - progress.objective;
        if (fall * error <= 2.0 * little * progress.objective) return Status::converged;
        return std::nullopt;
    }

private:
    static constexpr Index late = 50;
    static constexpr double of_explained = 50;
    static constexpr double of_left = 300;
};

static_assert(StoppingRule<DiminishingReturns>);

}  // namespace nmf
