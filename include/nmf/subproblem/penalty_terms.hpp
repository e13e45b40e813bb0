// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What a penalty sees of a half-step, and what it contributes.

#include <algorithm>
#include <cmath>

#include <nmf/factor/factor.hpp>

namespace nmf {

/// Sums over the entries of each component, for the factor X of a half-step and for the fixed
/// factor.
struct ComponentSizes {
    Vector<double> own_sum;
    Vector<double> own_square;
    Vector<double> fixed_sum;
    Vector<double> fixed_square;
};

/// The factor X of a half-step, as a penalty sees it.
template <RealScalar S>
struct PenaltyPlace {
    Side side = Side::h;
    double observations = 0;  ///< Entries of V that a column of X explains.

    const Factor<S>* factor = nullptr;  ///< X before the half-step, all columns of it.

    /// X X' for a penalty whose static member `needs_gram` is true, else null.
    const Matrix<double>* gram = nullptr;

    const ComponentSizes* sizes = nullptr;  ///< If a penalty asks for them.

    /// The entries of X may be negative. Otherwise entries of `factor` are negative only if it is
    /// extrapolated.
    bool any_sign = false;

    /// Entry (a, j) of X, >= 0 unless any_sign.
    [[nodiscard]] S entry(Index a, Index j) const {
        const S x = factor->data()[j * factor->stride() + a];
        return any_sign ? x : std::max(S(0), x);
    }
};

/// The terms that are added to the objective of a half-step, for each of its columns x:
///
///     <l, x> + 1/2 sum_a r_a x_a^2 + 1/2 <x, Q x>,
///
/// minus <p, x> with the pull p of that column; see nmf::HasPull.
struct PenaltyTerms {
    Vector<double> linear;    ///< l >= 0, one for each component.
    Vector<double> ridge;     ///< r >= 0
    Matrix<double> coupling;  ///< Q, k x k, symmetric positive semidefinite, if it `couples`.
    bool couples = false;

    /// Sets all terms to 0.
    void clear(Index rank) {
        for (Vector<double>* each : {&linear, &ridge}) {
            each->resize(rank);
            std::fill_n(each->data(), rank, 0.0);
        }
        couples = false;
    }

    /// The same for all components.
    void add_linear(double weight) {
        for (double& l : linear) l += weight;
    }
    void add_ridge(double weight) {
        for (double& r : ridge) r += weight;
    }

    [[nodiscard]] bool finite() const {
        const auto all = [](const auto& x) {
            return std::all_of(x.data(), x.data() + x.size(),
                               [](double weight) { return std::isfinite(weight); });
        };
        return all(linear) && all(ridge) && (!couples || all(coupling));
    }

    /// Q, which is 0 at first.
    [[nodiscard]] Matrix<double>& coupled() {
        if (!couples) coupling.setZero(linear.size(), linear.size());
        couples = true;
        return coupling;
    }
};

}  // namespace nmf
