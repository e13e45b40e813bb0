// SPDX-License-Identifier: MIT
#include "recommend/split.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "recommend/taste_groups.hpp"
#include "support/catch.hpp"

namespace {

using recommend::split;

std::set<std::string> names_of(const io::Ratings& ratings) {
    std::set<std::string> names;
    for (const io::Rating& rating : ratings.entries) {
        names.insert(ratings.users.at(static_cast<std::size_t>(rating.user)) + ' ' +
                     ratings.items.at(static_cast<std::size_t>(rating.item)));
    }
    return names;
}

/// Users and items the other way round, and the entries too.
io::Ratings reversed(io::Ratings ratings) {
    std::reverse(ratings.users.begin(), ratings.users.end());
    std::reverse(ratings.items.begin(), ratings.items.end());
    std::reverse(ratings.entries.begin(), ratings.entries.end());
    for (io::Rating& rating : ratings.entries) {
        rating.user = static_cast<Eigen::Index>(ratings.users.size()) - 1 - rating.user;
        rating.item = static_cast<Eigen::Index>(ratings.items.size()) - 1 - rating.item;
    }
    return ratings;
}

}  // namespace

TEST_CASE("A split puts each rating in one part, in the wanted proportion", "[recommend][split]") {
    const auto ratings = recommend::taste_groups(1).ratings;
    const auto count = static_cast<double>(ratings.entries.size());
    for (const double fraction : {0.0, 0.1, 0.2, 0.5, 1.0}) {
        CAPTURE(fraction);
        const auto parts = split(ratings, fraction, 3);
        REQUIRE(parts.training.users == ratings.users);
        REQUIRE(parts.held_out.items == ratings.items);
        REQUIRE(parts.training.entries.size() + parts.held_out.entries.size() ==
                ratings.entries.size());
        auto names = names_of(parts.training);
        names.merge(names_of(parts.held_out));
        REQUIRE(names == names_of(ratings));
        // Five standard deviations of a binomial variable.
        const double spread = 5 * std::sqrt(count * fraction * (1 - fraction));
        REQUIRE_THAT(static_cast<double>(parts.held_out.entries.size()),
                     WithinAbs(count * fraction, spread));
    }
}

TEST_CASE("What is held out depends on seed and names, not on the order", "[recommend][split]") {
    const auto ratings = recommend::taste_groups(1).ratings;
    const auto held_out = names_of(split(ratings, 0.2, 3).held_out);
    REQUIRE(names_of(split(reversed(ratings), 0.2, 3).held_out) == held_out);
    REQUIRE(names_of(split(ratings, 0.2, 4).held_out) != held_out);
    // A larger fraction holds out more ratings, and these too.
    const auto more = names_of(split(ratings, 0.4, 3).held_out);
    REQUIRE(std::includes(more.begin(), more.end(), held_out.begin(), held_out.end()));
}
