// SPDX-License-Identifier: MIT
#include "recommend/model.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "recommend/split.hpp"
#include "recommend/taste_groups.hpp"
#include "support/catch.hpp"

namespace {

using namespace recommend;
using Eigen::Index;

/// The share of the readers whose five first recommendations are of their own kind of book.
double share_of_tastes_found(const TasteGroups& groups, const Model& model) {
    double found = 0;
    for (std::size_t user = 0; user < groups.group_of_user.size(); ++user) {
        const auto items = top_items(model, groups.ratings, static_cast<Index>(user), 5);
        const bool is_found = std::all_of(items.begin(), items.end(), [&](Index item) {
            return groups.group_of_item[static_cast<std::size_t>(item)] ==
                   groups.group_of_user[user];
        });
        if (is_found) ++found;
    }
    return found / static_cast<double>(groups.group_of_user.size());
}

/// Users a and b, items x and y; nobody has rated z, and c has rated nothing.
io::Ratings small_ratings() {
    return {{"a", "b", "c"}, {"x", "y", "z"}, {{0, 0, 5}, {0, 1, 4}, {1, 0, 3}, {1, 1, 1}}};
}

}  // namespace

TEST_CASE("The taste groups of generated ratings are found", "[recommend]") {
    const auto seed = GENERATE(as<std::uint64_t>{}, 0, 1);
    const TasteGroups groups = taste_groups(seed);
    const Split parts = split(groups.ratings, 0.2, seed);
    const Choice choice = choose(parts.training, {}, {.starts = 1, .seed = seed});
    const Model model = fit(parts.training, choice.settings);
    const double baseline = errors(user_item_offsets(parts.training), parts.held_out).rmse;
    const double rmse = errors(std::cref(model), parts.held_out).rmse;
    CAPTURE(seed, choice.settings.rank, choice.settings.lambda, rmse, baseline);
    // A liking of 1.5 for a quarter of the books and -0.5 for the others has this variance, which
    // offsets know nothing of. At least half of it has to be found.
    const double variance = 2.0 * 2.0 * 0.25 * 0.75;
    REQUIRE(rmse * rmse < baseline * baseline - variance / 2);
    REQUIRE(share_of_tastes_found(groups, model) > 0.5);
}

TEST_CASE("The factors are non-negative, one start beside the other", "[recommend]") {
    const auto ratings = taste_groups(1).ratings;
    Settings settings{.rank = 3, .starts = 1, .max_iterations = 5};
    const Model one = fit(ratings, settings);
    settings.starts = 2;
    const Model two = fit(ratings, settings);
    REQUIRE(two.W.cols() == 6);
    REQUIRE(two.H.rows() == 6);
    REQUIRE(two.W.minCoeff() >= 0);
    REQUIRE(two.H.minCoeff() >= 0);
    REQUIRE(2 * two.W.leftCols(3) == one.W);
    REQUIRE(two.H.topRows(3) == one.H);
    REQUIRE(two.H.bottomRows(3) != one.H);
}

TEST_CASE("Predictions mix offsets and factors, within the range of the ratings", "[recommend]") {
    const auto ratings = small_ratings();
    Settings settings{.rank = 2, .lambda = 0.01, .share = 0.6};
    const Offsets offsets = user_item_offsets(ratings);
    Model model = fit(ratings, settings);
    const double product = model.W.row(0).dot(model.H.col(1));
    REQUIRE_THAT(model(0, 1),
                 WithinRel(offsets(0, 1) + 0.6 * 2 / 12 * (product - offsets(0, 1)), 1e-14));
    model.W *= 100;
    REQUIRE(model(0, 1) == 5);
    settings.base = Base::none;
    model = fit(ratings, settings);
    REQUIRE_THAT(model(0, 1), WithinRel(model.W.row(0).dot(model.H.col(1)), 1e-14));
    model.W *= 0;
    REQUIRE(model(0, 1) == 1);
}

TEST_CASE("Unknown users and items are predicted by the offsets", "[recommend]") {
    const auto ratings = small_ratings();
    for (const Base base : {Base::none, Base::mean, Base::user_item}) {
        const Offsets offsets =
            base == Base::user_item ? user_item_offsets(ratings) : mean_offset(ratings);
        const Model model = fit(ratings, {.rank = 2, .base = base});
        CAPTURE(to_string(base));
        REQUIRE(model(2, 0) == offsets(2, 0));
        REQUIRE(model(0, 2) == offsets(0, 2));
        REQUIRE(model(2, 2) == offsets.mean);
        REQUIRE(model.W.row(2).isZero(0));
        REQUIRE(model.H.col(2).isZero(0));
    }
}

TEST_CASE("What is given is not chosen", "[recommend]") {
    const auto ratings = taste_groups(1).ratings;
    const Settings defaults{.starts = 1, .max_iterations = 5};
    const Settings given = choose(ratings, {7, 0.3, Base::mean}, defaults).settings;
    REQUIRE(given.rank == 7);
    REQUIRE(given.lambda == 0.3);
    REQUIRE(given.base == Base::mean);
    REQUIRE(given.share >= 0);
    REQUIRE(given.share <= 1);
    REQUIRE(choose(ratings, {7, {}, {}}, defaults).settings.rank == 7);
    REQUIRE(choose(ratings, {{}, 0.3, {}}, defaults).settings.lambda == 0.3);
}

TEST_CASE("The factorization gets the share that it deserves", "[recommend]") {
    // Tastes are what the offsets miss. With a huge ridge the factors are zero.
    const auto ratings = taste_groups(1).ratings;
    const Choice good = choose(ratings, {4, 0.1, Base::user_item}, {.starts = 1});
    REQUIRE(good.settings.share > 0.5);
    const Choice poor = choose(ratings, {4, 100, Base::user_item}, {.starts = 1});
    REQUIRE(poor.settings.share < 0.1);
    REQUIRE(good.rmse < poor.rmse);
}

TEST_CASE("With too few ratings to choose by the defaults are taken", "[recommend]") {
    const io::Ratings ratings{{"a"}, {"x"}, {{0, 0, 4}}};
    const Choice choice = choose(ratings, {3, {}, {}}, {});
    REQUIRE(std::isnan(choice.rmse));
    REQUIRE(choice.settings.rank == 3);
    REQUIRE(choice.settings.lambda == Settings{}.lambda);
    REQUIRE(fit(ratings, choice.settings)(0, 0) == 4);
}

TEST_CASE("The top items are the unseen ones, the best first", "[recommend]") {
    const auto ratings = taste_groups(1).ratings;
    const Model model = fit(ratings, {.rank = 4, .starts = 1, .max_iterations = 5});
    const auto items = top_items(model, ratings, 2, 1000);
    std::vector<bool> listed(ratings.items.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
        listed.at(static_cast<std::size_t>(items[i])) = true;
        if (i > 0) REQUIRE(model.score(2, items[i - 1]) >= model.score(2, items[i]));
    }
    for (const io::Rating& rating : ratings.entries) {
        if (rating.user != 2) continue;
        REQUIRE_FALSE(listed[static_cast<std::size_t>(rating.item)]);
        listed[static_cast<std::size_t>(rating.item)] = true;
    }
    REQUIRE(std::count(listed.begin(), listed.end(), false) == 0);
    REQUIRE(top_items(model, ratings, 2, 3) ==
            std::vector<Index>(items.begin(), items.begin() + 3));
}
