// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// How good a pair of factors is, from the sums of the pass over V that started there.

#include <cmath>
#include <limits>
#include <optional>

#include <nmf/core/precision.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/cost_sums.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/half_step/pair_costs.hpp>
#include <nmf/half_step/target_and_sums.hpp>
#include <nmf/penalty/concept.hpp>

namespace nmf::detail {

/// A pair that may become the best one.
struct Candidate {
    double objective = 0;
    double relative_error = 0;
    double rounding = 0;  ///< Of the objective, beside that of its own size.
};

/// Measures pairs L (k x rows) and R (k x cols). Keeps its scratch from call to call.
template <DataView View, class Loss, class PenaltySet>
class CandidateMeasure {
public:
    using S = typename View::Scalar;

    /// `scale` is the size of what the objective is a difference of.
    CandidateMeasure(const View& view, const Loss& loss, const PenaltySet& penalties,
                     Side right_side, double squared_norm, double scale)
        : view_(view),
          penalties_(penalties),
          right_side_(right_side),
          squared_norm_(squared_norm),
          scale_(scale),
          costs_(view, loss) {}
    CandidateMeasure(const CandidateMeasure&) = delete;
    CandidateMeasure& operator=(const CandidateMeasure&) = delete;

    /// Takes the memory that measuring needs, for factors whose columns are `stride` apart.
    void prepare(Index stride) { costs_.prepare(stride); }

    /// `pass` went from R to the next one, with L fixed. Of least squares the penalty of L is
    /// given, as the pass that made it added it up.
    template <class Pass>
    [[nodiscard]] Candidate operator()(const Pass& pass, const Factor<S>& left,
                                       const Factor<S>& right, double left_penalty) {
        const PassSums& sums = pass.sums();
        Candidate now;
        now.rounding = 2.0 * std::numeric_limits<double>::epsilon() * scale_;
        double residual = 0;
        if constexpr (Pass::least_squares) {
            const double along = 2.0 * sums[PassSums::along];
            const double square = sums[PassSums::square];
            residual = sums[PassSums::squares] - along + square;
            if (residual > digits_lost<S> * squared_norm_) {
                now.rounding += 0.5 * Pass::sum_rounding * (along + square);
            } else {
                residual = at_least_zero(view_.squared_residual(left, right, 0));
            }
            now.objective = 0.5 * residual + left_penalty + sums[PassSums::penalty];
        } else {
            const CostSums costs = costs_at(pass, left, right);
            residual = costs.squared_residual;
            now.objective = costs.cost + penalties_.value(other(right_side_), left, 0) +
                            penalties_.value(right_side_, right, 0);
        }
        now.relative_error = std::sqrt(ratio_or_zero(residual, squared_norm_));
        return now;
    }

    /// The sum of all entries of L'R.
    [[nodiscard]] double model_sum(const Factor<S>& left, const Factor<S>& right) {
        return costs_.model_sum(left, right);
    }

private:
    template <class Pass>
    [[nodiscard]] CostSums costs_at(const Pass& pass, const Factor<S>& left,
                                    const Factor<S>& right) {
        const std::optional<CostSums> costs = pass.costs();
        if (costs) return costs_.complete(*costs, left, right);
        return costs_(left, right);
    }

    const View& view_;
    const PenaltySet& penalties_;
    Side right_side_;
    double squared_norm_;
    double scale_;
    PairCosts<View, Loss> costs_;
};

}  // namespace nmf::detail
