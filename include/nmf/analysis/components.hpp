// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A model as components of norm 1 and their weights.

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <nmf/core/types.hpp>
#include <nmf/run/factorization.hpp>

namespace nmf {

/// What is 1 for a component in both factors: the sum of its entries, the root of the sum of their
/// squares, or the largest of them.
enum class ComponentNorm { l1, l2, max };

/// V ~ W diag(weights) H, by decreasing weights. Component a is number order[a] of the fit.
template <RealScalar S>
struct Components {
    Matrix<S> W{};             ///< m x k, each column of norm 1, or 0.
    Vector<double> weights{};  ///< k
    Matrix<S> H{};             ///< k x n, each row of norm 1, or 0.
    std::vector<Index> order{};

    /// The share of each component in the sum of the weights; 0 if all weights are 0.
    [[nodiscard]] Vector<double> shares() const {
        const double all = weights.sum();
        if (!(all > 0)) return Vector<double>::Zero(weights.size());
        return weights / all;
    }
};

namespace detail {

/// In double, without overflow of squares.
template <class Derived>
[[nodiscard]] double norm_of(const Eigen::MatrixBase<Derived>& x, ComponentNorm norm) {
    if (x.size() == 0) return 0;
    const auto entries = x.template cast<double>();
    const double largest = entries.cwiseAbs().maxCoeff();
    if (norm == ComponentNorm::max || !(largest > 0)) return largest;
    if (norm == ComponentNorm::l1) return entries.cwiseAbs().sum();
    return largest * (entries / largest).norm();
}

}  // namespace detail

/// The model W H of a fit as components of norm 1. W diag(weights) H is W H to rounding, so the
/// objective of a fit without penalties stays. A component that is 0 in one factor has weight 0.
/// With ComponentNorm::l1 the weight of a component is its part of the sum of all entries of W H,
/// and so are the shares. Cost: (m + n) k.
template <RealScalar S>
[[nodiscard]] Components<S> components(const Matrix<S>& w, const Matrix<S>& h,
                                       ComponentNorm norm = ComponentNorm::l2) {
    const Index rank = w.cols();
    Vector<double> of_w(rank);
    Vector<double> of_h(rank);
    for (Index a = 0; a < rank; ++a) {
        of_w[a] = detail::norm_of(w.col(a), norm);
        of_h[a] = detail::norm_of(h.row(a), norm);
    }
    Components<S> model{Matrix<S>::Zero(w.rows(), rank), Vector<double>(rank),
                        Matrix<S>::Zero(rank, h.cols()), std::vector<Index>(of_w.size())};
    std::iota(model.order.begin(), model.order.end(), Index{0});
    std::stable_sort(model.order.begin(), model.order.end(),
                     [&](Index a, Index b) { return of_w[a] * of_h[a] > of_w[b] * of_h[b]; });
    for (Index to = 0; to < rank; ++to) {
        const Index a = model.order[static_cast<std::size_t>(to)];
        model.weights[to] = of_w[a] * of_h[a];
        if (!(model.weights[to] > 0)) continue;
        model.W.col(to) = (w.col(a).template cast<double>() / of_w[a]).template cast<S>();
        model.H.row(to) = (h.row(a).template cast<double>() / of_h[a]).template cast<S>();
    }
    return model;
}
template <RealScalar S>
[[nodiscard]] Components<S> components(const Factorization<S>& fit,
                                       ComponentNorm norm = ComponentNorm::l2) {
    return components(fit.W, fit.H, norm);
}

/// The part of ||V||^2 that the model explains, 1 - ||V - W H||^2 / ||V||^2, over the entries that
/// count. It is below 0 for a model that is worse than zeros.
template <RealScalar S>
[[nodiscard]] double explained_variance(const Factorization<S>& fit) {
    return 1 - fit.relative_error * fit.relative_error;
}

}  // namespace nmf
