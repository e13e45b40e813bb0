// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What stopping rules and observers have to provide.

#include <concepts>
#include <optional>
#include <type_traits>

#include <nmf/core/policy.hpp>
#include <nmf/core/progress.hpp>

namespace nmf {

/// `rule.check(progress)`: nothing to go on, or the status to stop with.
template <class P>
concept HasCheck = requires(const P& rule, const Progress& progress) {
    { rule.check(progress) } -> std::same_as<std::optional<Status>>;
};

/// A stopping rule, asked after each iteration and once before the first (progress.iteration == 0).
/// Rules are combined with || and &&. A callable bool(const Progress&) is a rule as well: true
/// stops, with status converged. Law, tested by nmf/testing/stopping_laws.hpp: the answer depends
/// on the progress alone.
template <class P>
concept StoppingRule = std::copy_constructible<P> && HasAxis<P, axis::Stopping> && HasCheck<P>;

/// A callable that is taken for a stopping rule.
template <class F>
concept StoppingCallable =
    std::copy_constructible<F> && std::same_as < std::invoke_result_t<const F&, const Progress&>,
bool > ;

/// What an observer may answer.
enum class Signal { proceed, cancel };

/// A callable that is taken for an observer: it is called with the progress after each iteration
/// and once before the first; an answer Signal::cancel ends the run with status cancelled.
template <class F>
concept ObserverCallable = std::copy_constructible<F> &&
    (std::same_as<std::invoke_result_t<const F&, const Progress&>, void> ||
     std::same_as<std::invoke_result_t<const F&, const Progress&>, Signal>);

/// A callable as a stopping rule.
template <StoppingCallable F>
struct StopWhen {
    using Axis = axis::Stopping;
    F callable;

    [[nodiscard]] std::optional<Status> check(const Progress& progress) const {
        if (callable(progress)) return Status::converged;
        return std::nullopt;
    }
};

namespace detail {

template <class P>
concept StoppingOperand = StoppingRule<P> || StoppingCallable<P>;

template <class P>
auto as_rule(const P& operand) {
    if constexpr (StoppingCallable<P>) {
        return StopWhen<P>{operand};
    } else {
        return operand;
    }
}

}  // namespace detail
}  // namespace nmf
