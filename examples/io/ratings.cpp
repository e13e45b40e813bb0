// SPDX-License-Identifier: MIT
#include "ratings.hpp"

#include <cmath>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace io {
namespace {

/// A rating above this is a time or an identifier.
constexpr double largest_rating = 1e6;

std::string field(std::size_t place) { return "field " + std::to_string(place + 1); }

void check_fields(const Table& table, const RatingColumns& columns) {
    const std::size_t found = table.row().fields.size();
    const std::string count = std::to_string(found) + (found == 1 ? " field" : " fields");
    if (columns.assumed && found != 3 && found != 4) {
        table.fail(
            "expected user, item, rating and perhaps a time, separated by tabs, commas, "
            "semicolons, :: or blanks, found " +
            count + (found > 4 ? "; say which by --columns USER,ITEM,RATING" : ""));
    }
    if (!columns.assumed && found != columns.fields) {
        table.fail("expected " + std::to_string(columns.fields) +
                   " fields as in the first row, found " + count);
    }
    for (const RatingRole role : {RatingRole::user, RatingRole::item}) {
        const std::size_t place = columns.place(role);
        if (!table.row().fields[place].text.empty()) continue;
        table.fail(std::string("expected ") + (role == RatingRole::user ? "a user" : "an item") +
                   " in " + field(place) + ", found nothing");
    }
}

double rating_of(const Table& table, const RatingColumns& columns) {
    const std::size_t place = columns.place(RatingRole::rating);
    const std::string_view text = table.row().fields[place].text;
    const auto value = parse_number<double>(text);
    if (!value || !std::isfinite(*value) || *value < 0) {
        table.fail("expected a rating >= 0 in " + field(place) + ", found " + in_quotes(text));
    }
    if (*value > largest_rating) {
        table.fail("expected a rating in " + field(place) + ", found " + in_quotes(text) +
                   ", which rather is a time; say which fields by --columns USER,ITEM,RATING");
    }
    return *value;
}

/// Numbers names in the order of their first appearance.
class Numbering {
public:
    explicit Numbering(std::vector<std::string>& names) : names_(names) {}

    Eigen::Index operator()(const Field& name) {
        const auto next = static_cast<Eigen::Index>(names_.size());
        const auto [place, is_new] = numbers_.try_emplace(spelling(name), next);
        if (is_new) names_.push_back(place->first);
        return place->second;
    }

private:
    std::vector<std::string>& names_;
    std::unordered_map<std::string, Eigen::Index> numbers_;
};

/// Refuses whole numbers in the place of ratings if there are too many different ones for a scale,
/// and more than items. Only for columns whose order is assumed.
void check_scale(const std::filesystem::path& file, const Ratings& ratings) {
    constexpr std::size_t largest_scale = 101;
    std::set<double> values;
    for (const Rating& rating : ratings.entries) {
        if (rating.value != std::trunc(rating.value)) return;
        values.insert(rating.value);
    }
    if (values.size() <= largest_scale || values.size() <= ratings.items.size()) return;
    throw Error(file, {},
                "there is no header, and field 3 has " + std::to_string(values.size()) +
                    " different whole numbers, field 2 only " +
                    std::to_string(ratings.items.size()) +
                    ": expected user, item, rating; say which fields by --columns "
                    "USER,ITEM,RATING");
}

}  // namespace

Ratings read_ratings(const std::filesystem::path& file, const ColumnWishes& wishes,
                     const Say& say) {
    const std::string bytes = read_file(file);
    Table table(file, text_of(file, bytes));
    const RatingColumns columns = rating_columns(table, wishes);
    Ratings ratings;
    Numbering user_number(ratings.users);
    Numbering item_number(ratings.items);
    std::map<std::pair<Eigen::Index, Eigen::Index>, std::size_t> places;
    if (columns.header) table.next();
    while (table.next()) {
        check_fields(table, columns);
        const auto& fields = table.row().fields;
        const double value = rating_of(table, columns);
        const Rating rating{user_number(fields[columns.place(RatingRole::user)]),
                            item_number(fields[columns.place(RatingRole::item)]), value};
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
    if (columns.assumed) check_scale(file, ratings);
    ratings.columns = described(columns, table);
    if (say && columns.assumed) {
        say(located(file, {},
                    "there is no header: fields 1 to 3 are taken for user, item and rating; "
                    "--columns says otherwise"));
    }
    return ratings;
}

}  // namespace io
