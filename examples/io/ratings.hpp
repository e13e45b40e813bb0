// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Ratings of items by users, as recommender systems keep them: user, item, rating a line.

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <Eigen/Core>

namespace io {

struct Rating {
    Eigen::Index user;  ///< Place in Ratings::users.
    Eigen::Index item;  ///< Place in Ratings::items.
    double value;
};

/// Users and items are in the order of their first line. No pair of both occurs twice.
struct Ratings {
    std::vector<std::string> users;
    std::vector<std::string> items;
    std::vector<Rating> entries;
    std::size_t replaced = 0;  ///< Lines that a later line on the same user and item overruled.
};

/// Reads lines of user, item, rating >= 0 and perhaps a fourth field, a time, which is ignored.
/// Tabs (MovieLens' u.data), `::` (its ratings.dat), semicolons or commas (its ratings.csv)
/// separate the fields, whichever of them the first line has; each field may be in double quotes. A
/// first line without any number is a header. Users and items may have any names. Of several lines
/// on the same user and item the last one counts.
Ratings read_ratings(const std::filesystem::path& file);

}  // namespace io
