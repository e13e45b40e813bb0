// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What stopping rules and observers have to provide.

#include <algorithm>
#include <concepts>
#include <limits>
#include <optional>
#include <type_traits>

#include <nmf/core/options.hpp>
#include <nmf/core/progress.hpp>

namespace nmf {

/// `rule.check(progress)` returns the status to stop with, or nothing to go on.
template <class P>
concept HasCheck = requires(const P& rule, const Progress& progress) {
    { rule.check(progress) } -> std::same_as<std::optional<Status>>;
};

/// A stopping rule, asked after each iteration and once before the first (progress.iteration == 0).
/// Law, tested by nmf/testing/stopping_laws.hpp: the answer depends on the progress alone.
///
/// A rule is a test of the result, or a limit on the cost. A run needs both. A missing kind comes
/// from the default: KktTolerance || DiminishingReturns, or MaxIterations. Rules are given side by
/// side, or combined with || and &&. Two rules of your own need `using nmf::operator||;` for this.
/// Optional members:
///
///     static constexpr bool limit = true   It is a limit. Default false: a test.
///     double deadline() const              No use in going on so many seconds after the start.
///     bool stop_requested() const          No use in going on; asked in each pass, in any thread.
///     static constexpr bool validates = true
///                                          It looks at progress.validation_error, which is there
///                                          for such rules alone. Entries have to be held out.
///     void check() const                   Throws InputError for a parameter out of range.
template <class P>
concept StoppingRule = std::copy_constructible<P> && HasAxis<P, axis::Stopping> && HasCheck<P>;

/// A callable bool(const Progress&), from which StopWhen makes a rule.
template <class F>
concept StoppingCallable =
    std::copy_constructible<F> && std::same_as < std::invoke_result_t<const F&, const Progress&>,
bool > ;

/// What an observer may answer.
enum class Signal { proceed, cancel };

namespace detail {

template <class R>
inline constexpr bool observer_result = std::same_as<R, void> || std::same_as<R, Signal>;

}  // namespace detail

/// A callable that is taken as an observer. It is called with the progress after each iteration,
/// and once before the first. If it returns Signal::cancel, the run ends with status cancelled.
template <class F>
concept ObserverCallable = std::copy_constructible<F> &&
    detail::observer_result<std::invoke_result_t<const F&, const Progress&>>;

namespace detail {

/// A rule is a test, a limit, or both, as `A || B` may be.
template <class P>
consteval bool is_limit() {
    if constexpr (requires { P::limit; }) return P::limit;
    return false;
}
template <class P>
consteval bool is_test() {
    if constexpr (requires { P::test; }) return P::test;
    return !is_limit<P>();
}

/// Whether the rule looks at the error of entries that are held out.
template <class P>
consteval bool validates() {
    if constexpr (requires { P::validates; }) return P::validates;
    return false;
}

/// Whether nothing but the rule ends the run; see Only.
template <class P>
[[nodiscard]] constexpr bool is_only(const P& rule) {
    if constexpr (requires { rule.only; }) return rule.only;
    return false;
}

/// Whether that is known when the program is compiled.
template <class P>
inline constexpr bool stands_alone = requires {
    requires std::bool_constant<P::only>::value;
};

/// Seconds since the start after which the rule stops whatever the progress; infinity for none.
template <class P>
[[nodiscard]] double deadline_of(const P& rule) {
    if constexpr (requires { rule.deadline(); }) return rule.deadline();
    return std::numeric_limits<double>::infinity();
}

/// Whether there may be such a request.
template <class P>
consteval bool is_stoppable() {
    if constexpr (requires { P::stoppable; }) return P::stoppable;
    return requires(const P& rule) { rule.stop_requested(); };
}

/// Whether the rule stops whatever the progress, because that has been requested; may be called
/// from any thread.
template <class P>
[[nodiscard]] bool stop_requested(const P& rule) {
    if constexpr (requires { rule.stop_requested(); }) return rule.stop_requested();
    return false;
}

/// Fails with a message that says what P lacks to be a stopping rule. Returns false then.
template <class P>
consteval bool require_rule() {
    constexpr bool checks = HasCheck<P>;
    constexpr bool callable = StoppingCallable<P>;
    if constexpr (HasAxis<P, axis::Stopping>) {
        static_assert(checks,
                      "nmf: a stopping rule has std::optional<nmf::Status> "
                      "check(const nmf::Progress&) const, which returns std::nullopt to go on");
        return StoppingRule<P>;
    } else {
        static_assert(!callable,
                      "nmf: a callable that returns bool may mean two things: write "
                      "nmf::StopWhen{callable} for a stopping rule (true stops), or return "
                      "nmf::Signal for an observer (nmf::Signal::cancel stops)");
        static_assert(callable,
                      "nmf: || and && join stopping rules, and this is none; "
                      "nmf::StopWhen{callable} makes one of a callable bool(const nmf::Progress&)");
        return false;
    }
}

}  // namespace detail
}  // namespace nmf
