// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// How the subproblems of a half-step are formed, and by which solver if none is given.

#include <concepts>
#include <type_traits>

#include <nmf/data/concept.hpp>
#include <nmf/half_step/entries.hpp>
#include <nmf/half_step/least_squares.hpp>
#include <nmf/half_step/ratios.hpp>
#include <nmf/solvers/concept.hpp>
#include <nmf/solvers/hals.hpp>
#include <nmf/solvers/kl_coordinate_descent.hpp>
#include <nmf/solvers/multiplicative_update.hpp>

namespace nmf::detail {

template <class Loss>
inline constexpr bool least_squares =
    std::same_as<typename Loss::template HalfStep<double>, NormalEquations<double>>;

/// The solver of a loss that is given none: what looks at single entries where the loss has that
/// and the view, if it is known, is not one-sided.
template <class Loss, class View = void>
using DefaultSolver = std::conditional_t<
    least_squares<Loss>, Hals,
    std::conditional_t<UpdatesColumns<KlCoordinateDescent, Loss, double> && !OneSidedView<View>,
                       KlCoordinateDescent, MultiplicativeUpdate>>;

/// The former that a loss names, or else the one of the statistics that the solver takes.
template <class View, class ProblemOf, class Statistics>
struct FormerOf;

template <class View, class ProblemOf, class S>
struct FormerOf<View, ProblemOf, NormalEquations<S>> {
    using Type = LeastSquaresFormer<View, ProblemOf>;
};
template <class View, class ProblemOf, class S>
struct FormerOf<View, ProblemOf, MultiplicativeStep<S>> {
    using Type = RatioFormer<View, ProblemOf>;
};
template <class View, class ProblemOf, class S>
struct FormerOf<View, ProblemOf, EntryColumn<S>> {
    using Type = EntryFormer<View, ProblemOf>;
};
template <class View, class ProblemOf, class Statistics>
requires requires { typename ProblemOf::Loss::template Former<View, ProblemOf>; }
struct FormerOf<View, ProblemOf, Statistics> {
    using Type = typename ProblemOf::Loss::template Former<View, ProblemOf>;
};

template <class View, class ProblemOf>
using Former = typename FormerOf<View, ProblemOf,
                                 StatisticsFor<typename ProblemOf::Solver, typename ProblemOf::Loss,
                                               typename View::Scalar>>::Type;

/// The subproblems of the former hold for every X, and not only near the one that they were formed
/// at: then a half-step can tell how good the X is that it made.
template <class F>
inline constexpr bool is_exact = requires {
    requires F::exact;
};

}  // namespace nmf::detail
