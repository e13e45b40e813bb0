// SPDX-License-Identifier: MIT
#include "csv.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "text.hpp"

namespace io {
namespace {

/// The fields of a line one after the other.
class Fields {
public:
    Fields(std::string_view line, char delimiter) : rest_(line), delimiter_(delimiter) {}

    /// The next field without blanks and quotes around it, nothing at the end of the line.
    std::optional<std::string_view> next() {
        if (!rest_) return std::nullopt;
        bool inside = false;
        std::size_t end = 0;
        for (; end < rest_->size() && (inside || (*rest_)[end] != delimiter_); ++end) {
            if ((*rest_)[end] == '"') inside = !inside;
        }
        std::string_view field = trim(rest_->substr(0, end));
        if (field.size() >= 2 && field.front() == '"' && field.back() == '"') {
            field = trim(field.substr(1, field.size() - 2));
        }
        if (end == rest_->size()) {
            rest_.reset();
        } else {
            rest_->remove_prefix(end + 1);
        }
        return field;
    }

private:
    std::optional<std::string_view> rest_;
    char delimiter_;
};

char delimiter_of(std::string_view line) {
    for (const char delimiter : {'\t', ';'}) {
        if (line.find(delimiter) != std::string_view::npos) return delimiter;
    }
    return ',';
}

template <class S>
bool is_header(std::string_view line, char delimiter) {
    Fields fields(line, delimiter);
    while (const auto field = fields.next()) {
        if (parse_number<S>(*field)) return false;
    }
    return true;
}

}  // namespace

template <class S>
Dense<S> read_csv(const std::filesystem::path& file) {
    const std::string text = read_file(file);
    std::string_view content = text;
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (content.starts_with(byte_order_mark)) content.remove_prefix(byte_order_mark.size());
    LineReader in(file, content);
    std::optional<char> delimiter;
    std::optional<std::size_t> cols;
    std::vector<S> values;  // row by row
    while (in.next_line()) {
        if (trim(in.line()).empty()) continue;
        if (!delimiter) {
            delimiter = delimiter_of(in.line());
            if (is_header<S>(in.line(), *delimiter)) continue;
        }
        Fields fields(in.line(), *delimiter);
        std::size_t count = 0;
        while (const auto field = fields.next()) {
            ++count;
            const auto value = parse_number<S>(*field);
            if (!value) {
                in.fail("field " + std::to_string(count) + ": expected a number, found " +
                        in_quotes(*field));
            }
            values.push_back(*value);
        }
        if (!cols) cols = count;
        if (count != *cols) {
            in.fail("expected " + std::to_string(*cols) + " fields as in the first row, found " +
                    std::to_string(count));
        }
    }
    if (!cols) throw Error(file, {}, "expected rows of numbers, found none");
    using RowMajor = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    return Eigen::Map<const RowMajor>(values.data(), static_cast<Index>(values.size() / *cols),
                                      static_cast<Index>(*cols));
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

template Dense<float> read_csv<float>(const std::filesystem::path&);
template Dense<double> read_csv<double>(const std::filesystem::path&);
template void write_csv<float>(const std::filesystem::path&, const Dense<float>&);
template void write_csv<double>(const std::filesystem::path&, const Dense<double>&);

}  // namespace io
