// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Which row and which columns of a table of numbers are names.

#include <cstddef>
#include <optional>
#include <string>

#include "table.hpp"

namespace io {

enum class HeaderRule { automatic, yes, no };

/// What is known of a table beforehand.
struct TableRules {
    HeaderRule header = HeaderRule::automatic;
    std::optional<std::size_t> row_names;  ///< Columns of names at the beginning of each row.
};

struct TableLayout {
    bool header = false;
    std::size_t names = 0;    ///< Columns at the beginning of each row.
    std::size_t columns = 0;  ///< All fields of a row below the header, names included.
    bool by_text = false;     ///< Whether columns are names because their fields are no numbers.
};

/// Finds the layout by the first rows. The first row is a header if
///
/// - its first field is empty, as pandas and R write it above the names of rows, or id or such,
/// - or none of its fields is a number, or all are in quotes and those below are not,
/// - or it has one field less than the rows, which begin with names or with 0, 1 or 1, 2.
///
/// These columns are names of rows: those whose heading is empty, id, index, `Unnamed: 0` or ends
/// in `_id`; the one that a header lacks; and those with a name in the first row below the header.
///
/// Throws an Error where the header fits no row, or where a row with names and numbers may be
/// either.
TableLayout layout_of(const Table& table, const TableRules& rules);

/// "line 1 is taken for the header and columns 1 to 2 for names"; empty if neither is there.
std::string described(const TableLayout& layout, const Table& table);

}  // namespace io
