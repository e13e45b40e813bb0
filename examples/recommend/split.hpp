// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Ratings held out to judge predictions by.

#include <cstdint>

#include "io/ratings.hpp"

namespace recommend {

/// Both parts name all users and items, so that their numbers mean the same.
struct Split {
    io::Ratings training;
    io::Ratings held_out;
};

/// Holds out about `fraction` of the ratings. Whether one is held out depends on the seed and the
/// names of its user and item alone: not on the other lines, their order or the platform.
Split split(const io::Ratings& ratings, double fraction, std::uint64_t seed);

}  // namespace recommend
