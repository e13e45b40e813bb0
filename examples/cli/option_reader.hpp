// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Options whose values are read here, not by CLI11, so that a wrong one is always reported as
/// "--option value: expected ...".

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "io/text.hpp"
#include "options.hpp"

namespace cli {

/// The values of an option by name, in the order of the help text.
template <class T>
using Names = std::vector<std::pair<std::string, T>>;

template <class T>
std::string listed(const Names<T>& names) {
    std::string text;
    for (const auto& [name, value] : names) text += (text.empty() ? "" : "|") + name;
    return text;
}

template <class T>
const std::string& name_of(const Names<T>& names, T wanted) {
    for (const auto& [name, value] : names) {
        if (value == wanted) return name;
    }
    throw std::logic_error("a value without a name");
}

[[noreturn]] inline void refuse(const std::string& option, const std::string& value,
                                const std::string& expected) {
    throw UsageError(option + " " + value + ": expected " + expected);
}

/// The value of that name.
template <class T>
T value_of(const Names<T>& names, const std::string& option, const std::string& name) {
    for (const auto& [known, value] : names) {
        if (name == known) return value;
    }
    refuse(option, name, listed(names));
}

[[noreturn]] inline void refuse_both(const std::string& option, const std::string& other) {
    throw UsageError(option + " cannot be combined with " + other);
}

template <class T>
struct NumberOf {
    using type = T;
};
template <class T>
struct NumberOf<std::optional<T>> {
    using type = T;
};

/// T, or what an optional T holds.
template <class T>
using Number = typename NumberOf<T>::type;

/// Adds options of each kind to a CLI::App; `group_` is the heading they stand under.
class OptionReader {
protected:
    explicit OptionReader(const std::string& description) : app_(description, "nmf") {}

    CLI::Option* add(const std::string& name, const std::string& type,
                     const std::function<void(const std::string&)>& read,
                     const std::string& description) {
        return app_.add_option_function<std::string>(name, read, description)
            ->type_name(type)
            ->group(group_);
    }

    CLI::Option* path(const std::string& name, std::filesystem::path& target,
                      const std::string& description, const std::string& type = "FILE") {
        const auto read = [&target](const std::string& text) { target = text; };
        return add(name, type, read, description);
    }

    template <class T>
    CLI::Option* count(const std::string& name, T& target, std::size_t least,
                       const std::string& description) {
        const auto read = [=, &target](const std::string& text) {
            const auto value = io::parse_count(text);
            if (!value || *value < least || !std::in_range<Number<T>>(*value)) {
                const auto most = std::numeric_limits<Number<T>>::max();
                refuse(
                    name, text,
                    "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
            }
            target = static_cast<Number<T>>(*value);
        };
        return add(name, "N", read, description);
    }

    /// T is the type of the values, or an optional one.
    template <class T>
    CLI::Option* choice(const std::string& name, T& target, const Names<Number<T>>& names,
                        const std::string& description) {
        const auto read = [&names, &target, name](const std::string& text) {
            target = value_of(names, name, text);
        };
        return add(name, listed(names), read, description);
    }

    /// One name or several, with commas between them.
    template <class T>
    CLI::Option* choices(const std::string& name, std::vector<T>& target, const Names<T>& names,
                         const std::string& description) {
        const auto read = [&names, &target, name](const std::string& text) {
            target.clear();
            for (std::size_t at = 0; at <= text.size();) {
                const std::size_t end = std::min(text.find(',', at), text.size());
                target.push_back(value_of(names, name, text.substr(at, end - at)));
                at = end + 1;
            }
        };
        return add(name, listed(names) + "[,...]", read, description);
    }

    template <class T>
    CLI::Option* real(const std::string& name, const std::string& type, T& target,
                      bool (*allowed)(double), const std::string& expected,
                      const std::string& description) {
        const auto read = [=, &target](const std::string& text) {
            const auto value = io::parse_number<double>(text);
            if (!value || !allowed(*value)) refuse(name, text, expected);
            target = *value;
        };
        return add(name, type, read, description);
    }

    CLI::Option* weight(const std::string& name, const std::string& type, double& target,
                        const std::string& description) {
        const auto allowed = [](double x) { return x >= 0 && std::isfinite(x); };
        return real(name, type, target, allowed, "a finite number >= 0", description);
    }

    CLI::App app_;
    std::string group_;
};

}  // namespace cli
