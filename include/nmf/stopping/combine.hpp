// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Stopping rules combined.

#include <nmf/stopping/concept.hpp>

namespace nmf {

/// Stops when either rule does, with the status of the first that does. It is a test or a limit if
/// either rule is.
template <class A, class B>
struct EitherRule {
    using Axis = axis::Stopping;
    static constexpr bool limit = detail::is_limit<A>() || detail::is_limit<B>();
    static constexpr bool test = detail::is_test<A>() || detail::is_test<B>();
    static constexpr bool stoppable = detail::is_stoppable<A>() || detail::is_stoppable<B>();
    static constexpr bool validates = detail::validates<A>() || detail::validates<B>();
    A first;
    B second;

    [[nodiscard]] std::optional<Status> check(const Progress& progress) const {
        const auto status = first.check(progress);
        return status ? status : second.check(progress);
    }
    [[nodiscard]] double deadline() const {
        return std::min(detail::deadline_of(first), detail::deadline_of(second));
    }
    [[nodiscard]] bool stop_requested() const {
        return detail::stop_requested(first) || detail::stop_requested(second);
    }
    void check() const { detail::check_parameters(first, second); }
};

/// Stops when both rules do, as converged if one of them says so. It is a limit if both rules are,
/// else a test.
template <class A, class B>
struct BothRules {
    using Axis = axis::Stopping;
    static constexpr bool limit = detail::is_limit<A>() && detail::is_limit<B>();
    static constexpr bool stoppable = detail::is_stoppable<A>() && detail::is_stoppable<B>();
    static constexpr bool validates = detail::validates<A>() || detail::validates<B>();
    A first;
    B second;

    [[nodiscard]] std::optional<Status> check(const Progress& progress) const {
        const auto one = first.check(progress);
        const auto two = second.check(progress);
        if (!one || !two) return std::nullopt;
        return *two == Status::converged ? two : one;
    }
    [[nodiscard]] double deadline() const {
        return std::max(detail::deadline_of(first), detail::deadline_of(second));
    }
    [[nodiscard]] bool stop_requested() const {
        return detail::stop_requested(first) && detail::stop_requested(second);
    }
    void check() const { detail::check_parameters(first, second); }
};

/// The rule, and nothing else, ends the run: no default joins it, and neither does the watch for
/// runs that stall. An observer can still cancel.
///
///     nmf::factorize(V, 20, nmf::Only{nmf::MaxIterations{100}});   // exactly 100 iterations
template <class P>
struct Only {
    using Axis = axis::Stopping;
    static constexpr bool limit = true;
    static constexpr bool test = true;
    static constexpr bool only = true;
    static constexpr bool stoppable = detail::is_stoppable<P>();
    static constexpr bool validates = detail::validates<P>();
    P rule;

    [[nodiscard]] std::optional<Status> check(const Progress& progress) const {
        if constexpr (detail::require_rule<P>()) return rule.check(progress);
        return std::nullopt;
    }
    [[nodiscard]] double deadline() const { return detail::deadline_of(rule); }
    [[nodiscard]] bool stop_requested() const { return detail::stop_requested(rule); }
    void check() const { detail::check_parameters(rule); }
};
template <class P>
Only(P) -> Only<P>;

/// A callable bool(const Progress&) as a stopping rule: true stops, with status converged.
template <class F>
struct StopWhen {
    static constexpr bool callable_as_test = StoppingCallable<F>;
    static_assert(callable_as_test,
                  "nmf: StopWhen takes a callable bool(const nmf::Progress&); a lambda must not be "
                  "mutable");
    using Axis = axis::Stopping;
    F callable;

    [[nodiscard]] std::optional<Status> check(const Progress& progress) const {
        if constexpr (callable_as_test) {
            if (callable(progress)) return Status::converged;
        }
        return std::nullopt;
    }
};
template <class F>
StopWhen(F) -> StopWhen<F>;

namespace detail {

/// One of the two is a stopping rule, or is meant to be one. The other one is checked afterwards.
template <class A, class B>
inline constexpr bool any_rule = HasAxis<A, axis::Stopping> || HasAxis<B, axis::Stopping>;

/// Fails where two rules cannot be combined, and why.
template <class A, class B>
consteval bool require_rules() {
    constexpr bool only = stands_alone<A> || stands_alone<B>;
    static_assert(!only,
                  "nmf: Only{...} ends the run alone: put the other rules inside, as in "
                  "nmf::Only{nmf::MaxIterations{100} || nmf::TimeLimit{10}}");
    if constexpr (!only) {
        if constexpr (require_rule<A>()) return require_rule<B>();
    }
    return false;
}

/// What stands for a combination that has been refused.
struct RefusedRule {
    using Axis = axis::Stopping;
    static constexpr bool limit = true;
    static constexpr bool test = true;
    [[nodiscard]] std::optional<Status> check(const Progress&) const { return std::nullopt; }
};

template <template <class, class> class Combined, class A, class B>
[[nodiscard]] auto combined(const A& first, const B& second) {
    if constexpr (require_rules<A, B>()) {
        return Combined<A, B>{first, second};
    } else {
        return RefusedRule{};
    }
}

}  // namespace detail

template <class A, class B>
requires detail::any_rule<A, B>
[[nodiscard]] auto operator||(const A& first, const B& second) {
    return detail::combined<EitherRule>(first, second);
}

template <class A, class B>
requires detail::any_rule<A, B>
[[nodiscard]] auto operator&&(const A& first, const B& second) {
    return detail::combined<BothRules>(first, second);
}

}  // namespace nmf
