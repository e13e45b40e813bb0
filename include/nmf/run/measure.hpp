// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What is known of a pair of factors.

#include <cmath>

#include <nmf/core/precision.hpp>
#include <nmf/core/progress.hpp>
#include <nmf/data/complete_columns.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/extent.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/factor/gram.hpp>

namespace nmf::detail {

/// How good a pair of factors is.
struct Measure {
    double objective = 0;
    double relative_error = 0;
    double kkt_residual = 0;
};

/// Recomputes the figures of a result (L, R) of least squares from its residual. It does so if
/// their difference of sums has few digits left, and if this costs no more than a product with V.
template <DataView View, class S = typename View::Scalar>
NMF_COLD void measure_once_more(const View& view, double squared_norm, const Factor<S>& left,
                                const Factor<S>& right, bool penalised, HistoryEntry& result) {
    const double known = result.relative_error * result.relative_error * squared_norm;
    const bool sparse = 2 * view.stored() < entries_of_whole(view);
    if (!(known < few_digits<S> * squared_norm) || sparse) return;
    GramKernel<S> gram;
    Matrix<double> of_left;
    Matrix<double> of_right;
    gram(left, RowsOf<View>{view}, of_left);
    gram(right, view, of_right);
    double square = inner_product(of_left, of_right);
    if constexpr (has_missing_zeros<View>) {
        square -= view.missing_sums(left, right).squared_reconstruction;
    }
    Scratch<S> scratch;
    const double residual = view.squared_residual(left, right, square, scratch);
    result.objective = 0.5 * residual + (penalised ? result.objective - 0.5 * known : 0.0);
    result.relative_error = std::sqrt(ratio_or_zero(residual, squared_norm));
}

}  // namespace nmf::detail
