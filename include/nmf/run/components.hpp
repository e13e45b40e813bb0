// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What a result says of its components.

#include <nmf/core/compiler.hpp>
#include <nmf/core/precision.hpp>
#include <nmf/core/types.hpp>
#include <nmf/core/warning.hpp>

namespace nmf::detail {

/// Leaves the listed components out.
template <class Fit>
NMF_COLD void drop_components(Fit& fit) {
    Index kept = 0;
    std::size_t dead = 0;
    for (Index a = 0; a < fit.W.cols(); ++a) {
        if (dead < fit.dead_components.size() && fit.dead_components[dead] == a) {
            ++dead;
            continue;
        }
        for (Index i = 0; i < fit.W.rows(); ++i) fit.W(i, kept) = fit.W(i, a);
        for (Index j = 0; j < fit.H.cols(); ++j) fit.H(kept, j) = fit.H(a, j);
        ++kept;
    }
    fit.W.conservativeResize(Eigen::NoChange, kept);
    fit.H.conservativeResize(kept, Eigen::NoChange);
}

/// Whether one half of a component has grown as far as the other one has shrunk.
template <class Fit>
[[nodiscard]] bool lopsided(const Fit& fit, Index a) {
    constexpr double far = 1e8;
    double w = 0;
    double h = 0;
    const auto square = [](auto x) { return static_cast<double>(x) * static_cast<double>(x); };
    for (Index i = 0; i < fit.W.rows(); ++i) w += square(fit.W(i, a));
    for (Index j = 0; j < fit.H.cols(); ++j) h += square(fit.H(a, j));
    return w > 0 && h > 0 && (w > far * far * h || h > far * far * w);
}

/// Lists the components that contribute nothing, and warns of those and of such as grow without
/// bound. norm(a) is ||w_a|| ||h_a||, which without missing entries is at most about 2 ||V||.
template <RealScalar S, class Fit, class Norm>
NMF_COLD void look_at_components(Fit& fit, const Norm& norm, double norm_of_v) {
    const double nothing = digits_lost<S> * digits_lost<S> * norm_of_v;
    const double unbounded = 1e3 * norm_of_v;
    bool grows = false;
    for (Index a = 0; a < fit.W.cols(); ++a) {
        const double size = norm(a);
        if (!(size > nothing)) fit.dead_components.push_back(a);
        grows = grows || size > unbounded || lopsided(fit, a);
    }
    if (grows) fit.warnings.push_back(Warning::unbounded_components);
    if (!fit.dead_components.empty()) fit.warnings.push_back(Warning::dead_components);
}

}  // namespace nmf::detail
