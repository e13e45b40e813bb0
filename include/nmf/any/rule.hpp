// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A stopping rule chosen when the program runs.

#include <concepts>
#include <functional>
#include <limits>
#include <optional>

#include <nmf/stopping/default_rule.hpp>

namespace nmf {

/// Any stopping rule, or rules combined by || and &&, with the default of the kind that they lack.
/// A rule that needs held-out entries, such as ValidationError, is given by its type instead.
class AnyRule {
public:
    using Axis = axis::Stopping;
    static constexpr bool limit = true;
    static constexpr bool test = true;
    static constexpr bool stoppable = true;

    AnyRule() : AnyRule(detail::rule_of()) {}

    template <class P>
    requires(!std::same_as<P, AnyRule> && StoppingRule<P>) AnyRule(const P& given)
        : only(detail::is_only(given)),
          only_limits(!detail::is_test<P>()),
          deadline_(detail::deadline_of(given)),
          check_parameters_([given] { detail::check_parameters(given); }),
          given_([given](const Progress& progress) { return given.check(progress); }),
          check_([rule = detail::completed(given)](const Progress& progress) {
              return rule.check(progress);
          }) {
        static_assert(!detail::validates<P>(),
                      "nmf: AnyRule takes no rule that needs held-out entries; give "
                      "nmf::ValidationError to factorize as it is");
        if constexpr (detail::is_stoppable<P>()) {
            stop_ = [given] { return detail::stop_requested(given); };
        }
    }

    bool only = false;         ///< Nothing else ends the run.
    bool only_limits = false;  ///< The given rule is no test of what has been reached.

    [[nodiscard]] double deadline() const { return deadline_; }
    [[nodiscard]] bool stop_requested() const { return stop_ && stop_(); }
    void check() const { check_parameters_(); }

    [[nodiscard]] std::optional<Status> check(const Progress& progress) const {
        return check_(progress);
    }

    /// Without the default that joins the given rule.
    [[nodiscard]] std::optional<Status> check_given(const Progress& progress) const {
        return given_(progress);
    }

private:
    double deadline_ = std::numeric_limits<double>::infinity();
    std::function<void()> check_parameters_;
    std::function<std::optional<Status>(const Progress&)> given_;
    std::function<std::optional<Status>(const Progress&)> check_;
    std::function<bool()> stop_;
};

static_assert(StoppingRule<AnyRule>);

}  // namespace nmf
