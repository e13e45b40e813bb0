// SPDX-License-Identifier: MIT
#include "rating_columns.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

namespace io {
namespace {

using Words = std::vector<std::string_view>;

/// What a column of each role is called, in small letters without signs, the likeliest first: a
/// later list counts where no heading is in an earlier one.
const std::array<std::vector<Words>, 3>& known_headings() {
    static const std::array<std::vector<Words>, 3> known{{
        {{"user",      "users",     "userid",   "uid",        "userno",   "usernumber",
          "useridx",   "userindex", "reviewer", "reviewerid", "customer", "customerid",
          "member",    "memberid",  "reader",   "readerid",   "viewer",   "viewerid",
          "rater",     "raterid",   "person",   "personid",   "account",  "accountid",
          "profileid", "client",    "clientid", "visitorid"},
         {"username", "reviewername", "profilename", "customername", "author"}},
        {{"item",      "items",      "itemid",       "iid",        "itemno",  "itemidx",
          "itemindex", "movie",      "movies",       "movieid",    "film",    "filmid",
          "product",   "productid",  "asin",         "parentasin", "sku",     "book",
          "books",     "bookid",     "isbn",         "song",       "songid",  "track",
          "trackid",   "artist",     "artistid",     "album",      "albumid", "joke",
          "jokeid",    "game",       "gameid",       "anime",      "animeid", "recipe",
          "recipeid",  "business",   "businessid",   "show",       "showid",  "article",
          "articleid", "restaurant", "restaurantid", "beer",       "beerid",  "courseid"},
         {"itemname", "title", "movietitle", "booktitle", "productname", "moviename", "filmtitle"}},
        {{"rating",      "ratings",     "score",         "scores",       "stars",
          "star",        "overall",     "starrating",    "bookrating",   "userrating",
          "movierating", "itemrating",  "reviewscore",   "reviewrating", "reviewoverall",
          "ratingvalue", "ratingscore", "overallrating", "grade",        "preference"},
         {"value", "rate", "vote", "points"}},
    }};
    return known;
}

/// In small letters, without all but letters and digits.
std::string plain(std::string_view heading) {
    std::string text = lower(heading);
    std::erase_if(text, [](char c) { return !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9'); });
    return text;
}

std::vector<std::string> headings_of(const Row& row) {
    std::vector<std::string> headings;
    for (const Field& field : row.fields) headings.push_back(spelling(field));
    return headings;
}

std::string listed(const std::vector<std::string>& headings) {
    std::string text;
    for (const std::string& heading : headings) {
        text += (text.empty() ? "" : ", ") + in_quotes(heading);
    }
    return text;
}

constexpr const char* remedy = "; say which by --columns USER,ITEM,RATING, headings or numbers";

std::vector<std::size_t> matches(const std::vector<std::string>& headings, const Words& words) {
    std::vector<std::size_t> places;
    for (std::size_t place = 0; place < headings.size(); ++place) {
        const std::string heading = plain(headings[place]);
        if (std::find(words.begin(), words.end(), heading) != words.end()) places.push_back(place);
    }
    return places;
}

std::size_t place_by_heading(const Table& table, const std::vector<std::string>& headings,
                             std::size_t role) {
    for (const Words& words : known_headings()[role]) {
        const auto places = matches(headings, words);
        if (places.size() == 1) return places[0];
        if (places.size() > 1) {
            table.fail(table.head()[0], std::string("more than one heading may mean ") +
                                            rating_roles[role] + "s among " + listed(headings) +
                                            remedy);
        }
    }
    table.fail(table.head()[0], std::string("no heading is known to mean ") + rating_roles[role] +
                                    "s among " + listed(headings) + remedy);
}

std::size_t place_by_wish(const Table& table, const std::vector<std::string>& headings,
                          const std::string& wish, std::size_t fields) {
    const auto same = [&](auto equal) {
        return static_cast<std::size_t>(std::find_if(headings.begin(), headings.end(), equal) -
                                        headings.begin());
    };
    std::size_t place = same([&](const std::string& heading) { return heading == wish; });
    if (place == headings.size() && !plain(wish).empty()) {
        place = same([&](const std::string& heading) { return plain(heading) == plain(wish); });
    }
    if (place < headings.size()) return place;
    const auto number = parse_count(wish);
    if (number && *number >= 1 && *number <= fields) return *number - 1;
    table.fail(table.head()[0],
               "--columns: expected " +
                   (headings.empty() ? "" : "one of " + listed(headings) + " or ") +
                   "a number from 1 to " + std::to_string(fields) + ", found " + in_quotes(wish));
}

/// Whether there are no numbers in the first row, or known headings of two roles.
bool has_header(const Table& table) {
    if (table.starts_with_comment()) return true;
    const Row& first = table.head()[0];
    const Row& second = table.head()[table.head().size() > 1 ? 1 : 0];
    if (first.fields.size() < 2) return false;
    if (is_heading(first, second) && first.fields.size() + 1 >= second.fields.size()) return true;
    const auto headings = headings_of(first);
    std::size_t roles = 0;
    for (const auto& lists : known_headings()) {
        roles += std::any_of(lists.begin(), lists.end(),
                             [&](const Words& words) { return !matches(headings, words).empty(); });
    }
    return roles >= 2;
}

/// The numbers in a column of the first rows; none where a field is no number.
std::vector<double> numbers(const Table& table, std::size_t place) {
    std::vector<double> values;
    for (const Row& row : table.head()) {
        if (place >= row.fields.size()) return {};
        const auto value = parse_number<double>(row.fields[place].text);
        if (!value) return {};
        values.push_back(*value);
    }
    return values;
}

/// Refuses rows in which user, item, rating and time cannot be in this order.
void check_order(const Table& table, std::size_t fields) {
    const auto refuse = [&](const std::string& why) {
        table.fail(table.head()[0],
                   "there is no header, and user, item, rating and perhaps a time in this order it "
                   "cannot be: " +
                       why + remedy);
    };
    for (const std::size_t place : {std::size_t{0}, std::size_t{1}}) {
        const auto values = numbers(table, place);
        if (std::any_of(values.begin(), values.end(),
                        [](double x) { return x != std::trunc(x); })) {
            refuse("field " + std::to_string(place + 1) + " has fractions");
        }
    }
    if (fields != 4) return;
    const auto first = numbers(table, 0);
    const bool counts = first.size() == 3 && (first[0] == 0 || first[0] == 1) &&
                        first[1] == first[0] + 1 && first[2] == first[1] + 1;
    if (counts) refuse("field 1 counts the lines");
    const auto last = numbers(table, 3);
    const auto above = [](double limit) { return [=](double x) { return x > limit; }; };
    if (!first.empty() && !last.empty() && std::all_of(first.begin(), first.end(), above(1e7)) &&
        std::none_of(last.begin(), last.end(), above(100))) {
        refuse("field 1 looks like a time, field 4 does not");
    }
}

}  // namespace

RatingColumns rating_columns(const Table& table, const ColumnWishes& wishes) {
    const auto& head = table.head();
    if (head.empty())
        throw Error(table.file(), {}, "expected lines of user, item and rating, found none");
    RatingColumns columns;
    columns.header = has_header(table);
    const Row& first = head[0];
    columns.fields = (head.size() > 1 && columns.header ? head[1] : first).fields.size();
    std::vector<std::string> headings;
    if (columns.header) headings = headings_of(first);
    if (columns.header && headings.size() + 1 == columns.fields) {
        headings.insert(headings.begin(), std::string());  // R leaves out the heading of an index
    }
    const bool wished = !wishes[0].empty();
    if (!columns.header && !wished) {
        columns.assumed = true;
        columns.places = {0, 1, 2};
        if (columns.fields == 3 || columns.fields == 4) check_order(table, columns.fields);
        return columns;
    }
    if (columns.header && headings.size() != columns.fields) {
        table.fail(first, "a header of " + std::to_string(headings.size()) +
                              " fields fits no rows of " + std::to_string(columns.fields) +
                              " as in line " + std::to_string(head[1].line));
    }
    for (std::size_t role = 0; role < 3; ++role) {
        columns.places[role] = wished ? place_by_wish(table, headings, wishes[role], columns.fields)
                                      : place_by_heading(table, headings, role);
    }
    if (columns.places[0] == columns.places[1] || columns.places[0] == columns.places[2] ||
        columns.places[1] == columns.places[2]) {
        table.fail(first, "expected three different columns for user, item and rating");
    }
    return columns;
}

std::string described(const RatingColumns& columns, const Table& table) {
    std::string text;
    const auto headings =
        columns.header ? headings_of(table.head()[0]) : std::vector<std::string>{};
    const std::size_t left_out = columns.header ? columns.fields - headings.size() : 0;
    for (std::size_t role = 0; role < 3; ++role) {
        const std::size_t place = columns.places[role];
        text += (role > 0 ? ", " : "") + std::string(rating_roles[role]) + "s from ";
        text += columns.header && place >= left_out ? in_quotes(headings[place - left_out])
                                                    : "field " + std::to_string(place + 1);
    }
    return text;
}

}  // namespace io
