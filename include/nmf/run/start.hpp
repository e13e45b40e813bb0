// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The start of a run.

#include <algorithm>
#include <string>
#include <vector>

#include <nmf/core/compiler.hpp>
#include <nmf/core/random.hpp>
#include <nmf/core/warning.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/flipped.hpp>
#include <nmf/data/summary.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/init/fill.hpp>
#include <nmf/run/factorization.hpp>
#include <nmf/solvers/concept.hpp>

namespace nmf::detail {

/// Whether a run may scale the components of a start.
template <class P>
[[nodiscard]] bool rescaled(const P& init) {
    if constexpr (requires { init.rescale; }) {
        return init.rescale;
    } else {
        return true;
    }
}

/// What a run begins with.
template <RealScalar S>
struct FirstPair {
    std::string init{};   ///< The name of the init that made it.
    bool rescale = true;  ///< Components may be scaled.
    Factor<S> w{};        ///< W'
    Factor<S> h{};
};

/// Wt and H of the init, side by side in memory.
template <RealScalar S, class View, class P>
void make_start(FirstPair<S>& pair, const View& view, const Summary& sums, const P& init,
                const CounterRandom& random, Index rank) {
    auto& [name, rescale, w, h] = pair;
    rescale = rescaled(init);
    Factor<S>::allocate_together(rank, {{&w, view.rows()}, {&h, view.cols()}}, pages_beside(view));
    for (Factor<S>* x : {&w, &h}) x->padded_matrix().setZero();
    init.start(view, sums, random, w, h);
}

/// Raises the zeros of a start that the solver could not leave, where it may be changed, and warns
/// of those that stay.
template <class SolverPolicy, class View, RealScalar S>
NMF_COLD void unlock_zeros(std::vector<Warning>& warnings, const SolverPolicy& solver,
                           const View& view, Factor<S>& w, Factor<S>& h, bool may_change,
                           bool matters) {
    bool locked = has_locked_zeros(solver, view, w, h);
    if (locked && may_change && !leaves_zeros(solver)) {
        fill_zeros(w, flipped_view(view));
        fill_zeros(h, view);
        locked = has_locked_zeros(solver, view, w, h);
    }
    if (locked && matters) warnings.push_back(Warning::locked_zeros);
}

/// V~ may have negative entries. Then so may a start that is taken from it.
template <RealScalar S>
NMF_COLD void clip_at_zero(Factor<S>& w, Factor<S>& h) {
    for (Factor<S>* x : {&w, &h}) x->for_each([](S& entry) { entry = std::max(entry, S(0)); });
}

/// What has nothing to explain becomes 0.
template <RealScalar S>
NMF_COLD void clear_unobserved(const Factorization<S>& fit, Factor<S>& w, Factor<S>& h) {
    for (const Index i : fit.unobserved_rows) w.clear(i);
    for (const Index j : fit.unobserved_columns) h.clear(j);
}

}  // namespace nmf::detail
