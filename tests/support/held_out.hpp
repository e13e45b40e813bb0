// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What a view holds out, as matrices, and how far runs are apart.

#include <algorithm>
#include <cmath>
#include <cstddef>

#include <nmf/data/together.hpp>

#include "support/problems.hpp"

/// The held-out entries of an m x n view.
struct HeldEntries {
    nmf::Matrix<double> mask;     ///< 1 where an entry is held out, else 0.
    nmf::Matrix<double> values;   ///< There; else 0.
    nmf::Matrix<double> weights;  ///< In the score; else 0.

    /// 0 where an entry is held out, else 1.
    [[nodiscard]] nmf::Matrix<double> kept() const { return 1.0 - mask.array(); }
};

template <class View>
HeldEntries held_entries(const View& view) {
    const nmf::Matrix<double> zeros = nmf::Matrix<double>::Zero(view.rows(), view.cols());
    HeldEntries held{zeros, zeros, zeros};
    for (nmf::Index line = 0; line < view.held_out().cols(); ++line) {
        view.held_out().visit(line, [&](nmf::Index at, double v, double weight) {
            const nmf::Index i = view.turned() ? line : at;
            const nmf::Index j = view.turned() ? at : line;
            held.mask(i, j) += 1;
            held.values(i, j) = v;
            held.weights(i, j) = weight;
        });
    }
    return held;
}

/// Factors and history, to the last bit.
template <class A, class B>
bool same_bits(const A& one, const B& two) {
    bool same = one.W == two.W && one.H == two.H && one.history.size() == two.history.size();
    for (std::size_t line = 0; same && line < one.history.size(); ++line) {
        same = one.history[line].objective == two.history[line].objective &&
               one.history[line].kkt_residual == two.history[line].kkt_residual;
    }
    return same;
}

/// Of objectives, relative to the first one.
template <class A, class B>
double largest_gap(const A& one, const B& two) {
    if (one.history.size() != two.history.size()) return 1e300;
    double gap = 0;
    for (std::size_t line = 0; line < one.history.size(); ++line) {
        const double apart = std::abs(one.history[line].objective - two.history[line].objective);
        gap = std::max(gap, apart / two.history.front().objective);
    }
    return gap;
}

/// 0 where an entry of the view is held out, else 1.
template <class View>
nmf::Matrix<double> kept_of(const View& view) {
    return held_entries(view).kept();
}
