// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Stopping rules combined.

#include <nmf/stopping/concept.hpp>

namespace nmf {

/// Stops when either rule does, with the status of the first that does.
template <StoppingRule A, StoppingRule B>
struct EitherRule {
    using Axis = axis::Stopping;
    A first;
    B second;

    [[nodiscard]] std::optional<Status> check(const Progress& progress) const {
        const auto status = first.check(progress);
        return status ? status : second.check(progress);
    }
};

/// Stops when both rules do; converged if one of them says so.
template <StoppingRule A, StoppingRule B>
struct BothRules {
    using Axis = axis::Stopping;
    A first;
    B second;

    [[nodiscard]] std::optional<Status> check(const Progress& progress) const {
        const auto one = first.check(progress);
        const auto two = second.check(progress);
        if (!one || !two) return std::nullopt;
        return *two == Status::converged ? two : one;
    }
};

template <detail::StoppingOperand A, detail::StoppingOperand B>
requires(StoppingRule<A> || StoppingRule<B>) [[nodiscard]] auto operator||(const A& first,
                                                                           const B& second) {
    auto a = detail::as_rule(first);
    auto b = detail::as_rule(second);
    return EitherRule<decltype(a), decltype(b)>{a, b};
}

template <detail::StoppingOperand A, detail::StoppingOperand B>
requires(StoppingRule<A> || StoppingRule<B>) [[nodiscard]] auto operator&&(const A& first,
                                                                           const B& second) {
    auto a = detail::as_rule(first);
    auto b = detail::as_rule(second);
    return BothRules<decltype(a), decltype(b)>{a, b};
}

}  // namespace nmf
