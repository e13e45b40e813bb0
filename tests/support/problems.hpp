// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The data that tests share.

#include <nmf/core/random.hpp>
#include <nmf/init/custom.hpp>

#include "support/fit.hpp"

/// The matrix U(seed, rows, cols) of the golden values: uniform in [0, 1).
inline nmf::Matrix<double> uniform(std::uint64_t seed, nmf::Index rows, nmf::Index cols) {
    return nmf::CounterRandom(seed).uniform_matrix<double>(rows, cols);
}

/// The V of the golden values, U(1, 30, 20).
inline const nmf::Matrix<double>& golden_v() {
    static const nmf::Matrix<double> matrix = uniform(1, 30, 20);
    return matrix;
}

/// U(5) where U(6) < density, else 0.
inline nmf::Matrix<double> scattered(nmf::Index rows, nmf::Index cols, double density) {
    return (uniform(6, rows, cols).array() < density).select(uniform(5, rows, cols), 0.0);
}

template <class S>
Sparse<S> sparse(const nmf::Matrix<S>& v) {
    return v.sparseView();
}

/// The start W0 = U(2), H0 = U(3), taken as it is.
inline nmf::CustomInit<double> raw_start(nmf::Index rows, nmf::Index cols, nmf::Index rank) {
    return {uniform(2, rows, rank), uniform(3, rank, cols), false};
}
