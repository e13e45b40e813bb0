// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The kernels that run over the stored entries of a sparse V.

#include <algorithm>
#include <cstddef>

#include <nmf/core/compiler.hpp>
#include <nmf/core/types.hpp>
#include <nmf/data/sparse/stored_entries.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/machine/simd.hpp>

namespace nmf::detail {

/// Packets of a column of C that are summed in registers at a time.
inline constexpr int most_sparse_vectors = 8;

/// How many entries ahead V is prefetched. The columns of a factor that are read in between delay
/// V.
inline constexpr Index entries_ahead = 256;

/// c (+)= sum over n entries of f_e a_e, a_e = A(:, index[e]), for a strip of rows Vectors packets
/// high.
template <int Vectors, RealScalar S, class I>
void add_entries(const S* a, Index stride, const I* index, Index n, const S* f, S* c,
                 bool overwrite) {
    using P = Simd<S>;
    typename P::Packet sum[Vectors];
    typename P::Packet other[Vectors];
    unroll<Vectors>([&](auto p) { sum[p] = overwrite ? P::set(S(0)) : P::load(c + p * P::width); });
    unroll<Vectors>([&](auto p) { other[p] = P::set(S(0)); });
    // Two sums, so that an addition need not wait for the one before it.
    for (Index e = 0; e + 1 < n; e += 2) {
        const S* even = a + static_cast<Index>(index[e]) * stride;
        const S* odd = a + static_cast<Index>(index[e + 1]) * stride;
        const typename P::Packet x = P::set(f[e]);
        const typename P::Packet z = P::set(f[e + 1]);
        unroll<Vectors>([&](auto p) {
            sum[p] = P::fma(P::load(even + p * P::width), x, sum[p]);
            other[p] = P::fma(P::load(odd + p * P::width), z, other[p]);
        });
    }
    if (n % 2 == 1) {
        const S* column = a + static_cast<Index>(index[n - 1]) * stride;
        const typename P::Packet x = P::set(f[n - 1]);
        unroll<Vectors>(
            [&](auto p) { sum[p] = P::fma(P::load(column + p * P::width), x, sum[p]); });
    }
    unroll<Vectors>([&](auto p) { P::store(c + p * P::width, P::add(sum[p], other[p])); });
}

/// Calls f(std::integral_constant<int, n>) for the given n in 1 .. Most.
template <int Most, class F>
void with_constant(Index n, const F& f) {
    unroll<Most>([&](auto i) {
        if (n == i + 1) f(std::integral_constant<int, i + 1>{});
    });
}

/// y_e (+)= <a_e, x> for n entries, a_e = A(:, index[e]), for a strip of rows Vectors packets high.
/// Whole packets of y are written: past the end with numbers that mean nothing.
template <int Vectors, RealScalar S, class I>
NMF_FLATTEN void dot_entries(const S* a, Index stride, const I* index, Index n, const S* x, S* y,
                             bool overwrite) {
    using P = Simd<S>;
    constexpr int width = static_cast<int>(P::width);
    typename P::Packet right[Vectors];
    unroll<Vectors>([&](auto p) { right[p] = P::load(x + p * P::width); });
    I last[static_cast<std::size_t>(width)];
    for (Index e = 0; e < n; e += width) {
        const I* from = index + e;
        prefetch(from, entries_ahead);
        if (n - e < width) {
            unroll<width>([&](auto r) { last[r] = from[std::min<Index>(r, n - e - 1)]; });
            from = last;
        }
        typename P::Packet products[width];
        unroll<width>([&](auto r) {
            const S* column = a + static_cast<Index>(from[r]) * stride;
            products[r] = P::mul(P::load(column), right[0]);
            unroll<Vectors - 1>([&](auto p) {
                products[r] =
                    P::fma(P::load(column + (p + 1) * P::width), right[p + 1], products[r]);
            });
        });
        store_sums<S>(products, y + e, overwrite);
    }
}

/// Calls f(height, offset) for the strips of a column of `stride` scalars; height is a
/// std::integral_constant, in packets.
template <RealScalar S, class F>
NMF_INLINE inline void for_each_strip(Index stride, const F& f) {
    constexpr Index width = Simd<S>::width;
    const Index vectors = stride / width;
    for (Index done = 0; done < vectors; done += most_sparse_vectors) {
        with_constant<most_sparse_vectors>(std::min<Index>(most_sparse_vectors, vectors - done),
                                           [&](auto height) { f(height, done * width); });
    }
}

/// A strip of multiply_columns(). A function of its own, so that its loops have registers enough.
template <int Vectors, RealScalar S, class I, class Row>
NMF_NOINLINE void multiply_strip(const S* a, Index stride, const StoredEntries<S, I, Row>& v,
                                 Index first, Index cols, S* c, bool overwrite) {
    const Row* const rows = v.inner;
    const S* const values = v.values;
    for (Index j = first; j < first + cols; ++j, c += stride) {
        const Index begin = v.begin(j);
        add_entries<Vectors>(a, stride, rows + begin, v.end(j) - begin, values + begin, c,
                             overwrite);
    }
}

/// Columns first .. first + cols - 1 of A V, at c, or added to what is there. The columns of A and
/// C are `stride` apart.
template <RealScalar S, class I, class Row>
void multiply_columns(const S* a, Index stride, const StoredEntries<S, I, Row>& v, Index first,
                      Index cols, S* c, bool overwrite = true) {
    for_each_strip<S>(stride, [&](auto height, Index offset) {
        multiply_strip<height>(a + offset, stride, v, first, cols, c + offset, overwrite);
    });
}

}  // namespace nmf::detail
