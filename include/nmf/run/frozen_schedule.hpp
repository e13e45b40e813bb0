// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// How a run of least squares goes on in which one factor stays.

#include <cmath>
#include <utility>

#include <nmf/data/concept.hpp>
#include <nmf/run/early_steps.hpp>
#include <nmf/run/measure.hpp>
#include <nmf/run/run_state.hpp>

namespace nmf::detail {

/// Makes the half-steps of R alone, measures each, and takes back what raises the objective. A
/// half-step takes one product with V.
template <DataView View, class ProblemOf>
class FrozenSchedule : public EarlySteps<View, ProblemOf> {
    using Steps = EarlySteps<View, ProblemOf>;
    using Steps::errors_of;
    using Steps::look;
    using Steps::noise;
    using Steps::plain_target;
    using Steps::right_;
    using Steps::run;
    using Steps::see_residual;
    using Steps::squared_model;
    using Steps::state_;
    using Steps::view_;

public:
    using S = typename View::Scalar;
    using Steps::Steps;

    /// Measures the start.
    void first_step() {
        look(right_, view_, state_.left, state_.right, state_.right.pair);
        state_.best =
            errors_of(state_.left.pair, state_.right.pair, right_.sums()[StepSums::along],
                      squared_model(right_, state_.left.pair_gram, state_.right.pair_gram));
        see_residual();
        state_.last = state_.best;
    }

    /// False where a NaN or an infinity came up: then R is the one before.
    [[nodiscard]] bool iterate() {
        RunState<S>& s = state_;
        if (!s.finite) return false;
        s.pace = s.acceleration.next();
        auto& former = right_.former();
        former.task = {};
        former.task.measure_next = true;
        run(right_, view_, {.a = s.left.pair, .gram = &s.left.pair_gram}, s.right,
            plain_target(s.right));
        if (!s.finite) return false;
        former.gram(0, s.right.made, view_, s.right.made_gram);
        const Measure candidate =
            errors_of(s.left.pair, s.right.made, right_.sums()[StepSums::along],
                      squared_model(right_, s.left.pair_gram, s.right.made_gram));
        if (!std::isfinite(candidate.objective)) return false;
        if (!(candidate.objective <= s.best.objective + noise())) {
            ++s.taken_back;
            s.acceleration.reject();
            return true;
        }
        s.acceleration.accept();
        s.right.seen.distance = right_.sums().distance();
        s.right.pair.swap(s.right.made);
        s.right.pair_gram.swap(s.right.made_gram);
        s.best.objective = candidate.objective;
        s.best.relative_error = candidate.relative_error;
        see_residual();
        s.estimated = ProblemOf::Penalties::touches;
        return true;
    }

    /// The measured pair is the best one.
    static void to_best() {}

    /// Measures the KKT residual where it is an estimate; true if it was.
    [[nodiscard]] bool settle() {
        if (!std::exchange(state_.estimated, false)) return false;
        look(right_, view_, state_.left, state_.right, state_.right.pair);
        see_residual();
        return true;
    }
};

}  // namespace nmf::detail
