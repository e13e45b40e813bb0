// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The kernels that run over the stored entries of a sparse V.

#include <nmf/core/factor.hpp>
#include <nmf/core/simd.hpp>
#include <nmf/core/types.hpp>

namespace nmf::detail {

/// The stored entries of V by columns: those of column j are number begin(j) .. end(j) - 1. Refers
/// to the arrays of an Eigen::SparseMatrix, compressed or not.
template <RealScalar S, class I>
struct StoredEntries {
    Index rows = 0;
    Index cols = 0;
    const I* outer = nullptr;
    const I* counts = nullptr;  ///< Entries of each column; null when they stand without gaps.
    const I* inner = nullptr;
    const S* values = nullptr;

    [[nodiscard]] Index begin(Index j) const { return static_cast<Index>(outer[j]); }
    [[nodiscard]] Index end(Index j) const {
        return static_cast<Index>(counts != nullptr ? outer[j] + counts[j] : outer[j + 1]);
    }
    [[nodiscard]] Index row(Index entry) const { return static_cast<Index>(inner[entry]); }
};

/// Packets of a column of C that are summed in registers at a time.
inline constexpr int most_sparse_vectors = 8;

/// C(:, j) = sum over the stored entries of column j of V of v_ij A(:, i), for one strip of rows of
/// C that is Vectors packets high.
template <int Vectors, RealScalar S, class I>
void multiply_column(const S* a, Index stride, const StoredEntries<S, I>& v, Index j, S* c) {
    using P = Simd<S>;
    typename P::Packet sum[Vectors];
    unroll<Vectors>([&](auto p) { sum[p] = P::set(S(0)); });
    const Index end = v.end(j);
    for (Index entry = v.begin(j); entry < end; ++entry) {
        const S* column = a + v.row(entry) * stride;
        const typename P::Packet x = P::set(v.values[entry]);
        unroll<Vectors>(
            [&](auto p) { sum[p] = P::fma(P::load(column + p * P::width), x, sum[p]); });
    }
    unroll<Vectors>([&](auto p) { P::store(c + p * P::width, sum[p]); });
}

/// Calls f(std::integral_constant<int, n>) for the given n in 1 .. Most.
template <int Most, class F>
void with_constant(Index n, const F& f) {
    unroll<Most>([&](auto i) {
        if (n == i + 1) f(std::integral_constant<int, i + 1>{});
    });
}

/// Columns first .. last - 1 of C = A V.
template <RealScalar S, class I>
void multiply_columns(const Factor<S>& a, const StoredEntries<S, I>& v, Index first, Index last,
                      Factor<S>& c) {
    constexpr Index width = Simd<S>::width;
    const Index vectors = a.stride() / width;
    for (Index done = 0; done < vectors; done += most_sparse_vectors) {
        const Index strip = std::min<Index>(most_sparse_vectors, vectors - done);
        with_constant<most_sparse_vectors>(strip, [&](auto count) {
            for (Index j = first; j < last; ++j) {
                multiply_column<count>(a.data() + done * width, a.stride(), v, j,
                                       c.data() + j * c.stride() + done * width);
            }
        });
    }
}

}  // namespace nmf::detail
