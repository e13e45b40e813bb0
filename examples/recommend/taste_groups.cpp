// SPDX-License-Identifier: MIT
#include "taste_groups.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include <nmf/core/random.hpp>

namespace recommend {
namespace {

using Eigen::Index;

constexpr Index users = 400;
constexpr Index items = 240;
constexpr std::array<const char*, 4> kinds{"crime", "history", "poetry", "science"};

/// To the nearest half from 0.5 to 5.
double to_scale(double value) { return std::clamp(std::round(2 * value) / 2, 0.5, 5.0); }

}  // namespace

TasteGroups taste_groups(std::uint64_t seed) {
    const auto groups = static_cast<Index>(kinds.size());
    TasteGroups result;
    for (Index user = 0; user < users; ++user) {
        result.group_of_user.push_back(user % groups);
        result.ratings.users.push_back("reader-" + std::to_string(user + 1));
    }
    for (Index item = 0; item < items; ++item) {
        result.group_of_item.push_back(item % groups);
        result.ratings.items.push_back(std::string(kinds[static_cast<std::size_t>(item % groups)]) +
                                       '-' + std::to_string(item / groups + 1));
    }
    const nmf::CounterRandom random(seed);
    const auto strictness = random.stream(0);
    const auto quality = random.stream(1);
    const auto is_rated = random.stream(2);
    const auto noise = random.stream(3);
    for (Index user = 0; user < users; ++user) {
        for (Index item = 0; item < items; ++item) {
            const auto pair = static_cast<std::uint64_t>(user * items + item);
            if (is_rated.uniform(pair) > 1.0 / 6) continue;
            const double liking = user % groups == item % groups ? 1.5 : -0.5;
            const double value = 3 + liking +
                                 0.3 * quality.normal(static_cast<std::uint64_t>(item)) -
                                 0.3 * strictness.normal(static_cast<std::uint64_t>(user)) +
                                 0.5 * noise.normal(pair);
            result.ratings.entries.push_back({user, item, to_scale(value)});
        }
    }
    return result;
}

}  // namespace recommend
