// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Products of factors: with a small one, and with each other, in double.

#include <algorithm>

#include <nmf/core/interrupt.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/factor/register_product.hpp>
#include <nmf/machine/chunks.hpp>
#include <nmf/machine/scratch.hpp>

namespace nmf::detail {

/// total += A B' (a.stride x l) in double, for a few columns of A and B (l x cols); `partial` is
/// scratch of the same shape.
template <RealScalar S>
void add_gram(FactorColumns<S> a, DenseBlock<S> b, Index l, Index cols, S* partial, double* total) {
    multiply_block<BlockOrder::rows>(a, cols, b, l, partial, true);
    const Index size = a.stride * l;
    Eigen::Map<Vector<double>>(total, size) +=
        Eigen::Map<const Vector<S>>(partial, size).template cast<double>();
}

/// C = A B for small A; 2 k l N flops for A k x l and B l x N.
template <RealScalar S>
void multiply(const Factor<S>& a, const Factor<S>& b, Factor<S>& c, int threads) {
    constexpr Index columns = 1024;
    for_each_block(
        Chunks(b.cols(), columns), columns, threads, [&](Index first, Index cols, Index, int) {
            multiply_block<BlockOrder::columns>(
                columns_from(a), a.cols(), DenseBlock<S>{b.data() + first * b.stride(), b.stride()},
                cols, c.data() + first * c.stride(), true);
        });
}

/// Gram matrices of factors, and products across two. Keeps its scratch from call to call.
template <RealScalar S>
class GramKernel {
public:
    /// out = A A' (k x k) for A k x N. 2 N k^2 flops. A sum over the columns of A.
    void operator()(const Factor<S>& a, int threads, Matrix<double>& out) {
        (*this)(a, a, threads, out);
    }

    /// out = A B' (k x l) for A k x N and B l x N. 2 N k l flops: products in S over at most 256
    /// columns, those sums added up in double. A sum over the columns.
    void operator()(const Factor<S>& a, const Factor<S>& b, int threads, Matrix<double>& out) {
        const Index k = a.rows();
        const Index l = b.rows();
        const Index stride = a.stride();
        const Chunks chunks(a.cols(), chunk_grain);
        partials_.prepare(chunks.count(), stride * l);
        totals_.prepare(chunks.count(), stride * l);
        for_each_chunk(chunks.count(), threads, [&](Index chunk, int) {
            std::fill_n(totals_.of(chunk), stride * l, 0.0);
            for (Index j = chunks.begin(chunk); j < chunks.end(chunk); j += depth) {
                check_interrupt();
                add_gram(columns_from(a, j), DenseBlock<S>{b.data() + j * b.stride(), b.stride()},
                         l, std::min(depth, chunks.end(chunk) - j), partials_.of(chunk),
                         totals_.of(chunk));
            }
        });
        out.setZero(k, l);
        for (Index chunk = 0; chunk < chunks.count(); ++chunk) {
            out += Eigen::Map<Matrix<double>>(totals_.of(chunk), stride, l).topRows(k);
        }
    }

private:
    static constexpr Index chunk_grain = 2048;
    static constexpr Index depth = 256;

    Scratch<S> partials_;
    Scratch<double> totals_;
};

/// Sums of the rows of factors. Keeps its scratch from call to call.
template <RealScalar S>
class RowSumsKernel {
public:
    /// out = sum of the columns of A, in double.
    void operator()(const Factor<S>& a, int threads, Vector<double>& out) {
        const Chunks chunks(a.cols(), 1024);
        parts_.prepare(chunks.count(), a.stride());
        for_each_chunk(chunks.count(), threads, [&](Index chunk, int) {
            double* const sums = parts_.of(chunk);
            std::fill_n(sums, a.stride(), 0.0);
            for (Index j = chunks.begin(chunk); j < chunks.end(chunk); j += depth) {
                add(a, j, std::min(depth, chunks.end(chunk) - j), sums);
            }
        });
        out.setZero(a.rows());
        for (Index chunk = 0; chunk < chunks.count(); ++chunk) {
            out += Eigen::Map<const Vector<double>>(parts_.of(chunk), a.rows());
        }
    }

private:
    static constexpr Index depth = 64;  ///< Columns that the first-level cache holds.

    static void add(const Factor<S>& a, Index first, Index cols, double* sums) {
        constexpr int width = static_cast<int>(Simd<S>::width);
        using Rows = Eigen::Array<S, width, 1>;
        for (Index row = 0; row < a.stride(); row += width) {
            Eigen::Map<Eigen::Array<double, width, 1>> at(sums + row);
            Eigen::Array<double, width, 1> sum = at;
            const S* from = a.data() + first * a.stride() + row;
            for (Index j = 0; j < cols; ++j, from += a.stride()) {
                sum += Eigen::Map<const Rows>(from).template cast<double>();
            }
            at = sum;
        }
    }

    Scratch<double> parts_;
};

/// <A, B>, in double. A sum over the columns.
template <RealScalar S>
[[nodiscard]] double inner_product(const Factor<S>& a, const Factor<S>& b, int threads) {
    const Chunks chunks(a.cols(), 1024);
    return sum_over_chunks<double>(chunks.count(), threads, [&](Index chunk) {
        const Index begin = chunks.begin(chunk);
        const Index size = chunks.end(chunk) - begin;
        return a.padded_matrix()
            .middleCols(begin, size)
            .template cast<double>()
            .cwiseProduct(b.padded_matrix().middleCols(begin, size).template cast<double>())
            .sum();
    });
}

}  // namespace nmf::detail
