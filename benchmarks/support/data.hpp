// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Generated data, the same in each run.

#include <algorithm>
#include <cstdint>

#include <Eigen/SparseCore>

#include <nmf/core/random.hpp>
#include <nmf/factor/factor.hpp>

namespace bench {

using nmf::Index;
using nmf::Matrix;

inline constexpr nmf::CounterRandom source{1};

template <class S>
Matrix<S> dense_data(Index rows, Index cols) {
    return source.stream(0).uniform_matrix<S>(rows, cols);
}

/// Counts 1 .. 4, `each` of them in a column, in rows drawn one from each stretch of rows / each.
template <class S>
Eigen::SparseMatrix<S> sparse_data(Index rows, Index cols, Index each) {
    Eigen::SparseMatrix<S> v(rows, cols);
    v.reserve(Eigen::VectorX<int>::Constant(cols, static_cast<int>(each)));
    const auto draws = source.stream(1);
    for (Index j = 0; j < cols; ++j) {
        for (Index e = 0; e < each; ++e) {
            const auto draw = static_cast<std::uint64_t>(j * each + e);
            v.insert(e * rows / each + draws.below(draw, rows / each), j) =
                static_cast<S>(1 + draws.below(~draw, 4));
        }
    }
    v.makeCompressed();
    return v;
}

template <class S>
nmf::Factor<S> factor(Index rank, Index size) {
    return nmf::Factor<S>(source.stream(2).uniform_matrix<S>(rank, size));
}

/// Bytes of what a pass over V reads.
template <class S>
double bytes_of(const Matrix<S>& v) {
    return static_cast<double>(sizeof(S)) * static_cast<double>(v.size());
}

template <class S>
double bytes_of(const Eigen::SparseMatrix<S>& v) {
    return static_cast<double>(sizeof(S) + sizeof(int)) * static_cast<double>(v.nonZeros());
}

/// Bytes of a factor, its padding left out.
template <class S>
double factor_bytes(Index rank, Index size) {
    return static_cast<double>(sizeof(S)) * static_cast<double>(rank * size);
}

}  // namespace bench
