// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The half-steps of a run of least squares, and the measurement of the resulting pairs.

#include <cmath>

#include <nmf/core/precision.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/extent.hpp>
#include <nmf/data/flipped.hpp>
#include <nmf/data/signed.hpp>
#include <nmf/factor/gram.hpp>
#include <nmf/half_step/former_of.hpp>
#include <nmf/half_step/half_step.hpp>
#include <nmf/loss/frobenius.hpp>
#include <nmf/run/free_sizes.hpp>
#include <nmf/run/penalty_of.hpp>
#include <nmf/run/run_state.hpp>

namespace nmf::detail {

/// V ~ L'R by half-steps whose subproblems hold for every X. An iteration takes two products with
/// V, L V and R V'. The product that measures the KKT residual of R makes its next half-step too.
template <DataView View, class ProblemOf>
class EarlySteps {
public:
    using S = typename View::Scalar;
    using Flipped = FlippedOf<View>;

    EarlySteps(const View& view, const Flipped& flipped, const ProblemOf& problem,
               RunState<S>& state)
        : view_(view),
          flipped_(flipped),
          problem_(problem),
          scale_free_(problem.scale_free()),
          once_(!state.frozen && read_once(view, problem.rank)),
          state_(state),
          right_(view, problem),
          left_(flipped, problem) {}

    [[nodiscard]] static Acceleration acceleration(const View& /*view*/, const ProblemOf& problem) {
        return acceleration_of(problem.solver, true);
    }

    void begin() {
        const Index rank = problem_.rank;
        if (once_) state_.back.prepare(rank, view_.rows(), back_chunks(view_, rank));
        make_grams();
    }

    /// Multiplies L'R by the number that brings it closest to V.
    void scale() {
        look(right_, view_, state_.left, state_.right, state_.right.pair);
        const double along = right_.sums()[StepSums::along];
        const double square = squared_model(right_, state_.left.pair_gram, state_.right.pair_gram);
        if (!(square > 0)) return;
        double ratio = along / square;
        // Of entries with signs a start may explain nothing; then it gets the size of V.
        if (may_be_negative(view_) && !(along > 0)) {
            ratio = std::sqrt(problem_.squared_norm / square);
        }
        if (!(ratio > 0 || problem_.squared_norm <= 0)) return;
        const double root = std::sqrt(ratio);
        for (FactorState<S>* half : {&state_.left, &state_.right}) {
            half->pair.for_each([&](S& x) { x *= static_cast<S>(root); });
            for (Index at = 0; at < half->pair_gram.size(); ++at) {
                half->pair_gram.data()[at] *= root * root;
            }
        }
    }

    [[nodiscard]] auto norms(const FactorState<S>& of) const { return of.pair_gram.diagonal(); }

    static void scaled(FactorState<S>& of, Index a, double by) {
        for (Index b = 0; b < of.pair_gram.rows(); ++b) {
            of.pair_gram(a, b) *= by;
            of.pair_gram(b, a) *= by;
        }
    }

    /// With make_rooms().
    [[nodiscard]] static constexpr FactorCopies copies(bool goes_ahead) {
        return goes_ahead ? FactorCopies{4, 5} : FactorCopies{2, 2};
    }

    /// Room for all that is as large as the factors, and with extrapolation for one more pair,
    /// which is needed late in a run.
    void make_rooms() {
        RunState<S>& s = state_;
        const Index m = view_.rows();
        const Index n = view_.cols();
        const Pages pages = pages_beside(view_);
        if (s.frozen) {
            s.right.made = s.right.pair;
        } else if (s.acceleration.goes_ahead()) {
            Factor<S>::allocate_together(problem_.rank,
                                         {{&s.left.made, m},
                                          {&s.left.ahead, m},
                                          {&s.right.ahead, n},
                                          {&s.right.made, n},
                                          {&s.kept, n},
                                          {&s.saved_left, m},
                                          {&s.saved_right, n}},
                                         pages);
            s.left.ahead = s.left.pair;
            s.right.made = s.right.pair;
        } else {
            Factor<S>::allocate_together(problem_.rank, {{&s.left.made, m}, {&s.right.made, n}},
                                         pages);
            s.left.made = s.left.pair;
            s.right.made = s.right.pair;
        }
    }

protected:
    using RightStep = HalfStep<View, Former<View, ProblemOf>, ProblemOf>;
    using LeftStep = HalfStep<Flipped, Former<Flipped, ProblemOf>, ProblemOf>;

    [[nodiscard]] const Factor<S>& candidate_right() const {
        return state_.acceleration.goes_ahead() ? state_.right.ahead : state_.right.made;
    }
    [[nodiscard]] const Matrix<double>& candidate_right_gram() const {
        return state_.acceleration.goes_ahead() ? state_.right.ahead_gram : state_.right.made_gram;
    }

    void make_grams() {
        gram_(state_.left.pair, flipped_, state_.left.pair_gram);
        gram_(state_.right.pair, view_, state_.right.pair_gram);
    }

    /// The KKT sums of a factor X for a fixed one, and the sums that tell how good they are.
    template <class Half, class Direction>
    void look(Half& half, const Direction& view, const FactorState<S>& fixed, FactorState<S>& of,
              const Factor<S>& x) {
        look(half, view, fixed.pair, fixed.pair_gram, of, x);
    }
    template <class Half, class Direction>
    void look(Half& half, const Direction& view, const Factor<S>& fixed,
              const Matrix<double>& fixed_gram, FactorState<S>& of, const Factor<S>& x) {
        half.former().task = {};
        half.former().task.measured = &x;
        half.run(view, {.a = fixed, .gram = &fixed_gram}, of.side, {.x = x, .previous = x}, {});
        of.seen.distance = half.sums().distance();
        state_.finite = state_.finite && half.sums().finite();
    }

    /// Makes the next R for the L of the pair, with the extrapolation of the last left step. If
    /// asked to, it also makes the KKT sums of the R of the pair. After a step was taken back, it
    /// uses the kept products, and extrapolates from the R of the pair.
    void step_right(bool measured, bool kept) {
        RunState<S>& s = state_;
        const bool goes_ahead = s.acceleration.goes_ahead();
        s.pace = s.acceleration.next();
        FixedFactor<S> fixed{.a = s.left.pair, .gram = &s.left.pair_gram, .kept = kept};
        if (goes_ahead && !kept && s.ahead_by != 0) {
            fixed.ahead = &s.left.ahead;
            fixed.ahead_gram = &s.left.ahead_gram;
            fixed.by = static_cast<S>(s.ahead_by);
        }
        auto& former = right_.former();
        former.task = {};
        if (measured) former.task.measured = &s.right.pair;
        if (goes_ahead) former.task.kept = &s.kept;
        if (once_) former.task.back_to = &s.back;
        if (goes_ahead) {
            run(right_, view_, fixed, s.right,
                {.x = s.right.pair,
                 .previous = s.right.pair,
                 .next = &s.right.made,
                 .ahead = &s.right.ahead,
                 .from = kept ? &s.right.pair : &s.right.made,
                 .beta = s.pace.beta,
                 .projected = true});
            former.gram(1, s.right.ahead, view_, s.right.ahead_gram);
        } else {
            run(right_, view_, fixed, s.right, plain_target(s.right));
            former.gram(0, s.right.made, view_, s.right.made_gram);
        }
        if (measured) s.right.seen.distance = right_.sums().distance();
    }

    /// Makes the next L for the candidate of R, with its KKT sums and what measures the two.
    void step_left() {
        RunState<S>& s = state_;
        auto& former = left_.former();
        former.task = {};
        former.task.measure_next = true;
        if (once_) former.task.back_from = &s.back;
        const FixedFactor<S> fixed{.a = candidate_right(), .gram = &candidate_right_gram()};
        if (s.acceleration.goes_ahead()) {
            run(left_, flipped_, fixed, s.left,
                {.x = s.left.ahead,
                 .previous = s.left.ahead,
                 .next = &s.left.made,
                 .ahead = &s.left.ahead,
                 .from = &s.left.pair,
                 .beta = s.pace.beta});
            former.gram(1, s.left.ahead, flipped_, s.left.ahead_gram);
        } else {
            run(left_, flipped_, fixed, s.left, plain_target(s.left));
        }
        former.gram(0, s.left.made, flipped_, s.left.made_gram);
        s.left.seen.distance = left_.sums().distance();
        s.ahead_by = s.pace.beta;
    }

    [[nodiscard]] StepTarget<S> plain_target(FactorState<S>& of) const {
        return {.x = of.pair, .previous = of.made, .step = state_.pace.start, .next = &of.made};
    }

    template <class Half, class Direction>
    void run(Half& half, const Direction& view, const FixedFactor<S>& fixed,
             const FactorState<S>& of, const StepTarget<S>& target) {
        half.run(view, fixed, of.side, target, {});
        state_.finite = state_.finite && half.sums().finite();
    }

    [[nodiscard]] Measure errors_of(const Factor<S>& left, const Factor<S>& right, double along,
                                    double square) {
        const double residual = Frobenius::squared_residual(view_, problem_.squared_norm, left,
                                                            right, along, square, scratch_);
        Measure measure;
        measure.objective = 0.5 * residual + penalty_of_pair(problem_.penalties, state_.right.side,
                                                             view_, flipped_, left, right, room_);
        measure.relative_error = std::sqrt(ratio_or_zero(residual, problem_.squared_norm));
        return measure;
    }

    /// ||L'R||^2 over the entries that count, from a half-step on these factors.
    template <class Half>
    [[nodiscard]] double squared_model(Half& half, const Matrix<double>& left,
                                       const Matrix<double>& right) const {
        return half.former().complete() ? inner_product(left, right)
                                        : half.sums()[StepSums::square];
    }

    [[nodiscard]] double noise() const { return 0.5 * rounding_noise<S> * problem_.squared_norm; }

    void see_residual() {
        const FactorState<S>& left = state_.left;
        const FactorState<S>& right = state_.right;
        state_.best.kkt_residual = residual(left.pair, left.pair_gram, right.pair, right.pair_gram);
    }

    /// The KKT residual of a pair with these Gram matrices, whose sums both halves have.
    [[nodiscard]] double residual(const Factor<S>& left, const Matrix<double>& left_gram,
                                  const Factor<S>& right, const Matrix<double>& right_gram) {
        state_.left.seen.size = left_gram.diagonal();
        state_.right.seen.size = right_gram.diagonal();
        const bool nothing =
            !(state_.left.seen.size.sum() > 0) && !(state_.right.seen.size.sum() > 0);
        take_free_sizes(problem_, view_, flipped_, left, right, state_);
        if (state_.frozen) return residual_of(state_.right.seen, state_.left.seen.size, false);
        if (nothing && zeros_are_no_minimum()) return 1;
        return pair_residual(state_.left.seen, state_.right.seen, scale_free_);
    }

    /// Whether some pair is better than two factors of zeros. Vectors w and h of equal entries gain
    /// sum(V) |w| |h| / sqrt(m n), and cost half of the ridges.
    [[nodiscard]] bool zeros_are_no_minimum() const {
        if (!problem_.allows_model()) return false;
        if (problem_.penalties.none()) return problem_.squared_norm > 0 && problem_.some_positive;
        if (may_be_negative(view_)) return false;
        if constexpr (ProblemOf::Penalties::scale_free) {
            if (problem_.penalties.is_scale_free()) return some_line_gains();
        }
        const auto& left = left_.former().equations();
        const auto& right = right_.former().equations();
        const auto ridge = [](const auto& equations) {
            return static_cast<double>(equations.gram.matrix()(0, 0));
        };
        const auto is_zero = [](S weight) { return weight == S(0); };
        const bool lasso = !left.linear.all(is_zero) || !right.linear.all(is_zero);
        return !lasso &&
               problem_.sum * problem_.sum > entries_of_whole(view_) * ridge(left) * ridge(right);
    }

    /// With UnitComponents. The longest column of V, or of V', is at least as long as on average.
    [[nodiscard]] bool some_line_gains() const {
        const bool of_h = problem_.penalties.unit == Side::w;
        const bool right_is_h = state_.right.side == Side::h;
        const Index lines = (of_h == right_is_h ? column_extent(view_) : row_extent(view_)).total;
        const double length = std::sqrt(problem_.squared_norm / static_cast<double>(lines));
        return problem_.penalties.least_linear(problem_.rank) < length;
    }

    const View& view_;
    const Flipped& flipped_;
    const ProblemOf& problem_;
    bool scale_free_;
    bool once_;  ///< V is read once for both products.
    RunState<S>& state_;
    RightStep right_;
    LeftStep left_;
    GramKernel<S> gram_;
    Scratch<S> scratch_;
    PenaltyRoom<S> room_;
};

}  // namespace nmf::detail
