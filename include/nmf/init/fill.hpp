// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Starts for solvers that cannot leave zeros.

#include <nmf/factor/factor.hpp>
#include <nmf/solvers/concept.hpp>

namespace nmf::detail {

template <RealScalar S>
[[nodiscard]] bool all_positive(const Factor<S>& w, const Factor<S>& h) {
    return w.all([](S x) { return x > S(0); }) && h.all([](S x) { return x > S(0); });
}

template <RealScalar S>
[[nodiscard]] bool all_zero(const Factor<S>& x) {
    return x.all([](S entry) { return !(entry > S(0)); });
}

/// Raises the zeros of a start to a hundredth of the mean entry of the factor, as far as NNDSVDar
/// goes: for a solver that multiplies the entries it finds, and would keep them near 0.
template <RealScalar S>
void fill_start(Factor<S>& w, Factor<S>& h) {
    for (Factor<S>* x : {&w, &h}) {
        double sum = 0;
        x->for_each([&](S entry) { sum += static_cast<double>(entry); });
        const auto raised = static_cast<S>(
            0.01 * sum / (static_cast<double>(x->rows()) * static_cast<double>(x->cols())));
        x->for_each([&](S& entry) { entry = entry > S(0) ? entry : raised; });
    }
}

/// Whether the zeros of a start are such as the solver hardly leaves; both factors 0 none leaves.
template <class SolverPolicy, RealScalar S>
[[nodiscard]] bool has_locked_zeros(const SolverPolicy& solver, const Factor<S>& w,
                                    const Factor<S>& h) {
    if (all_positive(w, h)) return false;
    return !leaves_zeros(solver) || (all_zero(w) && all_zero(h));
}

}  // namespace nmf::detail
