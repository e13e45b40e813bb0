// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Which columns of a table of ratings hold users, items and ratings.

#include <array>
#include <cstddef>
#include <string>

#include "table.hpp"

namespace io {

enum class RatingRole { user, item, rating };

constexpr std::array<const char*, 3> rating_roles{"user", "item", "rating"};

/// By role: headings, or numbers counted from 1. Empty strings: not said.
using ColumnWishes = std::array<std::string, 3>;

struct RatingColumns {
    bool header = false;
    std::array<std::size_t, 3> places{};  ///< By role, counted from 0.
    std::size_t fields = 0;               ///< Of a row.
    bool assumed = false;                 ///< Whether nothing but the order says so.

    [[nodiscard]] std::size_t place(RatingRole role) const {
        return places[static_cast<std::size_t>(role)];
    }
};

/// Follows the wishes first, then the headings, which are compared without case and signs. Without
/// a header it takes the order of MovieLens: user, item, rating and perhaps a time. A header may
/// lack the first field, above an index. Throws an Error that lists the headings if they name a
/// role twice or not at all. Throws an Error also for rows without a header that cannot be in that
/// order.
RatingColumns rating_columns(const Table& table, const ColumnWishes& wishes);

/// "users from 'userId', items from 'movieId', ratings from 'rating'", or their numbers.
std::string described(const RatingColumns& columns, const Table& table);

}  // namespace io
