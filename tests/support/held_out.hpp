// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What a view holds out, as matrices.

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
