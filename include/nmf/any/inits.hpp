// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The inits of several starts, chosen when the program runs.

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nmf/any/init.hpp>

namespace nmf {

/// One init or several, which share the starts: see Starts. From a policy, an AnyInit, a list of
/// these, or names with commas between them: "nndsvda,spa,random".
///
/// Throws InputError for an unknown name, with the nearest one.
class AnyInits {
public:
    using Axis = axis::Init;
    using Each = AnyInit;
    static constexpr std::string_view name = "any";

    AnyInits() : of_(1) {}
    AnyInits(std::initializer_list<AnyInits> of) {
        for (const AnyInits& each : of) of_.insert(of_.end(), each.of_.begin(), each.of_.end());
    }

    template <class P>
    requires(
        !std::same_as<P, AnyInits> &&
        (HasAxis<P, axis::Init> ||
         std::convertible_to<const P&, std::string_view>)&&std::convertible_to<const P&, AnyInit>)
        AnyInits(const P& of)
        : of_(parsed(of)) {}
    AnyInits(const char* text) : of_(parsed(std::string_view(text))) {}

    [[nodiscard]] std::span<const AnyInit> inits() const { return of_; }

    /// The names with commas between them.
    [[nodiscard]] std::string full_name() const {
        std::string all;
        for (const AnyInit& each : of_) {
            all = detail::joined({all, all.empty() ? "" : ",", each.full_name()});
        }
        return all;
    }

    void check() const {
        for (const AnyInit& each : of_) each.check();
    }

private:
    template <class P>
    [[nodiscard]] NMF_COLD static std::vector<AnyInit> parsed(const P& of) {
        if constexpr (std::convertible_to<const P&, std::string_view>) {
            std::vector<AnyInit> all;
            std::string_view rest = of;
            for (;;) {
                const std::size_t comma = rest.find(',');
                all.emplace_back(rest.substr(0, comma));
                if (comma == std::string_view::npos) return all;
                rest.remove_prefix(comma + 1);
            }
        } else {
            return {AnyInit(of)};
        }
    }

    std::vector<AnyInit> of_;
};

}  // namespace nmf
