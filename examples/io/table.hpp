// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Text tables: rows of fields, a row a line. What the readers of matrices and of ratings share.

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "text.hpp"

namespace io {

struct Field {
    std::string_view text;  ///< Without the blanks and quotes around it.
    bool quoted = false;
};

/// What the field spells: its text, of a quoted one with each "" made ".
std::string spelling(const Field& field);

struct Row {
    std::size_t line = 0;  ///< Counted from 1.
    std::vector<Field> fields;
    bool all_quoted = false;
};

/// Splits a line. A field in double quotes may hold delimiters, and "" for a quote. The delimiter
/// " " means any number of blanks and tabs. Returns what is wrong with the line, null if nothing.
const char* split(std::string_view line, std::string_view delimiter, Row& row);

/// A table, row by row. Empty lines are skipped, and so are lines at the beginning of the text that
/// begin with #. The last of these may be a header, as np.savetxt writes it. It has two or more
/// fields, as many as the row below, and that row is no heading. Then it is the first row, without
/// its #.
///
/// The delimiter is the first of tab, ::, ; , and blanks of which the first two rows have equally
/// many; else the one by which the first row lacks one field; else the first that either has.
class Table {
public:
    /// `text`: that of the file, which has to outlive the table.
    Table(const std::filesystem::path& file, std::string_view text);

    /// The first rows, at most three.
    [[nodiscard]] const std::vector<Row>& head() const { return head_; }

    /// Whether the first row is a line that begins with #.
    [[nodiscard]] bool starts_with_comment() const { return starts_with_comment_; }

    /// Moves to the next row, at first to the first one; false behind the last one.
    bool next();

    [[nodiscard]] const Row& row() const { return row_; }

    /// Throws an Error at the present row.
    [[noreturn]] void fail(const std::string& text) const { fail(row_, text); }
    [[noreturn]] void fail(const Row& row, const std::string& text) const {
        throw Error(in_.file(), Place::line(row.line), text);
    }

    [[nodiscard]] const std::filesystem::path& file() const { return in_.file(); }
    [[nodiscard]] std::string_view delimiter() const { return delimiter_; }

private:
    void read(Row& row) const;

    LineReader in_;
    std::string_view delimiter_;
    bool starts_with_comment_ = false;
    std::vector<Row> head_;
    std::size_t next_ = 0;  // of head_
    Row row_;
};

/// As a number, or as a number that is out of range, has commas, or a percent sign.
bool looks_like_number(std::string_view text);

/// One of the spellings that stand for a missing number: nothing, NA, null and their like.
bool looks_missing(std::string_view text);

/// A field that is no number and not missing. A quoted number is a name where fields without quotes
/// stand in the same row: so R writes the names of rows.
bool is_name(const Row& row, std::size_t place);

/// Whether a row has names alone, or is all in quotes above a row that is not.
bool is_heading(const Row& first, const Row& second);

}  // namespace io
