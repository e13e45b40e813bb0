// SPDX-License-Identifier: MIT
#pragma once

// What an InputError blames.

#include <cmath>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nmf/core/errors.hpp>

#include "support/catch.hpp"

using Call = std::function<void()>;

inline std::optional<nmf::InputError> error_of(const Call& call) {
    try {
        call();
    } catch (const nmf::InputError& error) {
        return error;
    }
    return std::nullopt;
}

inline bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

/// The call throws an InputError for the entry (row, col) of the matrix called `name`.
inline void check_entry(const Call& call, const std::string& name, nmf::Index row, nmf::Index col,
                        double value) {
    const auto error = error_of(call);
    REQUIRE(error);
    CHECK(error->row == row);
    CHECK(error->col == col);
    CHECK(same(error->value, value));
    const std::string place = name + "(" + std::to_string(row) + ", " + std::to_string(col) + ")";
    CHECK_THAT(error->what(), ContainsSubstring(place));
    const std::string number = std::isnan(value)   ? "nan"
                               : std::isinf(value) ? "inf"
                                                   : std::to_string(static_cast<int>(value));
    CHECK_THAT(error->what(), ContainsSubstring(number));
}

/// The call throws an InputError that blames no entry and says all of `words`.
inline void check_message(const Call& call, const std::vector<std::string>& words) {
    const auto error = error_of(call);
    REQUIRE(error);
    CHECK(error->row == -1);
    CHECK(error->col == -1);
    for (const std::string& word : words) CHECK_THAT(error->what(), ContainsSubstring(word));
}
