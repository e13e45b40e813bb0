// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Predictions without a factorization, and the errors of any predictions.

#include <functional>

#include <Eigen/Core>

#include "io/ratings.hpp"

namespace recommend {

/// Predicts mean + user[i] + item[j].
struct Offsets {
    double mean = 0;
    Eigen::VectorXd user;
    Eigen::VectorXd item;

    [[nodiscard]] double operator()(Eigen::Index i, Eigen::Index j) const {
        return mean + user[i] + item[j];
    }
};

/// The mean of all ratings, for every user and item.
Offsets mean_offset(const io::Ratings& ratings);

/// The mean, and how far each user's and each item's ratings are from it on average: the minimum of
///
///     sum (rating - mean - user - item)^2 + 5 sum user^2 + 3 sum item^2,
///
/// to about a thousandth of a rating. The two last terms draw users and items with few ratings
/// towards the mean.
Offsets user_item_offsets(const io::Ratings& ratings);

struct Errors {
    double rmse;  ///< Root of the mean squared error.
    double mae;   ///< Mean absolute error.
};

using Predictor = std::function<double(Eigen::Index user, Eigen::Index item)>;

/// NaN if there are no ratings.
Errors errors(const Predictor& predict, const io::Ratings& ratings);

}  // namespace recommend
