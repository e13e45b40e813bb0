// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The curvature of components that is known before a half-step.

#include <nmf/core/precision.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/has_weights.hpp>
#include <nmf/factor/balance.hpp>
#include <nmf/factor/gram.hpp>
#include <nmf/half_step/component_sizes.hpp>
#include <nmf/loss/separable.hpp>
#include <nmf/machine/sums.hpp>
#include <nmf/subproblem/penalty_terms.hpp>

namespace nmf::detail {

/// The sums of a half-step that do not depend on V. For a loss with a unit denominator where every
/// entry counts once.
template <RealScalar S>
class UnitCurvature {
public:
    template <class View, class ProblemOf>
    [[nodiscard]] static bool applies(const View& view, const ProblemOf& problem) {
        return !has_weights(view) && unit_denominator(problem.loss);
    }

    /// The curvature of the components of X for a fixed A, and ||x_a||^2. `mass` is that of the
    /// columns of V.
    template <class View, class ProblemOf>
    void learn(const View& view, const ProblemOf& problem, Side side, const Factor<S>& a,
               const Factor<S>& x, const Vector<double>& mass, Vector<double>& curvature,
               Vector<double>& size) {
        if constexpr (ProblemOf::Penalties::scale_free) {
            if (problem.penalties.is_scale_free()) {
                sum_up_components(view, a, x, row_sums_, sizes_);
            }
        }
        if constexpr (ProblemOf::Penalties::needs_gram) GramKernel<S>()(x, view, gram_);
        const PenaltyPlace<S> place{side,    static_cast<double>(view.rows()),
                                    &x,      gram_.size() > 0 ? &gram_ : nullptr,
                                    &sizes_, problem.any_sign(side)};
        problem.penalties.terms_of(place, problem.rank, terms_);
        row_sums_(a, RowsOf<View>{view}, sums_);
        row_sums_(x, view, curvature);
        row_norms(x, view, size);
        for (Index c = 0; c < size.size(); ++c) {
            const double down = (sums_[c] + terms_.linear[c]) * curvature[c];
            curvature[c] = ratio_or_zero(down, size[c]) + terms_.ridge[c];
        }
        of_zeros(view, a, mass, size, curvature);
    }

    /// Gives a curvature to the components that are 0. An entry of theirs can rise to mass / d at
    /// most, where d is the sum of their row of A (see RatioFormer). The mass is the mean over the
    /// columns.
    template <class View>
    void of_zeros(const View& view, const Factor<S>& a, const Vector<double>& mass,
                  const Vector<double>& size, Vector<double>& curvature) {
        if (mass.size() == 0 || size.minCoeff() > 0) return;
        const double mean = mass.mean();
        row_sums_(a, RowsOf<View>{view}, sums_);
        for (Index c = 0; c < size.size(); ++c) {
            if (size[c] > 0) continue;
            curvature[c] = ratio_or_zero(sums_[c] * sums_[c], mean);
        }
    }

private:
    RowSumsKernel<S> row_sums_;
    Vector<double> sums_;
    PenaltyTerms terms_;
    ComponentSizes sizes_;
    Matrix<double> gram_;
};

}  // namespace nmf::detail
