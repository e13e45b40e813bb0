// SPDX-License-Identifier: MIT
#include "offsets.hpp"

#include <cmath>
#include <limits>

namespace recommend {
namespace {

constexpr double user_ridge = 5;
constexpr double item_ridge = 3;
constexpr int sweeps = 30;

/// The minimum over the offsets at place `index` of a rating, all others kept.
void refit(Eigen::VectorXd& own, Eigen::Index io::Rating::*index, double ridge,
           const Offsets& offsets, const io::Ratings& ratings) {
    Eigen::VectorXd sum = Eigen::VectorXd::Zero(own.size());
    Eigen::VectorXd weight = Eigen::VectorXd::Constant(own.size(), ridge);
    for (const io::Rating& rating : ratings.entries) {
        const Eigen::Index place = rating.*index;
        sum[place] += rating.value - offsets(rating.user, rating.item) + own[place];
        weight[place] += 1;
    }
    own = sum.cwiseQuotient(weight);
}

}  // namespace

Offsets mean_offset(const io::Ratings& ratings) {
    double sum = 0;
    for (const io::Rating& rating : ratings.entries) sum += rating.value;
    const auto count = static_cast<double>(ratings.entries.size());
    return {sum / count, Eigen::VectorXd::Zero(static_cast<Eigen::Index>(ratings.users.size())),
            Eigen::VectorXd::Zero(static_cast<Eigen::Index>(ratings.items.size()))};
}

Offsets user_item_offsets(const io::Ratings& ratings) {
    Offsets offsets = mean_offset(ratings);
    for (int sweep = 0; sweep < sweeps; ++sweep) {
        refit(offsets.item, &io::Rating::item, item_ridge, offsets, ratings);
        refit(offsets.user, &io::Rating::user, user_ridge, offsets, ratings);
    }
    return offsets;
}

Errors errors(const Predictor& predict, const io::Ratings& ratings) {
    double squares = 0;
    double distances = 0;
    for (const io::Rating& rating : ratings.entries) {
        const double error = predict(rating.user, rating.item) - rating.value;
        squares += error * error;
        distances += std::abs(error);
    }
    const auto count = static_cast<double>(ratings.entries.size());
    return {std::sqrt(squares / count), distances / count};
}

}  // namespace recommend
