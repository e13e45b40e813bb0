// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What a result says of its components.

#include <cstddef>

#include <nmf/core/compiler.hpp>
#include <nmf/core/precision.hpp>
#include <nmf/core/types.hpp>
#include <nmf/core/warning.hpp>
#include <nmf/run/factorization.hpp>

namespace nmf::detail {

/// Leaves the listed components out, except those that have to stay.
template <RealScalar S, class MayGo>
NMF_COLD void drop_components(Factorization<S>& fit, const MayGo& may_go) {
    Index kept = 0;
    std::size_t dead = 0;
    for (Index a = 0; a < fit.W.cols(); ++a) {
        if (dead < fit.dead_components.size() && fit.dead_components[dead] == a) {
            ++dead;
            if (may_go(a)) continue;
        }
        for (Index i = 0; i < fit.W.rows(); ++i) fit.W(i, kept) = fit.W(i, a);
        for (Index j = 0; j < fit.H.cols(); ++j) fit.H(kept, j) = fit.H(a, j);
        ++kept;
    }
    fit.W.conservativeResize(Eigen::NoChange, kept);
    fit.H.conservativeResize(kept, Eigen::NoChange);
}

/// Lists the components that contribute nothing and warns about them. It also warns about
/// components that grow without bound: one half has grown as far as the other one has shrunk.
/// norms(a) has ||w_a|| and ||h_a||. Without missing entries, their product is at most about 2
/// ||V||. If the norms of a component are `given`, their ratio tells nothing.
template <RealScalar S, class Norms, class Given>
NMF_COLD void look_at_components(Factorization<S>& fit, const Norms& norms, const Given& given,
                                 double norm_of_v) {
    const double nothing = digits_lost<S> * digits_lost<S> * norm_of_v;
    const double unbounded = 1e3 * norm_of_v;
    constexpr double far = 1e8;
    bool grows = false;
    for (Index a = 0; a < fit.W.cols(); ++a) {
        const auto [x, y] = norms(a);
        const double size = x * y;
        const bool lopsided = !given(a) && x > 0 && y > 0 && (x > far * y || y > far * x);
        if (!(size > nothing)) fit.dead_components.push_back(a);
        grows = grows || size > unbounded || lopsided;
    }
    if (grows) fit.warnings.push_back(Warning::unbounded_components);
    if (!fit.dead_components.empty()) fit.warnings.push_back(Warning::dead_components);
}

}  // namespace nmf::detail
