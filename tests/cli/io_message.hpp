// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

#include "io/error.hpp"
#include "support/catch.hpp"

/// What the io::Error of an action says behind the path of this file, in one line; empty without
/// an error.
template <class Action>
std::string message_of(const std::filesystem::path& file, const Action& action) {
    try {
        action();
    } catch (const io::Error& error) {
        const std::string message = error.what();
        const std::string prefix = file.string() + ": ";
        REQUIRE(error.file() == file);
        REQUIRE(message.substr(0, prefix.size()) == prefix);
        REQUIRE(message.find('\n') == std::string::npos);
        return message.substr(prefix.size());
    }
    return {};
}
