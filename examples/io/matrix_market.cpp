// SPDX-License-Identifier: MIT
#include "matrix_market.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "large_pages.hpp"
#include "text.hpp"

namespace io {
namespace {

using StorageIndex = Sparse<double>::StorageIndex;

struct Header {
    bool coordinate = false;
    bool pattern = false;
    bool integer = false;
    bool symmetric = false;
};

Header read_header(LineReader& in) {
    if (!in.next_line()) {
        throw Error(in.file(), {}, "expected a Matrix Market file, found an empty one");
    }
    const std::string expected =
        "expected '%%MatrixMarket matrix coordinate|array "
        "real|integer|unsigned-integer|pattern general|symmetric'";
    std::vector<std::string> words;
    for (auto word = in.next_field(); !word.empty(); word = in.next_field()) {
        words.push_back(lower(word));
    }
    const bool marked =
        !words.empty() && (words[0] == "%%matrixmarket" || words[0] == "%matrixmarket");
    if (!marked || words.size() != 5 || words[1] != "matrix") {
        in.fail(expected + ", found " + in_quotes(in.line()));
    }
    const auto unsupported = [&](const std::string& word) {
        in.fail(in_quotes(word) + " Matrix Market files are not supported: " + expected);
    };
    Header header;
    header.coordinate = words[2] == "coordinate";
    if (!header.coordinate && words[2] != "array") unsupported(words[2]);
    header.pattern = words[3] == "pattern";
    header.integer = words[3] == "integer" || words[3] == "unsigned-integer";
    if (!header.pattern && !header.integer && words[3] != "real") unsupported(words[3]);
    header.symmetric = words[4] == "symmetric";
    if (!header.symmetric && words[4] != "general") unsupported(words[4]);
    if (header.pattern && !header.coordinate) in.fail("an array file cannot be of kind pattern");
    return header;
}

/// Moves to the next line that is neither empty nor a comment.
bool next_content(LineReader& in) {
    while (in.next_line()) {
        const std::string_view line = trim(in.line());
        if (!line.empty() && line.front() != '%') return true;
    }
    return false;
}

/// A whole number of the size line.
std::size_t read_size(LineReader& in, const std::string& what) {
    const std::string_view field = in.next_field();
    const auto value = parse_count(field);
    if (!value) in.fail("expected the number of " + what + ", found " + in_quotes(field));
    return *value;
}

struct Sizes {
    std::size_t rows = 0;
    std::size_t cols = 0;
    std::size_t entries = 0;
};

Sizes read_sizes(LineReader& in, const Header& header) {
    if (!next_content(in)) in.fail("the file ends before the line of sizes");
    Sizes sizes;
    sizes.rows = read_size(in, "rows");
    sizes.cols = read_size(in, "columns");
    if (header.coordinate) sizes.entries = read_size(in, "entries");
    if (const auto more = in.next_field(); !more.empty()) {
        in.fail("expected the end of the line of sizes, found " + in_quotes(more));
    }
    if (header.symmetric && sizes.rows != sizes.cols) {
        in.fail("a symmetric matrix has as many rows as columns, not " +
                std::to_string(sizes.rows) + " x " + std::to_string(sizes.cols));
    }
    return sizes;
}

template <class S>
S read_value(LineReader& in, const Header& header) {
    const std::string_view field = in.next_field();
    const auto value = parse_number<S>(field);
    if (!value) in.fail("expected a number, found " + in_quotes(field));
    if (header.integer && *value != std::trunc(*value)) {
        in.fail("expected a whole number in an integer file, found " + in_quotes(field));
    }
    return *value;
}

StorageIndex read_index(LineReader& in, const std::string& what, std::size_t size) {
    const std::string_view field = in.next_field();
    const auto value = parse_count(field);
    if (!value) in.fail("expected a " + what + " number, found " + in_quotes(field));
    if (*value < 1 || *value > size) {
        in.fail("expected a " + what + " from 1 to " + std::to_string(size) + ", found " +
                std::to_string(*value));
    }
    return static_cast<StorageIndex>(*value - 1);
}

void expect_end_of_line(LineReader& in) {
    if (const auto more = in.next_field(); !more.empty()) {
        in.fail("expected the end of the line, found " + in_quotes(more));
    }
}

/// Refuses a number of values that the rest of the file cannot hold at `least` bytes each.
void check_room(const LineReader& in, std::size_t values, std::size_t least) {
    const std::size_t room = (in.remaining() + 1) / least;  // the last line may lack its end
    if (values > room) {
        in.fail("announces " + std::to_string(values) +
                " entries, but the rest of the file has room for " + std::to_string(room) +
                " at most");
    }
}

[[noreturn]] void fail_early(const LineReader& in, std::size_t expected, std::size_t found) {
    in.fail("expected " + std::to_string(expected) + " entries, but the file ends after " +
            std::to_string(found));
}

/// Calls visit(row, col, value) for every entry of the matrix, the mirrored ones included.
template <class S, class Visit>
void for_each_entry(LineReader in, const Header& header, const Sizes& sizes, const Visit& visit) {
    std::size_t read = 0;
    for (; next_content(in); ++read) {
        if (read == sizes.entries) {
            in.fail("expected " + std::to_string(sizes.entries) + " entries, found more");
        }
        const StorageIndex row = read_index(in, "row", sizes.rows);
        const StorageIndex col = read_index(in, "column", sizes.cols);
        const S value = header.pattern ? S(1) : read_value<S>(in, header);
        expect_end_of_line(in);
        visit(row, col, value);
        if (header.symmetric && row != col) visit(col, row, value);
    }
    if (read < sizes.entries) fail_early(in, sizes.entries, read);
}

/// Sorts the entries of each column by row, and adds up those of the same row.
template <class S>
void sort_columns(Sparse<S>& matrix) {
    StorageIndex* const starts = matrix.outerIndexPtr();
    StorageIndex* const rows = matrix.innerIndexPtr();
    S* const values = matrix.valuePtr();
    const auto by_row = [](const auto& a, const auto& b) { return a.first < b.first; };
    std::vector<std::pair<StorageIndex, S>> column;
    StorageIndex end = 0;  // of the entries that are done
    for (Index col = 0; col < matrix.cols(); ++col) {
        column.clear();
        for (StorageIndex at = starts[col]; at < starts[col + 1]; ++at) {
            column.emplace_back(rows[at], values[at]);
        }
        if (!std::is_sorted(column.begin(), column.end(), by_row)) {
            std::stable_sort(column.begin(), column.end(), by_row);
        }
        starts[col] = end;
        for (const auto& [row, value] : column) {
            if (end > starts[col] && rows[end - 1] == row) {
                values[end - 1] += value;
            } else {
                rows[end] = row;
                values[end++] = value;
            }
        }
    }
    starts[matrix.cols()] = end;
    matrix.resizeNonZeros(end);
}

/// Reads the text twice, to count and to fill, so that no copy of the entries is needed.
template <class S>
Sparse<S> read_coordinate(LineReader& in, const Header& header) {
    const Sizes sizes = read_sizes(in, header);
    constexpr std::size_t largest = std::numeric_limits<StorageIndex>::max();
    if (sizes.rows > largest || sizes.cols > largest || sizes.entries > largest / 2) {
        in.fail("a sparse matrix may have at most 2^31 - 1 rows and columns and 2^30 - 1 entries");
    }
    // Room for the rows and columns is taken whether or not they hold entries.
    const std::size_t plausible = 1'000'000 + 100 * in.remaining();
    if (sizes.rows > plausible || sizes.cols > plausible) {
        in.fail("announces " + std::to_string(sizes.rows) + " x " + std::to_string(sizes.cols) +
                ", which is too large for the " + std::to_string(in.remaining()) +
                " bytes that follow");
    }
    check_room(in, sizes.entries, header.pattern ? 4 : 6);  // as in "1 1\n" and "1 1 1\n"

    Sparse<S> matrix(static_cast<Index>(sizes.rows), static_cast<Index>(sizes.cols));
    StorageIndex* const starts = matrix.outerIndexPtr();
    for_each_entry<S>(in, header, sizes,
                      [&](StorageIndex, StorageIndex col, S) { ++starts[col + 1]; });
    std::partial_sum(starts, starts + sizes.cols + 1, starts);
    matrix.resizeNonZeros(starts[sizes.cols]);
    const auto entries = static_cast<std::size_t>(starts[sizes.cols]);
    prefer_large_pages(matrix.innerIndexPtr(), entries);
    prefer_large_pages(matrix.valuePtr(), entries);
    std::vector<StorageIndex> next(starts, starts + sizes.cols);
    for_each_entry<S>(in, header, sizes, [&](StorageIndex row, StorageIndex col, S value) {
        const StorageIndex at = next[static_cast<std::size_t>(col)]++;
        matrix.innerIndexPtr()[at] = row;
        matrix.valuePtr()[at] = value;
    });
    sort_columns(matrix);
    return matrix;
}

template <class S>
Dense<S> read_array(LineReader& in, const Header& header) {
    const Sizes sizes = read_sizes(in, header);
    const std::size_t n = sizes.rows;
    // So that no product below overflows; no file is that long.
    constexpr std::size_t largest = std::numeric_limits<std::uint32_t>::max();
    if (sizes.rows > largest || sizes.cols > largest) {
        in.fail("expected at most 2^32 - 1 rows and columns");
    }
    const std::size_t expected = header.symmetric ? (n % 2 == 0 ? n / 2 * (n + 1) : (n + 1) / 2 * n)
                                                  : sizes.rows * sizes.cols;
    check_room(in, expected, 2);  // as in "1\n"
    if (expected == 0 && next_content(in)) in.fail("expected 0 entries, found more");

    Dense<S> matrix(static_cast<Index>(sizes.rows), static_cast<Index>(sizes.cols));
    prefer_large_pages(matrix.data(), static_cast<std::size_t>(matrix.size()));
    Index row = 0;
    Index col = 0;
    std::size_t read = 0;
    while (read < expected) {
        if (!next_content(in)) fail_early(in, expected, read);
        const S value = read_value<S>(in, header);
        expect_end_of_line(in);
        matrix(row, col) = value;
        if (header.symmetric) matrix(col, row) = value;
        ++read;
        if (++row == matrix.rows()) {
            ++col;
            row = header.symmetric ? col : 0;
        }
    }
    if (next_content(in)) in.fail("expected " + std::to_string(expected) + " entries, found more");
    return matrix;
}

}  // namespace

template <class S>
AnyMatrix<S> read_matrix_market(const std::filesystem::path& file) {
    const std::string text = read_file(file);
    LineReader in(file, text_of(file, text));
    const Header header = read_header(in);
    if (header.coordinate) return read_coordinate<S>(in, header);
    return read_array<S>(in, header);
}

template <class S>
void write_matrix_market(const std::filesystem::path& file, const Dense<S>& matrix) {
    std::string text = "%%MatrixMarket matrix array real general\n";
    text += std::to_string(matrix.rows()) + ' ' + std::to_string(matrix.cols()) + '\n';
    for (const S value : matrix.reshaped()) {
        append_number(text, value);
        text += '\n';
    }
    write_file(file, text);
}

template AnyMatrix<float> read_matrix_market<float>(const std::filesystem::path&);
template AnyMatrix<double> read_matrix_market<double>(const std::filesystem::path&);
template void write_matrix_market<float>(const std::filesystem::path&, const Dense<float>&);
template void write_matrix_market<double>(const std::filesystem::path&, const Dense<double>&);

}  // namespace io
