// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Predicted ratings: a factorization of the known ones, mixed with offsets.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <Eigen/Core>

#include "io/ratings.hpp"
#include "offsets.hpp"

namespace recommend {

/// What the factorization is mixed with.
enum class Base { none, mean, user_item };

std::string_view to_string(Base base);

struct Settings {
    Eigen::Index rank = 10;
    double lambda = 0.1;  ///< Ridge of the factors, times the ratings of a user or an item.
    Base base = Base::user_item;
    double share = 0.5;  ///< Of the factorization in the prediction for an item with many ratings.
    Eigen::Index starts = 3;           ///< Factorizations from different random starts, averaged.
    Eigen::Index max_iterations = 25;  ///< Later ones gain little on held-out ratings.
    std::uint64_t seed = 0;
};

/// Predicts, with b the offsets, n_j the ratings of item j, and everything of the training ratings,
///
///     p = b_ij + share n_j / (n_j + 10) ((W H)_ij - b_ij)
///
/// kept within the range of the ratings. Non-negative factors only add up, so they model the
/// ratings themselves, not what the offsets leave of them, which has both signs. A ridge draws W H
/// towards zero where an item has few ratings; there the offsets know better. Without offsets, p =
/// W H. Where user or item has no rating, p = b_ij; without offsets, the mean.
struct Model {
    Eigen::MatrixXd W;  ///< Users x (starts rank), a factorization beside the other.
    Eigen::MatrixXd H;  ///< (starts rank) x items.
    Offsets offsets;
    Eigen::VectorXd user_trust;  ///< 1 for users with ratings, 0 for those without.
    Eigen::VectorXd item_trust;  ///< The factor in front of the parenthesis above.
    double lowest = 0;
    double highest = 0;

    [[nodiscard]] double operator()(Eigen::Index user, Eigen::Index item) const;

    /// p before it is kept within the range: what to rank items by.
    [[nodiscard]] double score(Eigen::Index user, Eigen::Index item) const;
};

/// The ratings as a sparse matrix, whose unstored entries are unknown, and its factors.
Model fit(const io::Ratings& training, const Settings& settings);

/// The settings that are given; the others are to be found.
struct Wishes {
    std::optional<Eigen::Index> rank;
    std::optional<double> lambda;
    std::optional<Base> base;
};

struct Choice {
    Settings settings;
    double rmse;  ///< On the ratings held out to choose by; NaN if there were too few.
};

/// Chooses settings by a fifth of the training ratings, that are held out for it: lambda first,
/// then the rank, with every base and the share that suits it best.
Choice choose(const io::Ratings& training, const Wishes& wishes, const Settings& defaults);

/// The items that the user has not rated, those with the highest scores first, at most `count`.
std::vector<Eigen::Index> top_items(const Model& model, const io::Ratings& ratings,
                                    Eigen::Index user, std::size_t count);

}  // namespace recommend
