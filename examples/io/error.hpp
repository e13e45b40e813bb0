// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The one exception of the readers and writers.

#include <cstddef>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace io {

/// Where in a file something was found: the whole file, a line (from 1), or a byte (from 0).
struct Place {
    enum class Unit { file, line, byte };

    Unit unit = Unit::file;
    std::size_t number = 0;

    static Place line(std::size_t number) { return {Unit::line, number}; }
    static Place byte(std::size_t offset) { return {Unit::byte, offset}; }
};

/// A file that cannot be read or written. The message is one line: file, place, what was expected.
class Error : public std::runtime_error {
public:
    Error(const std::filesystem::path& file, Place place, const std::string& text)
        : std::runtime_error(prefix(file, place) + text), file_(file), place_(place) {}

    [[nodiscard]] const std::filesystem::path& file() const noexcept { return file_; }
    [[nodiscard]] Place place() const noexcept { return place_; }

private:
    static std::string prefix(const std::filesystem::path& file, Place place) {
        switch (place.unit) {
            case Place::Unit::line:
                return file.string() + ": line " + std::to_string(place.number) + ": ";
            case Place::Unit::byte:
                return file.string() + ": byte " + std::to_string(place.number) + ": ";
            case Place::Unit::file: break;
        }
        return file.string() + ": ";
    }

    std::filesystem::path file_;
    Place place_;
};

}  // namespace io
