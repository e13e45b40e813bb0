// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The data that tests share.

#include <cmath>
#include <cstdint>

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

/// Counts from 0 to a million, more than half of them 0.
inline nmf::Matrix<double> counts(nmf::Index rows, nmf::Index cols) {
    nmf::Matrix<double> v = scattered(rows, cols, 0.4);
    for (double& x : v.reshaped()) x = x > 0 ? std::floor(std::pow(1e6, x)) : 0.0;
    v(3, 2) = 1e6;
    return v;
}

/// A tenth is 0, the others are real numbers below 3.
inline nmf::Matrix<double> real_weights(nmf::Index rows, nmf::Index cols) {
    return (uniform(8, rows, cols).array() < 0.1).select(0.0, 3.0 * uniform(7, rows, cols));
}

/// Quarters below 2, about a third of them 0.
inline nmf::Matrix<double> quarters(nmf::Index rows, nmf::Index cols) {
    return (uniform(8, rows, cols).array() < 0.3)
        .select(0.0, (8.0 * uniform(7, rows, cols).array()).floor() / 4.0);
}

template <class S>
Sparse<S> sparse(const nmf::Matrix<S>& v) {
    return v.sparseView();
}

/// The start W0 = U(2), H0 = U(3), taken as it is.
inline nmf::CustomInit<double> raw_start(nmf::Index rows, nmf::Index cols, nmf::Index rank) {
    return {uniform(2, rows, rank), uniform(3, rank, cols), false};
}
