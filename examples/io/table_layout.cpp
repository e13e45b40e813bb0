// SPDX-License-Identifier: MIT
#include "table_layout.hpp"

#include <algorithm>
#include <array>

namespace io {
namespace {

bool is_index_heading(std::string_view heading) {
    const std::string name = lower(heading);
    constexpr std::array<std::string_view, 9> known{
        "", "id", "index", "idx", "rn", "rownames", "row_names", "row.names", "row names"};
    if (std::find(known.begin(), known.end(), name) != known.end()) return true;
    if (name.starts_with("unnamed: ")) return true;  // what pandas makes of an empty one
    constexpr std::array<std::string_view, 4> ends{"_id", " id", ".id", "-id"};
    return std::any_of(ends.begin(), ends.end(),
                       [&](std::string_view end) { return name.ends_with(end); });
}

std::size_t leading_names(const Row& row, std::size_t from = 0) {
    std::size_t place = from;
    while (place < row.fields.size() && is_name(row, place)) ++place;
    return place < row.fields.size() ? place : from;
}

std::size_t size(const Row& row) { return row.fields.size(); }

/// Whether the first fields of two rows are names, or count 0, 1 or 1, 2.
bool begin_with_names(const Row& row, const Row& below) {
    if (is_name(row, 0)) return true;
    const auto first = parse_count(row.fields[0].text);
    const auto next = parse_count(below.fields[0].text);
    return first && next && *first <= 1 && *next == *first + 1;
}

/// A row like `g1,1,2` above a row like `g2,3,4`.
bool is_ambiguous(const Row& first, const Row& second) {
    return is_name(first, 0) && !looks_like_number(first.fields[0].text) && is_name(second, 0);
}

bool has_header(const Table& table, const TableRules& rules) {
    if (table.starts_with_comment()) return true;
    if (rules.header != HeaderRule::automatic) return rules.header == HeaderRule::yes;
    const Row& first = table.head()[0];
    if (size(first) > 1 && is_index_heading(first.fields[0].text)) return true;
    if (table.head().size() < 2) return is_heading(first, first);
    const Row& second = table.head()[1];
    if (is_heading(first, second)) return true;
    if (size(first) + 1 == size(second)) {
        return table.head().size() > 2 && begin_with_names(second, table.head()[2]);
    }
    if (size(first) == size(second) && is_ambiguous(first, second)) {
        table.fail(first,
                   "begins with a name and has numbers, as the next row does: say --header yes if "
                   "it is the header, --header no if it is a row of the matrix");
    }
    return false;
}

std::size_t indexed(const Row& header, std::size_t columns) {
    if (size(header) + 1 == columns) return 1;
    if (size(header) != columns) return 0;
    std::size_t place = 0;
    while (place + 1 < columns && is_index_heading(header.fields[place].text)) ++place;
    return place;
}

void check_header(const Table& table, const TableLayout& layout) {
    const Row& header = table.head()[0];
    const Row& below = table.head()[1];
    const std::string fields = std::to_string(size(header)) + " fields";
    if (size(below) == size(header) + 1 && below.fields.back().text.empty()) {
        table.fail(below, "ends with a separator: expected " + fields +
                              " as in the header, found " + std::to_string(size(below)) +
                              ", the last of them empty");
    }
    const bool index_is_named = header.fields[0].text.empty();
    const bool fits =
        size(header) == layout.columns ||
        (layout.names > 0 && !index_is_named &&
         (size(header) + 1 == layout.columns || size(header) + layout.names == layout.columns));
    if (fits) return;
    table.fail(header,
               "a header of " + fields + " fits no rows of " + std::to_string(layout.columns) +
                   " as in line " + std::to_string(below.line) + ": expected " +
                   std::to_string(layout.columns) + ", or " + std::to_string(layout.columns - 1) +
                   " where rows begin with a name; mend it, or delete it and say "
                   "--header no");
}

}  // namespace

TableLayout layout_of(const Table& table, const TableRules& rules) {
    const std::vector<Row>& head = table.head();
    if (head.empty()) throw Error(table.file(), {}, "expected rows of numbers, found none");
    TableLayout layout;
    layout.header = has_header(table, rules);
    if (layout.header && head.size() < 2) {
        throw Error(table.file(), {}, "expected rows of numbers, found none");
    }
    const Row& row = head[layout.header ? 1 : 0];
    layout.columns = size(row);
    if (rules.row_names) {
        layout.names = *rules.row_names;
        if (layout.names >= layout.columns) {
            table.fail(row, "expected numbers behind " + std::to_string(layout.names) +
                                " fields of names (--row-names), found " +
                                std::to_string(layout.columns) + " fields");
        }
    } else {
        const std::size_t marked = layout.header ? indexed(head[0], layout.columns) : 0;
        layout.names = leading_names(row, marked);
        layout.by_text = layout.names > marked;
    }
    if (layout.header) check_header(table, layout);
    return layout;
}

std::string described(const TableLayout& layout, const Table& table) {
    std::string text;
    if (layout.header) {
        text = "line " + std::to_string(table.head()[0].line) + " is taken for the header";
    }
    if (layout.names > 0) {
        text += layout.header ? " and " : "";
        text += layout.names == 1 ? "column 1" : "columns 1 to " + std::to_string(layout.names);
        text += layout.header       ? " for names"
                : layout.names == 1 ? " is taken for names"
                                    : " are taken for names";
    }
    return text;
}

}  // namespace io
