// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What an initialisation has to provide.

#include <concepts>
#include <span>

#include <nmf/core/options.hpp>
#include <nmf/data/view.hpp>
#include <nmf/factor/factor.hpp>

namespace nmf {
namespace detail {

/// The view of a plain matrix, for checking policies before a run.
template <RealScalar S>
using PlainView = DenseView<S, StridedSource<S>>;

}  // namespace detail

/// `init.start(view, sums, random, Wt, H)` fills Wt (k x m) and H (k x n), whose shapes are set.
/// `sums` are the sums over V, and `random` is the generator of the run.
template <class P, class View>
concept HasStart = requires(const P& init, const View& view, const Summary& sums,
                            CounterRandom random, Factor<typename View::Scalar>& factor) {
    { init.start(view, sums, random, factor, factor) } -> std::same_as<void>;
};

/// A start of the factors. The run multiplies it by the number that brings W H closest to V, and
/// balances the components. It also raises zeros for solvers that cannot leave them
/// (init/fill.hpp). A policy with a member `bool rescale` that is false keeps its start as it is.
/// One with `bool draws() const` that is false makes the same start from every seed, see Starts.
/// Laws, tested by nmf/testing/init_laws.hpp: finite and non-negative; the same for the same seed.
template <class P>
concept Init = HasAxis<P, axis::Init> && HasName<P> && std::copy_constructible<P>;

/// The initialisation can start from this view of V.
template <class P, class View>
concept InitFor = Init<P> && HasStart<P, View>;

namespace detail {

/// Several inits as one argument, which stands for all of `list.inits()`, in their order.
template <class P>
concept InitList = HasAxis<P, axis::Init> && requires(const P& list) {
    typename P::Each;
    { list.inits() } -> std::same_as<std::span<const typename P::Each>>;
};

/// Whether starts from different seeds differ.
template <Init P>
[[nodiscard]] constexpr bool draws([[maybe_unused]] const P& init) {
    if constexpr (requires { init.draws(); }) return init.draws();
    return true;
}

}  // namespace detail

}  // namespace nmf
