// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Whole files, lines, fields and numbers: what the readers of the formats are made of.

#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "error.hpp"

namespace io {

/// The bytes of a file; those of a gzip file are decompressed, whatever its name.
std::string read_file(const std::filesystem::path& file);

/// The text behind a UTF-8 byte-order mark, if there is one. Refuses UTF-16.
std::string_view text_of(const std::filesystem::path& file, std::string_view bytes);

/// Replaces the file by these bytes.
void write_file(const std::filesystem::path& file, std::string_view bytes);

/// Makes a folder, and those above it, where there is none.
void make_folder(const std::filesystem::path& folder);

/// The lines of a text file, without their ends; empty lines at the end of the file are left out.
std::vector<std::string> read_lines(const std::filesystem::path& file);

/// The tab-separated fields of each line of a text file.
std::vector<std::vector<std::string>> read_table(const std::filesystem::path& file);

/// Without the blanks, tabs and carriage returns around it.
std::string_view trim(std::string_view text);

/// In lower case (ASCII).
std::string lower(std::string_view text);

/// In quotes and at most 40 characters long, for a message; "nothing" when empty.
std::string in_quotes(std::string_view text);

/// The number that the whole of `text` spells, nothing if it spells none. Numbers below the range
/// of S become 0; those above it are no numbers of S, but "inf" and "nan" are.
template <std::floating_point S>
std::optional<S> parse_number(std::string_view text);

/// The same for a whole number >= 0.
std::optional<std::size_t> parse_count(std::string_view text);

/// Appends the shortest spelling that reads back as exactly this value.
template <std::floating_point S>
void append_number(std::string& text, S value) {
    std::array<char, 32> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    text.append(digits.data(), end);
}

/// Walks through a text by lines, and through a line by blank-separated fields.
class LineReader {
public:
    LineReader(std::filesystem::path file, std::string_view text)
        : file_(std::move(file)), rest_(text) {}

    /// Moves to the next line; false at the end of the text.
    bool next_line();

    /// The line, without its end.
    [[nodiscard]] std::string_view line() const { return line_; }

    /// The next field of the line, empty when none is left.
    std::string_view next_field();

    /// Counted from 1.
    [[nodiscard]] std::size_t number() const { return number_; }

    /// The bytes behind this line.
    [[nodiscard]] std::size_t remaining() const { return rest_.size(); }

    /// Throws an Error at this line.
    [[noreturn]] void fail(const std::string& text) const {
        throw Error(file_, Place::line(number_), text);
    }

    [[nodiscard]] const std::filesystem::path& file() const { return file_; }

private:
    std::filesystem::path file_;
    std::string_view rest_;
    std::string_view line_;
    std::string_view fields_;
    std::size_t number_ = 0;
};

}  // namespace io
