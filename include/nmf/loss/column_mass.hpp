// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The mass of each column of V in a loss.

#include <algorithm>
#include <cmath>

#include <nmf/data/concept.hpp>
#include <nmf/data/flipped.hpp>
#include <nmf/data/has_weights.hpp>
#include <nmf/data/summary.hpp>
#include <nmf/loss/separable.hpp>

namespace nmf::detail {

/// One number for each column of V, or none.
struct ColumnMass {
    Vector<double> weighted;
    Vector<double> even;  ///< The same with weights of 1, where entries have others.
};

/// mass_j = c sum_i m_ij (v_ij / c)^b for each column j of V, with the degree b of the loss and the
/// mean entry c of V. At an exact fit this is the sum of a half-step, sum_a D_aj X_aj. For
/// Kullback-Leibler it is the sum of the column. 0 for a loss without a degree.
///
/// One pass over the visited entries; unstored zeros add nothing.
template <DataView View, class Loss>
[[nodiscard]] ColumnMass column_mass(const View& view, const Loss& loss, double mean) {
    ColumnMass mass{Vector<double>::Zero(view.cols()), {}};
    if constexpr (requires { loss.degree(); }) {
        if (!(mean > 0)) return mass;
        const bool weighted = has_weights(view);
        if (weighted) mass.even = mass.weighted;
        constexpr double most = 1e250;
        constexpr Index columns = 64;
        const double b = loss.degree();
        const auto add_up = [&](double unit, const auto& term) {
            if constexpr (is_flipped<View>) {
                mass.weighted = unit * view.row_sums(term).cwiseMin(most);
                return;
            }
            view.for_each_group(columns, [&](Index first, Index cols, Index, int) {
                for (Index j = first; j < first + cols; ++j) {
                    double sum = 0;
                    double even = 0;
                    view.visit(j, [&](Index, auto v, auto m) {
                        const double of_entry = term(static_cast<double>(v));
                        sum += static_cast<double>(m) * of_entry;
                        if (weighted) even += of_entry;
                    });
                    mass.weighted[j] = unit * std::min(sum, most);
                    if (weighted) mass.even[j] = unit * std::min(even, most);
                }
            });
        };
        if (b == 1) {
            add_up(1, [](double v) { return v; });
        } else {
            add_up(mean, [&](double v) { return std::pow(v / mean, b); });
        }
    }
    return mass;
}

}  // namespace nmf::detail
