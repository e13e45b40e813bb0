// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Policies by their names, and the check of a chosen one.

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <locale>
#include <numeric>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <nmf/core/errors.hpp>
#include <nmf/core/options.hpp>

namespace nmf::detail {

/// How many letters have to be put in, left out, replaced or swapped with the next one to get from
/// one word to the other.
[[nodiscard]] NMF_COLD inline std::size_t edits_between(std::string_view from,
                                                        std::string_view to) {
    std::vector<std::size_t> above(to.size() + 1);
    std::vector<std::size_t> last(to.size() + 1);
    std::vector<std::size_t> edits(to.size() + 1);
    std::iota(edits.begin(), edits.end(), std::size_t{0});
    for (std::size_t i = 1; i <= from.size(); ++i) {
        above.swap(last);
        last.swap(edits);
        edits[0] = i;
        for (std::size_t j = 1; j <= to.size(); ++j) {
            const bool same = from[i - 1] == to[j - 1];
            edits[j] = std::min({last[j - 1] + (same ? 0 : 1), last[j] + 1, edits[j - 1] + 1});
            const bool swapped =
                i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
            if (swapped) edits[j] = std::min(edits[j], above[j - 2] + 1);
        }
    }
    return edits.back();
}

/// Throws InputError for a name that is none of these, which lists them and the nearest one:
///
///     there is no solver 'hal': nearest is 'hals'; there are hals, mu, als, anls and cd
[[noreturn]] NMF_COLD NMF_NOINLINE inline void throw_unknown_name(
    std::string_view kind, std::string_view name, std::initializer_list<std::string_view> known) {
    const std::string_view nearest =
        *std::min_element(known.begin(), known.end(), [&](const auto& a, const auto& b) {
            return edits_between(name, a) < edits_between(name, b);
        });
    std::string all;
    for (const std::string_view& each : known) {
        const bool last = &each == known.end() - 1;
        all = joined({all, all.empty() ? "" : last ? " and " : ", ", each});
    }
    throw_input_error(
        {"there is no ", kind, " '", name, "': nearest is '", nearest, "'; there are ", all});
}

/// The number that a text is, read the same in every locale.
[[nodiscard]] NMF_COLD inline std::optional<double> number_in(std::string_view text) {
    std::istringstream in{std::string(text)};
    in.imbue(std::locale::classic());
    double value = 0;
    if (!(in >> std::noskipws >> value) || in.peek() != std::istringstream::traits_type::eof()) {
        return std::nullopt;
    }
    return value;
}

/// A name and its parameter, which follows a colon: "beta:0.5".
struct NameAndParameter {
    explicit NameAndParameter(std::string_view text)
        : name(text.substr(0, text.find(':'))),
          has_parameter(name.size() < text.size()),
          parameter(has_parameter ? text.substr(name.size() + 1) : std::string_view()) {}

    /// Throws InputError where a parameter is given to a name that takes none.
    void refuse_parameter() const {
        if (!has_parameter) return;
        throw_input_error({"'", name, "' takes no parameter, and got '", parameter, "'"});
    }

    std::string_view name;
    bool has_parameter;
    std::string_view parameter;
};

/// Asks a chosen policy, or a pointer to one of the user's own, for an InputError on its
/// parameters.
template <class Choice>
void check_choice(const Choice& choice) {
    std::visit(
        [](const auto& of) {
            if constexpr (requires { of->check(); }) {
                of->check();
            } else {
                check_parameters(of);
            }
        },
        choice);
}

}  // namespace nmf::detail
