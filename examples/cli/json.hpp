// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// One JSON object, written member by member.

#include <cmath>
#include <concepts>
#include <string>
#include <string_view>

#include "io/text.hpp"

namespace cli {

class JsonObject {
public:
    JsonObject& add(std::string_view key, std::string_view value) {
        begin(key);
        append_string(value);
        return *this;
    }

    /// A literal would become a bool else.
    JsonObject& add(std::string_view key, const char* value) {
        return add(key, std::string_view(value));
    }

    JsonObject& add(std::string_view key, bool value) {
        begin(key);
        text_ += value ? "true" : "false";
        return *this;
    }

    JsonObject& add(std::string_view key, std::integral auto value) {
        begin(key);
        text_ += std::to_string(value);
        return *this;
    }

    /// The number with every digit it has; JSON knows no infinity and no NaN, which become null.
    JsonObject& add(std::string_view key, double value) {
        begin(key);
        if (std::isfinite(value)) {
            io::append_number(text_, value);
        } else {
            text_ += "null";
        }
        return *this;
    }

    [[nodiscard]] std::string text() const { return "{" + text_ + "}"; }

private:
    void begin(std::string_view key) {
        if (!text_.empty()) text_ += ", ";
        append_string(key);
        text_ += ": ";
    }

    void append_string(std::string_view value) {
        constexpr std::string_view digits = "0123456789abcdef";
        text_ += '"';
        for (const char c : value) {
            const auto code = static_cast<unsigned char>(c);
            if (c == '"' || c == '\\') {
                text_ += '\\';
                text_ += c;
            } else if (code < 0x20) {
                text_ += "\\u00";
                text_ += digits[code / 16];
                text_ += digits[code % 16];
            } else {
                text_ += c;
            }
        }
        text_ += '"';
    }

    std::string text_;
};

}  // namespace cli
