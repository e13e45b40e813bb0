// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Extrapolation of an alternation, whose steps can be taken back.

#include <algorithm>
#include <cmath>
#include <string>

#include <nmf/core/errors.hpp>
#include <nmf/core/types.hpp>

namespace nmf {

/// After each half-step the factor moves further in the same direction,
///
///     X_y = X_new + beta (X_new - X_accepted),
///
/// and the next half-step starts from there. If the objective rises, the step is taken back and
/// beta shrinks. Otherwise beta grows, up to a ceiling that itself grows to 1. This costs a few
/// operations per entry of the factors and no pass over V. It saves most of the iterations.
///
/// @par Guarantees
/// The run keeps the best pair of factors, so its history does not rise. There is no proof of
/// convergence for the extrapolated sequence.
///
/// @par Source
/// A. M. S. Ang and N. Gillis, "Accelerating nonnegative matrix factorization algorithms using
/// extrapolation", Neural Computation 31(2), 2019 (with beta_0, eta, gamma and gamma-bar; hp = 3).
/// The defaults differ from theirs; benchmarks/README.md compares the two.
struct Extrapolation {
    bool enabled = true;
    double start = 0.3;             ///< The first beta, in [0, 1].
    double shrink = 2;              ///< beta is divided by this, > 1, when the objective rises.
    double growth = 1.03;           ///< beta is multiplied by this, >= 1, when it falls.
    double ceiling_growth = 1.005;  ///< And so is its ceiling.

    /// Throws InputError for a parameter out of range. The message names this solver.
    void check(const std::string& solver) const {
        const auto finite = [&](const char* member, bool in_range, double value,
                                const char* range) {
            detail::check_parameter(in_range && std::isfinite(value),
                                    solver + ".extrapolation." + member, value, range);
        };
        finite("start", start >= 0 && start <= 1, start, "in [0, 1]");
        finite("shrink", shrink > 1, shrink, "a finite number > 1");
        finite("growth", growth >= 1, growth, "a finite number >= 1");
        finite("ceiling_growth", ceiling_growth >= 1, ceiling_growth, "a finite number >= 1");
    }
};

namespace detail {

/// The extrapolation of a solver, if it has one.
template <class P>
[[nodiscard]] Extrapolation extrapolation_of(const P& solver) {
    if constexpr (requires(Extrapolation & of) { of = solver.extrapolation; }) {
        return solver.extrapolation;
    } else {
        return {.enabled = false};
    }
}

/// The values of beta during a run.
class Momentum {
public:
    explicit Momentum(const Extrapolation& rule)
        : rule_(rule), beta_(rule.start), previous_(rule.start) {}

    [[nodiscard]] double beta() const { return beta_; }

    void begin_again() { *this = Momentum(rule_); }

    void accept() {
        previous_ = beta_;
        beta_ = std::min(ceiling_, rule_.growth * beta_);
        ceiling_ = std::min(1.0, rule_.ceiling_growth * ceiling_);
    }

    void reject() {
        ceiling_ = previous_;
        previous_ = beta_;
        beta_ /= rule_.shrink;
    }

private:
    Extrapolation rule_;
    double beta_;
    double previous_;
    double ceiling_ = 1;
};

}  // namespace detail
}  // namespace nmf
