// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What a loss has to provide.

#include <concepts>

#include <nmf/core/options.hpp>
#include <nmf/data/concept.hpp>

namespace nmf {

/// `L::HalfStep<S>`: the statistics that a half-step needs, such as NormalEquations<S>.
template <class L, class S>
concept HasHalfStep = std::default_initializable<typename L::template HalfStep<S>>;

/// `loss.entry(v, y)`: the cost of modelling the entry v >= 0 by y >= 0.
template <class L>
concept HasEntryCost = requires(const L& loss, double v, double y) {
    { loss.entry(v, y) } -> std::same_as<double>;
};

/// `L::Former<View, Problem>`: forms the subproblems of a loss that has its own kind; see
/// half_step/half_step.hpp.
template <class L>
concept NamesFormer = requires {
    typename L::template Former<int, int>;
};

/// A loss is a sum over the entries of V and Y = W H. It is served by every solver that can update
/// a factor from the statistics of its half-step. A loss with its own statistics names a former.
/// Laws, tested by nmf/testing/loss_laws.hpp: entry(v, y) >= 0, entry(v, v) = 0, never NaN.
template <class L>
concept Loss = std::copy_constructible<L> && HasAxis<L, axis::Loss> && HasName<L> &&
    HasEntryCost<L> && HasHalfStep<L, float> && HasHalfStep<L, double>;

}  // namespace nmf
