// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What a loss has to provide.

#include <concepts>

#include <nmf/core/options.hpp>
#include <nmf/data/concept.hpp>

namespace nmf {

/// `L::HalfStep<S>`: what a half-step needs of the data, such as NormalEquations<S>.
template <class L, class S>
concept HasHalfStep = std::default_initializable<typename L::template HalfStep<S>>;

/// `loss.entry(v, y)`: the cost of modelling the entry v >= 0 by y >= 0.
template <class L>
concept HasEntryCost = requires(const L& loss, double v, double y) {
    { loss.entry(v, y) } -> std::same_as<double>;
};

/// `L::Former<View, Problem>`: how its subproblems are formed, if they are none of the library's;
/// see half_step/half_step.hpp.
template <class L>
concept NamesFormer = requires {
    typename L::template Former<int, int>;
};

/// A loss: what is summed over the entries of V and Y = W H. Which solvers serve it follows from
/// the half-step: those that can update a factor from such statistics. One with statistics of its
/// own names a former. Laws, tested by
/// nmf/testing/loss_laws.hpp: entry(v, y) >= 0, entry(v, v) = 0, never NaN.
template <class L>
concept Loss = std::copy_constructible<L> && HasAxis<L, axis::Loss> && HasName<L> &&
    HasEntryCost<L> && HasHalfStep<L, float> && HasHalfStep<L, double>;

}  // namespace nmf
