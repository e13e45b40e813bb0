// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The one exception of the readers and writers, and what else they have to say.

#include <cstddef>
#include <filesystem>
#include <functional>
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

/// "file: line 3: text", one line.
inline std::string located(const std::filesystem::path& file, Place place,
                           const std::string& text) {
    switch (place.unit) {
        case Place::Unit::line:
            return file.string() + ": line " + std::to_string(place.number) + ": " + text;
        case Place::Unit::byte:
            return file.string() + ": byte " + std::to_string(place.number) + ": " + text;
        case Place::Unit::file: break;
    }
    return file.string() + ": " + text;
}

/// Is told, in one line, how a file was understood that could be understood otherwise.
using Say = std::function<void(const std::string&)>;

/// A file that cannot be read or written. The message is one line: file, place, what was expected.
class Error : public std::runtime_error {
public:
    Error(const std::filesystem::path& file, Place place, const std::string& text)
        : std::runtime_error(located(file, place, text)), file_(file), place_(place) {}

    [[nodiscard]] const std::filesystem::path& file() const noexcept { return file_; }
    [[nodiscard]] Place place() const noexcept { return place_; }

private:
    std::filesystem::path file_;
    Place place_;
};

}  // namespace io
