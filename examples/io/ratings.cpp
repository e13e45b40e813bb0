// SPDX-License-Identifier: MIT
#include "ratings.hpp"

#include <cmath>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "text.hpp"

namespace io {
namespace {

std::string_view separator_of(std::string_view line) {
    for (const std::string_view separator : {"\t", "::", ";"}) {
        if (line.find(separator) != std::string_view::npos) return separator;
    }
    return ",";
}

/// The fields of a line, without blanks and quotes around them.
std::vector<std::string_view> fields_of(std::string_view line, std::string_view separator) {
    std::vector<std::string_view> fields;
    for (;;) {
        const auto end = line.find(separator);
        std::string_view field = trim(line.substr(0, end));
        if (field.size() >= 2 && field.front() == '"' && field.back() == '"') {
            field = field.substr(1, field.size() - 2);
        }
        fields.push_back(field);
        if (end == std::string_view::npos) return fields;
        line.remove_prefix(end + separator.size());
    }
}

bool is_header(const std::vector<std::string_view>& fields) {
    for (const std::string_view field : fields) {
        if (parse_number<double>(field)) return false;
    }
    return true;
}

void check_fields(const LineReader& in, const std::vector<std::string_view>& fields) {
    if (fields.size() != 3 && fields.size() != 4) {
        in.fail(
            "expected user, item, rating and perhaps a time, separated by tabs, commas, semicolons "
            "or ::, found " +
            std::to_string(fields.size()) + (fields.size() == 1 ? " field" : " fields"));
    }
    if (fields[0].empty()) in.fail("expected a user in field 1, found nothing");
    if (fields[1].empty()) in.fail("expected an item in field 2, found nothing");
}

double rating_of(const LineReader& in, std::string_view field) {
    const auto value = parse_number<double>(field);
    if (!value || !std::isfinite(*value) || *value < 0) {
        in.fail("expected a rating >= 0 in field 3, found " + in_quotes(field));
    }
    return *value;
}

/// Numbers names in the order of their first appearance.
class Numbering {
public:
    explicit Numbering(std::vector<std::string>& names) : names_(names) {}

    Eigen::Index operator()(std::string_view name) {
        const auto next = static_cast<Eigen::Index>(names_.size());
        const auto [place, is_new] = numbers_.try_emplace(std::string(name), next);
        if (is_new) names_.emplace_back(name);
        return place->second;
    }

private:
    std::vector<std::string>& names_;
    std::unordered_map<std::string, Eigen::Index> numbers_;
};

}  // namespace

Ratings read_ratings(const std::filesystem::path& file) {
    const std::string text = read_file(file);
    std::string_view content = text;
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (content.starts_with(byte_order_mark)) content.remove_prefix(byte_order_mark.size());
    LineReader in(file, content);
    Ratings ratings;
    Numbering user_number(ratings.users);
    Numbering item_number(ratings.items);
    std::map<std::pair<Eigen::Index, Eigen::Index>, std::size_t> places;
    std::string_view separator;
    while (in.next_line()) {
        if (trim(in.line()).empty()) continue;
        const bool is_first = separator.empty();
        if (is_first) separator = separator_of(in.line());
        const auto fields = fields_of(in.line(), separator);
        if (is_first && fields.size() >= 3 && is_header(fields)) continue;
        check_fields(in, fields);
        const double value = rating_of(in, fields[2]);
        const Rating rating{user_number(fields[0]), item_number(fields[1]), value};
        const auto [place, is_new] =
            places.try_emplace({rating.user, rating.item}, ratings.entries.size());
        if (is_new) {
            ratings.entries.push_back(rating);
        } else {
            ratings.entries[place->second] = rating;
            ++ratings.replaced;
        }
    }
    if (ratings.entries.empty()) {
        throw Error(file, {}, "expected lines of user, item and rating, found none");
    }
    return ratings;
}

}  // namespace io
