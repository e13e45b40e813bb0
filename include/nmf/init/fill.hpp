// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Starts for solvers that cannot leave zeros.

#include <nmf/core/factor.hpp>
#include <nmf/solvers/concept.hpp>

namespace nmf::detail {

/// Raises the zeros of a start to a hundredth of the mean entry of the factor, as far as NNDSVDar
/// goes: for a solver that multiplies the entries it finds, and would keep them near 0.
template <class SolverPolicy, RealScalar S>
void fill_start(Factor<S>& w, Factor<S>& h) {
    if constexpr (!leaves_zeros<SolverPolicy>) {
        for (Factor<S>* x : {&w, &h}) {
            const double mean = x->matrix().template cast<double>().mean();
            const auto raised = static_cast<S>(0.01 * mean);
            x->matrix() = (x->matrix().array() > S(0)).select(x->matrix(), raised);
        }
    }
}

}  // namespace nmf::detail
