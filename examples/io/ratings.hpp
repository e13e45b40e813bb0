// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Ratings of items by users, as recommender systems keep them: user, item, rating a line.

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "rating_columns.hpp"

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
    std::string columns{};     ///< In words, where the file has them.
    std::size_t replaced = 0;  ///< Lines that a later line on the same user and item overruled.
};

/// Reads the columns of users, items and ratings >= 0, and ignores the others. `wishes` name the
/// columns, or else the headings do. A file without a header is read in the order of MovieLens, and
/// `say` is told. Fields are separated by tabs (MovieLens' u.data), `::` (its ratings.dat),
/// semicolons, commas (its ratings.csv) or blanks. Each may be in double quotes. Users and items
/// may have any names. If several lines have the same user and item, the last one counts. A rating
/// above 10^6 is refused: it is a time or an identifier.
Ratings read_ratings(const std::filesystem::path& file, const ColumnWishes& wishes = {},
                     const Say& say = {});

}  // namespace io
