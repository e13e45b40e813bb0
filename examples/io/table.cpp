// SPDX-License-Identifier: MIT
#include "table.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace io {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/// Moves to the next line that is not empty.
bool next_content(LineReader& in) {
    while (in.next_line()) {
        if (!trim(in.line()).empty()) return true;
    }
    return false;
}

std::size_t count(std::string_view line, std::string_view delimiter) {
    Row row;
    split(line, delimiter, row);
    return row.fields.size();
}

constexpr std::array<std::string_view, 5> delimiters{"\t", "::", ";", ",", " "};

std::string_view delimiter_of(std::string_view first, std::optional<std::string_view> second) {
    std::string_view shorter;
    std::size_t most = 0;
    for (const std::string_view delimiter : delimiters) {
        if (!second) break;
        const std::size_t found = count(first, delimiter);
        const std::size_t below = count(*second, delimiter);
        if (found == below && found >= 2) return delimiter;
        if (found + 1 == below && below > most) {
            most = below;
            shorter = delimiter;
        }
    }
    if (most > 0) return shorter;
    for (const std::string_view line : {first, second.value_or(first)}) {
        for (const std::string_view delimiter : delimiters) {
            if (count(line, delimiter) >= 2) return delimiter;
        }
    }
    return ",";
}

/// Behind a # and the blanks after it.
std::string_view without_sign(std::string_view line) {
    line = trim(line);
    line.remove_prefix(std::min(line.find_first_not_of('#'), line.size()));
    return trim(line);
}

}  // namespace

std::string spelling(const Field& field) {
    std::string text(field.text);
    if (!field.quoted) return text;
    for (auto at = text.find("\"\""); at != std::string::npos; at = text.find("\"\"", at + 1)) {
        text.erase(at, 1);
    }
    return text;
}

const char* split(std::string_view line, std::string_view delimiter, Row& row) {
    const bool by_blanks = delimiter == " ";
    if (by_blanks) line = trim(line);
    row.fields.clear();
    row.all_quoted = true;
    const auto at_delimiter = [&](std::size_t at) {
        return by_blanks ? is_blank(line[at]) : line.substr(at).starts_with(delimiter);
    };
    const auto behind_blanks = [&](std::size_t at) {
        while (at < line.size() && is_blank(line[at]) && (by_blanks || !at_delimiter(at))) ++at;
        return at;
    };
    for (std::size_t at = 0;;) {
        at = behind_blanks(at);
        Field field;
        if (at < line.size() && line[at] == '"') {
            std::size_t end = line.find('"', at + 1);
            while (end != std::string_view::npos && line.substr(end + 1).starts_with('"')) {
                end = line.find('"', end + 2);
            }
            if (end == std::string_view::npos) return "a field in quotes has no end on its line";
            field = {trim(line.substr(at + 1, end - at - 1)), true};
            at = by_blanks ? end + 1 : behind_blanks(end + 1);
            if (at < line.size() && !at_delimiter(at)) {
                return "a field goes on behind its closing quote";
            }
        } else {
            const std::size_t end =
                std::min(by_blanks ? line.find_first_of(" \t\r", at) : line.find(delimiter, at),
                         line.size());
            field.text = trim(line.substr(at, end - at));
            at = end;
        }
        row.all_quoted = row.all_quoted && field.quoted;
        row.fields.push_back(field);
        if (at == line.size()) return nullptr;
        at += delimiter.size();
    }
}

Table::Table(const std::filesystem::path& file, std::string_view text) : in_(file, text) {
    LineReader ahead = in_;
    LineReader comment = in_;
    bool commented = false;
    bool more = next_content(ahead);
    while (more && trim(ahead.line()).starts_with('#')) {
        comment = ahead;
        commented = true;
        in_ = ahead;
        more = next_content(ahead);
    }
    if (!more) return;
    const std::string_view first = ahead.line();
    LineReader below = ahead;
    const bool has_second = next_content(below);
    delimiter_ = delimiter_of(first, has_second ? std::optional(below.line()) : std::nullopt);
    if (commented) {
        Row row;
        Row next;
        Row after;
        row.line = comment.number();
        split(first, delimiter_, next);
        split(has_second ? below.line() : first, delimiter_, after);
        if (split(without_sign(comment.line()), delimiter_, row) == nullptr &&
            row.fields.size() >= 2 && row.fields.size() == next.fields.size() &&
            !is_heading(next, after)) {
            starts_with_comment_ = true;
            head_.push_back(row);
        }
    }
    while (head_.size() < 3 && next_content(in_)) read(head_.emplace_back());
}

void Table::read(Row& row) const {
    row.line = in_.number();
    if (const char* fault = split(in_.line(), delimiter_, row)) fail(row, fault);
}

bool Table::next() {
    if (next_ < head_.size()) {
        row_ = head_[next_++];
        return true;
    }
    if (!next_content(in_)) return false;
    read(row_);
    return true;
}

bool looks_like_number(std::string_view text) {
    if (parse_number<double>(text)) return true;
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    std::size_t at = 0;
    const auto skip = [&](std::string_view set) {
        at = std::min(text.find_first_not_of(set, at), text.size());
    };
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (at < text.size() && (text[at] == '.' || text[at] == ',')) ++at;
    if (at == text.size() || !digit(text[at])) return false;
    skip("0123456789.,' ");
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
        if (at == text.size() || !digit(text[at])) return false;
        skip("0123456789");
    }
    if (at < text.size() && text[at] == '%') ++at;
    return at == text.size();
}

bool looks_missing(std::string_view text) {
    constexpr std::array<std::string_view, 12> spellings{
        "", "NA", "N/A", "n/a", "#N/A", "<NA>", "NULL", "null", "None", "-", ".", "?"};
    return std::find(spellings.begin(), spellings.end(), text) != spellings.end();
}

bool is_name(const Row& row, std::size_t place) {
    const Field& field = row.fields[place];
    if (looks_missing(field.text)) return false;
    return !looks_like_number(field.text) || (field.quoted && !row.all_quoted);
}

bool is_heading(const Row& first, const Row& second) {
    if (first.all_quoted && !second.all_quoted) return true;
    bool any = false;
    for (std::size_t place = 0; place < first.fields.size(); ++place) {
        const bool name = is_name(first, place);
        if (!name && !looks_missing(first.fields[place].text)) return false;
        any = any || name;
    }
    return any;
}

}  // namespace io
