// SPDX-License-Identifier: MIT
#include "recommend/offsets.hpp"

#include <cmath>

#include "recommend/taste_groups.hpp"
#include "support/catch.hpp"

using recommend::Offsets;

TEST_CASE("The mean offset is the mean", "[recommend][offsets]") {
    const io::Ratings ratings{{"a", "b"}, {"x", "y"}, {{0, 0, 5}, {0, 1, 4}, {1, 1, 0}}};
    const Offsets offsets = recommend::mean_offset(ratings);
    REQUIRE(offsets(0, 0) == 3);
    REQUIRE(offsets(1, 0) == 3);
}

TEST_CASE("User offsets are means, shrunk by five ratings", "[recommend][offsets]") {
    // The item is as good as the mean.
    const io::Ratings ratings{{"a", "b", "c"}, {"x"}, {{0, 0, 5}, {1, 0, 3}}};
    const Offsets offsets = recommend::user_item_offsets(ratings);
    REQUIRE_THAT(offsets(0, 0), WithinAbs(4 + 1.0 / 6, 1e-14));
    REQUIRE_THAT(offsets(1, 0), WithinAbs(4 - 1.0 / 6, 1e-14));
    REQUIRE(offsets(2, 0) == 4);
}

TEST_CASE("Item offsets are means, shrunk by three ratings", "[recommend][offsets]") {
    const io::Ratings ratings{{"a"}, {"x", "y", "z"}, {{0, 0, 5}, {0, 1, 1}}};
    const Offsets offsets = recommend::user_item_offsets(ratings);
    REQUIRE_THAT(offsets(0, 0), WithinAbs(3 + 2.0 / 4, 1e-14));
    REQUIRE_THAT(offsets(0, 1), WithinAbs(3 - 2.0 / 4, 1e-14));
    REQUIRE(offsets(0, 2) == 3);
}

TEST_CASE("User and item offsets are nearly the minimum of their sum of squares",
          "[recommend][offsets]") {
    const auto ratings = recommend::taste_groups(1).ratings;
    const Offsets offsets = recommend::user_item_offsets(ratings);
    // How far each is from its own minimum, the others kept.
    Eigen::VectorXd users = 5 * offsets.user;
    Eigen::VectorXd items = 3 * offsets.item;
    Eigen::VectorXd user_weights = Eigen::VectorXd::Constant(users.size(), 5);
    Eigen::VectorXd item_weights = Eigen::VectorXd::Constant(items.size(), 3);
    for (const auto& [user, item, value] : ratings.entries) {
        users[user] -= value - offsets(user, item);
        items[item] -= value - offsets(user, item);
        user_weights[user] += 1;
        item_weights[item] += 1;
    }
    REQUIRE(users.cwiseQuotient(user_weights).lpNorm<Eigen::Infinity>() < 1e-3);
    REQUIRE(items.cwiseQuotient(item_weights).lpNorm<Eigen::Infinity>() < 1e-3);
}

TEST_CASE("Errors are the root of the mean square and the mean distance", "[recommend][offsets]") {
    const io::Ratings ratings{{"a", "b"}, {"x"}, {{0, 0, 5}, {1, 0, 3}}};
    const auto found = recommend::errors(
        [](Eigen::Index user, Eigen::Index) { return user == 0 ? 4 : 6; }, ratings);
    REQUIRE_THAT(found.rmse, WithinRel(std::sqrt(5.0), 1e-15));
    REQUIRE(found.mae == 2);
    REQUIRE(std::isnan(recommend::errors([](Eigen::Index, Eigen::Index) { return 0; }, {}).rmse));
}
