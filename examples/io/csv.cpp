// SPDX-License-Identifier: MIT
#include "csv.hpp"

#include <cstddef>
#include <string>
#include <vector>

#include "table.hpp"

namespace io {
namespace {

std::string in_field(std::size_t place) { return "field " + std::to_string(place + 1) + ": "; }

[[noreturn]] void refuse_field(const Table& table, std::size_t place, const TableLayout& layout) {
    const Row& row = table.row();
    const std::string_view text = row.fields[place].text;
    std::string message = in_field(place) + "expected a number, found " + in_quotes(text);
    if (text.empty() && place + 1 == row.fields.size()) {
        message += " behind the last separator";
    } else if (looks_like_number(text) && text.find(',') != std::string_view::npos) {
        message += "; write numbers with a decimal point and without separators of thousands";
    } else if (!layout.header && row.line == table.head()[0].line) {
        message += "; if this line is the header, say --header yes";
    } else if (place == 0 && is_name(row, place)) {
        message += "; if rows begin with a name, say --row-names 1";
    }
    table.fail(message);
}

/// Refuses numbers in a column that was taken for names by its first field.
void check_names(const Table& table, const TableLayout& layout) {
    for (std::size_t place = 0; place < layout.names; ++place) {
        if (is_name(table.row(), place) || looks_missing(table.row().fields[place].text)) continue;
        const Row& first = table.head()[layout.header ? 1 : 0];
        if (!is_name(first, place)) continue;
        table.fail(in_field(place) + "expected a name as in line " + std::to_string(first.line) +
                   ", found " + in_quotes(table.row().fields[place].text) +
                   "; if rows begin with " + std::to_string(layout.names) +
                   (layout.names == 1 ? " name" : " names") + ", say --row-names " +
                   std::to_string(layout.names));
    }
}

/// Tells of rows and columns that count and so might be names, although nothing marks them.
template <class S>
void tell_counts(const Table& table, const TableLayout& layout, const Dense<S>& matrix,
                 const Say& say) {
    const auto counts = [](const auto& numbers) {
        if (numbers.size() < 3 || (numbers[0] != S(0) && numbers[0] != S(1))) return false;
        for (Index i = 1; i < numbers.size(); ++i) {
            if (numbers[i] != numbers[i - 1] + S(1)) return false;
        }
        return true;
    };
    if (layout.names == 0 && counts(matrix.col(0))) {
        say(located(table.file(), {},
                    "column 1 counts the rows and is taken for numbers; if it has names, say "
                    "--row-names 1"));
    }
    if (!layout.header && matrix(0, 0) == S(0) && counts(matrix.row(0))) {
        say(located(table.file(), {},
                    "line " + std::to_string(table.head()[0].line) +
                        " counts the columns and is taken for numbers; if it is the header, say "
                        "--header yes"));
    }
}

}  // namespace

template <class S>
Dense<S> read_csv(const std::filesystem::path& file, const TableRules& rules, const Say& say) {
    const std::string bytes = read_file(file);
    Table table(file, text_of(file, bytes));
    const TableLayout layout = layout_of(table, rules);
    std::vector<S> values;  // row by row
    if (layout.header) table.next();
    while (table.next()) {
        const std::vector<Field>& fields = table.row().fields;
        if (layout.by_text) {
            if (fields.size() >= layout.names) check_names(table, layout);
        }
        for (std::size_t place = layout.names; place < fields.size(); ++place) {
            const auto value = parse_number<S>(fields[place].text);
            if (!value) refuse_field(table, place, layout);
            values.push_back(*value);
        }
        if (fields.size() != layout.columns) {
            table.fail("expected " + std::to_string(layout.columns) +
                       " fields as in the first row, found " + std::to_string(fields.size()));
        }
    }
    const std::size_t cols = layout.columns - layout.names;
    using RowMajor = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    Dense<S> matrix = Eigen::Map<const RowMajor>(
        values.data(), static_cast<Index>(values.size() / cols), static_cast<Index>(cols));
    if (say) {
        const std::string description = described(layout, table);
        if (!description.empty()) say(located(file, {}, description));
        tell_counts<S>(table, layout, matrix, say);
    }
    return matrix;
}

template <class S>
void write_csv(const std::filesystem::path& file, const Dense<S>& matrix) {
    std::string text;
    for (Index i = 0; i < matrix.rows(); ++i) {
        for (Index j = 0; j < matrix.cols(); ++j) {
            if (j > 0) text += ',';
            append_number(text, matrix(i, j));
        }
        text += '\n';
    }
    write_file(file, text);
}

template Dense<float> read_csv<float>(const std::filesystem::path&, const TableRules&, const Say&);
template Dense<double> read_csv<double>(const std::filesystem::path&, const TableRules&,
                                        const Say&);
template void write_csv<float>(const std::filesystem::path&, const Dense<float>&);
template void write_csv<double>(const std::filesystem::path&, const Dense<double>&);

}  // namespace io
