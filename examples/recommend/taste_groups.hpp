// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Generated ratings whose tastes are known.

#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "io/ratings.hpp"

namespace recommend {

/// Readers of four groups rate books of four kinds, their own kind about 2 above the others.
/// Readers are strict or mild, and books are good or bad. Ratings have noise and come in halves
/// from 0.5 to 5. A reader has rated about a sixth of the books.
struct TasteGroups {
    io::Ratings ratings;
    std::vector<Eigen::Index> group_of_user;
    std::vector<Eigen::Index> group_of_item;
};

TasteGroups taste_groups(std::uint64_t seed);

}  // namespace recommend
