// SPDX-License-Identifier: MIT
#include "model.hpp"

#include <algorithm>
#include <functional>
#include <limits>

#include <nmf/nmf.hpp>

#include "split.hpp"

namespace recommend {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

constexpr double half_trust = 10;  // the ratings of an item that make for half of the share

Eigen::SparseMatrix<double> matrix_of(const io::Ratings& ratings) {
    std::vector<Eigen::Triplet<double>> triplets;
    for (const io::Rating& rating : ratings.entries) {
        triplets.emplace_back(static_cast<int>(rating.user), static_cast<int>(rating.item),
                              rating.value);
    }
    Eigen::SparseMatrix<double> V(static_cast<Index>(ratings.users.size()),
                                  static_cast<Index>(ratings.items.size()));
    V.setFromTriplets(triplets.begin(), triplets.end());
    return V;
}

VectorXd counts(const io::Ratings& ratings, Index io::Rating::*index, std::size_t size) {
    VectorXd result = VectorXd::Zero(static_cast<Index>(size));
    for (const io::Rating& rating : ratings.entries) result[rating.*index] += 1;
    return result;
}

/// The means of several factorizations' products, as one product.
void factorize(const io::Ratings& training, const Settings& settings, Model& model) {
    const Eigen::SparseMatrix<double> V = matrix_of(training);
    const Index k = settings.rank;
    model.W.resize(V.rows(), settings.starts * k);
    model.H.resize(settings.starts * k, V.cols());
    const nmf::CounterRandom seeds(settings.seed);
    for (Index start = 0; start < settings.starts; ++start) {
        const auto fit = nmf::factorize(
            V, k, nmf::MissingUnstored{}, nmf::CountScaledL2{settings.lambda, settings.lambda},
            nmf::Seed{seeds.bits(static_cast<std::uint64_t>(start))},
            nmf::KktTolerance{} || nmf::MaxIterations{settings.max_iterations});
        model.W.middleCols(start * k, k) = fit.W / static_cast<double>(settings.starts);
        model.H.middleRows(start * k, k) = fit.H;
    }
}

/// Sets what depends on base and share.
void mix(Model& model, const io::Ratings& training, Base base, double share) {
    model.offsets = base == Base::user_item ? user_item_offsets(training) : mean_offset(training);
    const VectorXd n = counts(training, &io::Rating::item, training.items.size());
    if (base == Base::none) {
        model.item_trust = n.cwiseMin(1);
    } else {
        model.item_trust = share * n.array() / (n.array() + half_trust);
    }
}

/// The share in [0, 1] with the least squared error: least squares in one unknown.
double best_share(const Model& whole, const io::Ratings& held_out) {
    double product = 0;
    double square = 0;
    for (const auto& [user, item, value] : held_out.entries) {
        const double base = whole.offsets(user, item);
        const double product_of_factors = whole.W.row(user).dot(whole.H.col(item));
        const double step =
            whole.user_trust[user] * whole.item_trust[item] * (product_of_factors - base);
        product += step * (value - base);
        square += step * step;
    }
    return square > 0 ? std::clamp(product / square, 0.0, 1.0) : 0.0;
}

/// Tries the bases, one factorization for all of them.
Choice best_mixture(const Split& parts, const Wishes& wishes, Settings settings) {
    Model model = fit(parts.training, settings);
    Choice best{settings, std::numeric_limits<double>::infinity()};
    for (const Base base : {Base::user_item, Base::mean, Base::none}) {
        if (wishes.base && *wishes.base != base) continue;
        mix(model, parts.training, base, 1);
        settings.base = base;
        settings.share = base == Base::none ? 1 : best_share(model, parts.held_out);
        mix(model, parts.training, base, settings.share);
        const double rmse = errors(std::cref(model), parts.held_out).rmse;
        if (rmse < best.rmse) best = {settings, rmse};
    }
    return best;
}

}  // namespace

std::string_view to_string(Base base) {
    switch (base) {
        case Base::none: return "none";
        case Base::mean: return "mean";
        case Base::user_item: return "user-item";
    }
    return {};
}

double Model::operator()(Index user, Index item) const {
    return std::clamp(score(user, item), lowest, highest);
}

double Model::score(Index user, Index item) const {
    const double base = offsets(user, item);
    const double trust = user_trust[user] * item_trust[item];
    return base + trust * (W.row(user).dot(H.col(item)) - base);
}

Model fit(const io::Ratings& training, const Settings& settings) {
    Model model;
    factorize(training, settings, model);
    model.user_trust = counts(training, &io::Rating::user, training.users.size()).cwiseMin(1);
    mix(model, training, settings.base, settings.share);
    const auto [lowest, highest] = std::minmax_element(
        training.entries.begin(), training.entries.end(),
        [](const io::Rating& a, const io::Rating& b) { return a.value < b.value; });
    model.lowest = lowest->value;
    model.highest = highest->value;
    return model;
}

Choice choose(const io::Ratings& training, const Wishes& wishes, const Settings& defaults) {
    Settings settings = defaults;
    settings.rank = wishes.rank.value_or(defaults.rank);
    settings.lambda = wishes.lambda.value_or(defaults.lambda);
    settings.base = wishes.base.value_or(defaults.base);
    const std::uint64_t seed = nmf::CounterRandom(defaults.seed).stream(1).bits(0);
    const Split parts = split(training, 0.2, seed);
    if (parts.training.entries.empty() || parts.held_out.entries.empty()) {
        return {settings, std::numeric_limits<double>::quiet_NaN()};
    }
    settings.starts = 1;
    Choice best = best_mixture(parts, wishes, settings);
    const auto consider = [&](Index rank, double lambda) {
        settings.rank = rank;
        settings.lambda = lambda;
        const Choice other = best_mixture(parts, wishes, settings);
        if (other.rmse < best.rmse) best = other;
    };
    if (!wishes.lambda) {
        for (const double lambda : {0.05, 0.2}) consider(settings.rank, lambda);
    }
    if (!wishes.rank) {
        const double lambda = best.settings.lambda;
        for (const Index rank : {5, 20}) consider(rank, lambda);
    }
    if (defaults.starts == 1) return best;
    // The share grows with the number of starts.
    best.settings.starts = defaults.starts;
    return best_mixture(parts, {{}, {}, best.settings.base}, best.settings);
}

std::vector<Index> top_items(const Model& model, const io::Ratings& ratings, Index user,
                             std::size_t count) {
    std::vector<bool> rated(ratings.items.size());
    for (const io::Rating& rating : ratings.entries) {
        if (rating.user == user) rated[static_cast<std::size_t>(rating.item)] = true;
    }
    std::vector<std::pair<double, Index>> unseen;
    for (std::size_t item = 0; item < rated.size(); ++item) {
        const auto j = static_cast<Index>(item);
        if (!rated[item]) unseen.emplace_back(-model.score(user, j), j);
    }
    count = std::min(count, unseen.size());
    std::partial_sort(unseen.begin(), unseen.begin() + static_cast<Index>(count), unseen.end());
    std::vector<Index> items;
    for (std::size_t i = 0; i < count; ++i) items.push_back(unseen[i].second);
    return items;
}

}  // namespace recommend
