// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Starts for solvers that cannot leave zeros.

#include <nmf/factor/factor.hpp>
#include <nmf/solvers/concept.hpp>

namespace nmf::detail {

template <RealScalar S>
[[nodiscard]] bool all_positive(const Factor<S>& w, const Factor<S>& h) {
    return w.matrix().minCoeff() > S(0) && h.matrix().minCoeff() > S(0);
}

/// Raises the zeros of a start to a hundredth of the mean entry of the factor, as far as NNDSVDar
/// goes: for a solver that multiplies the entries it finds, and would keep them near 0.
template <RealScalar S>
void fill_start(Factor<S>& w, Factor<S>& h) {
    for (Factor<S>* x : {&w, &h}) {
        const double mean = x->matrix().template cast<double>().mean();
        const auto raised = static_cast<S>(0.01 * mean);
        x->matrix() = (x->matrix().array() > S(0)).select(x->matrix(), raised);
    }
}

/// Whether the zeros of a start are such as the solver hardly leaves; both factors 0 none leaves.
template <class SolverPolicy, RealScalar S>
[[nodiscard]] bool has_locked_zeros(const SolverPolicy& solver, const Factor<S>& w,
                                    const Factor<S>& h) {
    if (all_positive(w, h)) return false;
    return !leaves_zeros(solver) ||
           (!(w.matrix().maxCoeff() > S(0)) && !(h.matrix().maxCoeff() > S(0)));
}

}  // namespace nmf::detail
