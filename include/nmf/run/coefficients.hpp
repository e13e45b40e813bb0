// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What transform returns.

#include <limits>
#include <utility>

#include <nmf/core/progress.hpp>
#include <nmf/core/types.hpp>

namespace nmf {

/// The coefficients of further columns, and how they were found. They are an Eigen matrix H2 (k x
/// n2) with V2 ~ W H2.
template <RealScalar S>
struct Coefficients : Matrix<S> {
    Coefficients() = default;
    explicit Coefficients(Matrix<S> values) : Matrix<S>(std::move(values)) {}

    /// How the search ended:
    ///
    /// - `converged`: the KKT residual is at 1e-9 (1e-5 in single precision) or within the given
    ///   rules, or the gradient of each column is only rounding;
    /// - `max_iterations`: the limit came first;
    /// - `stalled`: no step comes closer;
    /// - `not_finite`: the fixed factor has an entry that is not a finite number >= 0, or H2 would
    ///   have one. Then H2 is 0 and the figures are infinite.
    Status status = Status::converged;

    Index iterations = 0;       ///< Passes over V2, or steps of the column that took most.
    double objective = 0;       ///< The loss of W H2, plus the penalties of H2, not those of W.
    double relative_error = 0;  ///< ||V2 - W H2|| / ||V2||; 0 for V2 = 0.
    double kkt_residual = 0;    ///< Of H2; components of W count as if of one size.
};

}  // namespace nmf
