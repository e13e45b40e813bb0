// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What the library reports, computed anew from the definitions in long double.

#include <algorithm>
#include <cmath>

#include <nmf/core/types.hpp>

#include "support/fit.hpp"

namespace measure {

using Exact = Eigen::Matrix<long double, Eigen::Dynamic, Eigen::Dynamic>;

template <class Derived>
Exact exact(const Eigen::MatrixBase<Derived>& x) {
    return x.template cast<long double>();
}
template <class Derived>
Exact exact(const Eigen::SparseMatrixBase<Derived>& x) {
    return nmf::Matrix<typename Derived::Scalar>(x.derived()).template cast<long double>();
}

/// ||V - W H||^2
template <class V, class W, class H>
double squared_residual(const V& v, const W& w, const H& h) {
    return static_cast<double>((exact(v) - exact(w) * exact(h)).squaredNorm());
}

template <class V>
double squared_norm(const V& v) {
    return static_cast<double>(exact(v).squaredNorm());
}

/// 1/2 ||V - W H||^2 plus the penalty.
template <class V, class S>
double objective(const V& v, const Fit<S>& fit, const nmf::ElasticNet& penalty = {}) {
    const Exact w = exact(fit.W);
    const Exact h = exact(fit.H);
    return static_cast<double>(0.5L * (exact(v) - w * h).squaredNorm() + penalty.l1.w * w.sum() +
                               penalty.l1.h * h.sum() + 0.5L * penalty.l2.w * w.squaredNorm() +
                               0.5L * penalty.l2.h * h.squaredNorm());
}

/// sqrt(sum min(X, g / q)^2 / sum X^2), with X = W', the gradient g and q_a = ||h_a||^2, for
/// balanced components.
inline double kkt_residual_of_w(const Exact& v, const Exact& w, const Exact& h) {
    const Exact gradient = (w * h - v) * h.transpose();
    long double distance = 0;
    for (nmf::Index a = 0; a < w.cols(); ++a) {
        const long double curvature = h.row(a).squaredNorm();
        if (!(curvature > 0)) continue;
        for (nmf::Index i = 0; i < w.rows(); ++i) {
            const long double step = std::min(w(i, a), gradient(i, a) / curvature);
            distance += step * step;
        }
    }
    return static_cast<double>(std::sqrt(distance / w.squaredNorm()));
}

/// The larger over W and H, of the balanced components.
template <class V, class W, class H>
double kkt_residual(const V& v, const W& w, const H& h) {
    Exact left = exact(w);
    Exact right = exact(h);
    for (nmf::Index a = 0; a < left.cols(); ++a) {
        const long double norms[2] = {left.col(a).norm(), right.row(a).norm()};
        if (!(norms[0] > 0 && norms[1] > 0)) continue;
        left.col(a) *= std::sqrt(norms[1] / norms[0]);
        right.row(a) *= std::sqrt(norms[0] / norms[1]);
    }
    const Exact data = exact(v);
    return std::max(kkt_residual_of_w(data, left, right),
                    kkt_residual_of_w(data.transpose(), right.transpose(), left.transpose()));
}

/// Every entry is >= 0 and finite.
template <class Derived>
bool acceptable(const Eigen::MatrixBase<Derived>& x) {
    using S = typename Derived::Scalar;
    return (x.array() >= S(0)).all() && (x.array() <= std::numeric_limits<S>::max()).all();
}

template <class Run>
concept HasHistory = requires(const Run& run) {
    run.history;
};

/// The factors are >= 0 and finite, and no number of the result is NaN or negative.
template <HasHistory Run>
bool acceptable(const Run& run) {
    const auto number = [](double x) { return x >= 0 && x <= std::numeric_limits<double>::max(); };
    return acceptable(run.W) && acceptable(run.H) && number(run.objective) &&
           number(run.relative_error) && number(run.kkt_residual) &&
           std::all_of(run.history.begin(), run.history.end(), [&](const nmf::HistoryEntry& line) {
               return number(line.objective) && number(line.relative_error) &&
                      number(line.kkt_residual);
           });
}

/// The largest rise of the objective from one line of the history to the next.
inline double largest_rise(const std::vector<nmf::HistoryEntry>& history) {
    double rise = 0;
    for (std::size_t line = 1; line < history.size(); ++line) {
        rise = std::max(rise, history[line].objective - history[line - 1].objective);
    }
    return rise;
}

/// ||A - B|| / ||B||
template <class A, class B>
double distance(const A& a, const B& b) {
    const auto size = static_cast<double>(exact(b).norm());
    const auto gap = static_cast<double>((exact(a) - exact(b)).norm());
    return size > 0 ? gap / size : gap;
}

}  // namespace measure
