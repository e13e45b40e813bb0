// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Where a run is: its factors, and what it knows of them.

#include <algorithm>
#include <cmath>
#include <utility>

#include <nmf/acceleration/acceleration.hpp>
#include <nmf/data/back_product.hpp>
#include <nmf/data/back_ratios.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/run/measure.hpp>
#include <nmf/subproblem/kkt.hpp>

namespace nmf::detail {

/// What the half-step that saw a factor last tells of it.
struct KktSums {
    Vector<double> distance;   ///< Sums of the terms of the KKT residual.
    Vector<double> size;       ///< ||x_a||^2
    Vector<double> curvature;  ///< Of the components.
    double mass = 0;           ///< What the sums are parts of; 0 where they are of entries.
};

/// Keeps sums as they are while it lives.
class KeptSums {
public:
    /// `room` has sums of the same sizes.
    KeptSums(KktSums& sums, KktSums& room) : sums_(sums), room_(room) { room_ = sums_; }
    KeptSums(const KeptSums&) = delete;
    KeptSums& operator=(const KeptSums&) = delete;
    ~KeptSums() { std::swap(sums_, room_); }

private:
    KktSums& sums_;
    KktSums& room_;
};

/// The KKT residual of a factor, for the squared norms of the components of the other one. With
/// `balance` see nmf::kkt_residual().
[[nodiscard]] inline double residual_of(const KktSums& x, const Vector<double>& fixed_size,
                                        bool balance) {
    if (x.mass > 0) return std::sqrt(x.distance.sum() / x.mass);
    return nmf::kkt_residual(x.distance, fixed_size, x.size, balance);
}

/// The KKT residual of a pair. `scale_free`: without penalties.
[[nodiscard]] inline double pair_residual(const KktSums& left, const KktSums& right,
                                          bool scale_free) {
    return std::max(residual_of(right, left.size, scale_free),
                    residual_of(left, right.size, scale_free));
}

/// How many copies of the two factors a run holds at once.
struct FactorCopies {
    int left = 0;
    int right = 0;
};

/// One factor X. The measured pair is what a run would return; its half-steps are ahead of it.
template <RealScalar S>
struct FactorState {
    Side side = Side::h;
    Factor<S> pair;    ///< Of the measured pair.
    Factor<S> made;    ///< By the last half-step. Before that step: the X before `pair`.
    Factor<S> before;  ///< What the half-step before made.
    Factor<S> ahead;   ///< What was made, extrapolated.

    KktSums seen;

    /// Least squares: the Gram matrices of these factors, without penalties.
    Matrix<double> pair_gram;
    Matrix<double> made_gram;
    Matrix<double> ahead_gram;
};

/// All that changes in the course of a run; the run goes on the same way from a copy.
template <RealScalar S>
struct RunState {
    RunState(Acceleration with, Side right_side, bool frozen_left)
        : acceleration(std::move(with)), frozen(frozen_left) {
        left.side = other(right_side);
        right.side = right_side;
    }

    FactorState<S> left;
    FactorState<S> right;
    Factor<S> kept;        ///< Least squares, extrapolated: L V for left.pair.
    BackProduct<S> back;   ///< R V' where V is read once.
    BackRatios<S> ratios;  ///< The same for other losses.
    Factor<S> saved_left;  ///< The best pair, where that is not the measured one.
    Factor<S> saved_right;
    bool saved = false;

    Acceleration acceleration;
    Pace pace;          ///< Of the iteration that has begun.
    Index opening = 0;  ///< Iterations of the opening that are to come.

    Measure best;
    Measure last;            ///< Of the last candidate, accepted or not.
    double rounding = 0;     ///< Of the objective of the pair.
    double ahead_by = 0;     ///< By how much left.ahead was extrapolated.
    bool estimated = false;  ///< The KKT residual of the best pair.
    bool frozen = false;     ///< L stays as it is.
    bool rescaled = false;   ///< Components may be scaled.
    bool finite = true;      ///< No policy has left a NaN or an infinity.

    Index taken_back = 0;  ///< Steps, in all.
    Index rejected = 0;    ///< In a row.
    Index above_best = 0;  ///< Iterations since the best pair.
};

}  // namespace nmf::detail
