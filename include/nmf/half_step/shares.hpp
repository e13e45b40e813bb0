// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// KKT sums for losses whose curvature depends on the model.

#include <algorithm>

#include <nmf/factor/factor.hpp>
#include <nmf/half_step/step_sums.hpp>
#include <nmf/subproblem/ratios.hpp>

namespace nmf::detail {

/// The KKT sums if D depends on the model, and so on the size of a column. With d = D + l + r X,
/// the mass of a column is the larger of its mass in V and sum_a d_a x_a. With penalties, sum_a n_a
/// x_a takes the place of the mass in V, because X may end near 0. The terms are
///
///     mass min(d x / mass, (d - n) / max(d, n))^2:
///
/// the share of the component in the column, or the unbalanced part of its pull. They are at most
/// `mass`, and do not change when V or a component is scaled. For b = 0 they do not change when a
/// column is scaled either. With weights, a column counts by its mass without them, so that a heavy
/// one hides no other.
template <RealScalar S, class Region>
void add_shares(const MultiplicativeStep<S, Region>& step, const Factor<S>& factor, Index cols,
                const double* masses, const double* even, S least_entry,
                const StepSums::Part& sums) {
    const Index k = factor.rows();
    const auto is_zero = [](S weight) { return weight == S(0); };
    const bool penalised = !step.linear.all(is_zero) || !step.ridge.all(is_zero);
    const auto in_double = [](S value) { return static_cast<double>(value); };
    for (Index c = 0; c < cols; ++c) {
        const S* const x = factor.data() + c * factor.stride();
        const S* const top = step.numerator.data() + c * factor.stride();
        const S* const bottom = step.denominator.data() + c * factor.stride();
        const auto down = [&](Index a) {
            return in_double(bottom[a]) + in_double(step.linear.data()[a]) +
                   in_double(step.ridge.data()[a]) * in_double(x[a]);
        };
        double of_model = 0;
        double of_data = 0;
        for (Index a = 0; a < k; ++a) {
            of_model += down(a) * in_double(x[a]);
            of_data += in_double(top[a]) * in_double(x[a]);
        }
        if (masses != nullptr && !penalised) of_data = masses[c];
        const double mass = std::max(of_data, of_model);
        if (mass <= 0) continue;
        const double counts = even != nullptr && even[c] > 0 ? even[c] : mass;
        sums[StepSums::mass] += counts;
        for (Index a = 0; a < k; ++a) {
            const double d = down(a);
            const double n = in_double(top[a]);
            double above = std::max(0.0, in_double(x[a]) - in_double(least_entry));
            const double larger = std::max(d, n);
            if (larger <= 0) continue;
            double pull = d / larger - n / larger;
            if constexpr (is_bounded<Region>) {
                above = std::min(above, in_double(x[a] - step.region.from(c).lower[a]));
                pull = std::max(pull, d * in_double(x[a] - step.region.from(c).upper[a]) / mass);
            }
            const double term = std::min(d * above / mass, pull);
            sums.distance()[a] += counts * term * term;
        }
    }
}

}  // namespace nmf::detail
