// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The stopping rule of a run, from those that are given.

#include <nmf/stopping/combine.hpp>
#include <nmf/stopping/diminishing_returns.hpp>
#include <nmf/stopping/kkt_tolerance.hpp>
#include <nmf/stopping/max_iterations.hpp>

namespace nmf::detail {

/// The test of a run that is given none. Over some twenty sets of data, neither of the two serves
/// alone; see benchmarks/README.md.
using DefaultTest = EitherRule<KktTolerance, DiminishingReturns>;

/// The rule, with the default of the kind that it lacks.
template <class P>
[[nodiscard]] auto completed(const P& rule) {
    if constexpr (!is_test<P>()) {
        return EitherRule<DefaultTest, P>{{}, rule};
    } else if constexpr (!is_limit<P>()) {
        return EitherRule<P, MaxIterations>{rule, {}};
    } else {
        return rule;
    }
}

/// Rules side by side are joined by ||.
template <class P>
[[nodiscard]] P joined(const P& rule) {
    return rule;
}
template <class P, class... Ps>
[[nodiscard]] auto joined(const P& first, const Ps&... rest) {
    auto others = joined(rest...);
    return EitherRule<P, decltype(others)>{first, others};
}

/// The rule of a run.
template <class... Ps>
[[nodiscard]] auto rule_of(const Ps&... rules) {
    if constexpr (sizeof...(Ps) == 0) {
        return EitherRule<DefaultTest, MaxIterations>{};
    } else {
        return completed(joined(rules...));
    }
}

}  // namespace nmf::detail
