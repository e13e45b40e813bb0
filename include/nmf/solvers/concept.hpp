// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What a solver has to provide.

#include <concepts>
#include <limits>

#include <nmf/core/options.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/loss/concept.hpp>
#include <nmf/subproblem/normal_equations.hpp>

namespace nmf {

/// `P::Workspace<S>`: scratch memory. A run owns one for each factor; the policy stays constant.
template <class P, class S>
concept HasWorkspace = std::default_initializable<typename P::template Workspace<S>>;

/// `solver.update(half_step, X, workspace)` improves X in place. It may overwrite the statistics of
/// the multiplicative family, but not normal equations. A solver that heeds constraints takes
/// half-steps of any Region. If it also handles entries of any sign, it has a static member
/// `any_sign` that is true.
template <class P, class HalfStep, class S>
concept HasUpdate = requires(const P& solver, HalfStep& half_step, Factor<S>& x,
                             typename P::template Workspace<S>& work) {
    { solver.update(half_step, x, work) } -> std::same_as<void>;
};

/// A solver: turns the statistics of a half-step into a better factor. Laws, tested by
/// nmf/testing/solver_laws.hpp:
///
///   1. X >= 0 stays >= 0, or within its bounds.
///   2. The objective of the half-step does not rise.
///   3. An X that satisfies the KKT conditions is left where it is.
///   4. After the first call with the same shapes no memory is allocated.
///
/// Optional members that extrapolate its runs: `extrapolation`, an Extrapolation or a
/// PositiveExtrapolation, or `auto acceleration() const`, an AccelerationSchedule of one's own.
template <class P>
concept Solver = std::copy_constructible<P> && HasAxis<P, axis::Solver> && HasName<P> &&
    HasWorkspace<P, float> && HasWorkspace<P, double>;

namespace detail {

/// Whether a solver can move an entry of a factor away from 0. A solver that cannot has a member
/// `leaves_zeros` that is false. A run then raises the zeros of its start.
template <class P>
[[nodiscard]] constexpr bool leaves_zeros(const P& solver) {
    if constexpr (requires { solver.leaves_zeros; }) return solver.leaves_zeros;
    return true;
}

/// Iterations of an opening that never ends.
inline constexpr Index opening_without_end = std::numeric_limits<Index>::max();

/// Whether a solver handles entries of any sign.
template <class P>
inline constexpr bool takes_any_sign = requires {
    requires P::any_sign;
};

}  // namespace detail

/// The solver can work on the half-steps of this loss.
template <class P, class L, class S>
concept UpdatesHalfSteps = HasUpdate<P, typename L::template HalfStep<S>, S>;

template <class P, class L, class S>
concept UpdatesColumns = HasUpdate<P, typename L::template Column<S>, S>;

namespace detail {

/// The input of the solver for this loss: columns of entries if it takes them, otherwise
/// half-steps.
template <class P, class L, class S>
struct Statistics {
    using Type = typename L::template HalfStep<S>;
};
template <class P, class L, class S>
requires UpdatesColumns<P, L, S>
struct Statistics<P, L, S> {
    using Type = typename L::template Column<S>;
};
template <class P, class L, class S>
using StatisticsFor = typename Statistics<P, L, S>::Type;

/// The same statistics with another region.
template <class OfHalfStep, class Region>
struct WithinRegion;
template <template <class, class> class OfHalfStep, class S, class Before, class Region>
struct WithinRegion<OfHalfStep<S, Before>, Region> {
    using Type = OfHalfStep<S, Region>;
};
template <class P, class L, class S>
using BoundedStatistics = typename WithinRegion<StatisticsFor<P, L, S>, Box<S>>::Type;

}  // namespace detail

/// The solver keeps X within bounds for this loss: it takes the same statistics with a Box as
/// Region.
template <class P, class L, class S>
concept KeepsBounds = requires {
    requires HasUpdate<P, detail::BoundedStatistics<P, L, S>, S>;
};

template <class P, class L>
concept SolverFor = Solver<P> && Loss<L> && HasUpdate < P,
        detail::StatisticsFor<P, L, float>,
float > &&HasUpdate<P, detail::StatisticsFor<P, L, double>, double>;

}  // namespace nmf
