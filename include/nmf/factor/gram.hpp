// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Products of factors with a small matrix, and with each other in double.

#include <algorithm>
#include <array>
#include <cstddef>

#include <nmf/core/interrupt.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/factor/register_product.hpp>
#include <nmf/machine/chunks.hpp>
#include <nmf/machine/columns.hpp>
#include <nmf/machine/scratch.hpp>
#include <nmf/machine/sums.hpp>

namespace nmf::detail {

/// total += A B' (a.stride x l) in double, for a few columns of A and of B (l x cols). `partial` is
/// scratch of the same shape.
template <RealScalar S>
void add_gram(FactorColumns<S> a, DenseBlock<S> b, Index l, Index cols, S* partial, double* total) {
    multiply_block<BlockOrder::rows>(a, cols, b, l, partial, true);
    add(total, partial, a.stride * l);
}

/// Copies to out (k x l) from columns that are `stride` apart.
inline void unpad(const double* from, Index stride, Index k, Index l, Matrix<double>& out) {
    out.resize(k, l);
    for (Index j = 0; j < l; ++j) std::copy_n(from + j * stride, k, out.data() + j * k);
}

/// C = A B for a small A. 2 k l N flops for A k x l and B l x N.
template <RealScalar S>
void multiply(const Factor<S>& a, const Factor<S>& b, Factor<S>& c) {
    constexpr Index columns = 1024;
    for_each_block(Chunks(b.cols(), columns), columns, [&](Index first, Index cols, Index, int) {
        multiply_block<BlockOrder::columns>(
            columns_from(a), a.cols(), DenseBlock<S>{b.data() + first * b.stride(), b.stride()},
            cols, c.data() + first * c.stride(), true);
    });
}

/// The number of parts of a sum of k x l matrices: one for each chunk if they are small, otherwise
/// four.
[[nodiscard]] inline Index gram_parts(Index stride, Index l) {
    constexpr Index small_sums = Index{1} << 18;
    return std::clamp<Index>(small_sums / std::max<Index>(stride * l, 1), 4, most_chunks);
}

/// Gram matrices of factors, and products of two factors. Keeps its scratch from call to call. The
/// columns belong to `data`; see Sums.
template <RealScalar S>
class GramKernel {
public:
    /// out = A A' (k x k) for A k x N. 2 N k^2 flops. A sum over the columns of A.
    template <class Data>
    void operator()(const Factor<S>& a, const Data& data, Matrix<double>& out) {
        (*this)(a, a, data, out);
    }

    /// out = A B' (k x l) for A k x N and B l x N. 2 N k l flops. Products over at most 256 columns
    /// are in S, and are added up in double. A sum over the columns, 64 columns of `out` at a time.
    template <class Data>
    void operator()(const Factor<S>& a, const Factor<S>& b, const Data& data, Matrix<double>& out) {
        const Index k = a.rows();
        const Index l = b.rows();
        const Index stride = a.stride();
        const Index strips = (l + strip - 1) / strip;
        const Chunks chunks(a.cols(), chunk_grain, 8, gram_parts(stride, l));
        partials_.prepare(threads_of_run(), stride * std::min(strip, l));
        sums_.prepare(stride * l, chunks.count());
        for (Index chunk = 0; chunk < chunks.count(); ++chunk) static_cast<void>(sums_.part(chunk));
        for_each_chunk(chunks.count() * strips, [&](Index task, int thread) {
            const Index chunk = task / strips;
            const Index first = task % strips * strip;
            for (Index j = chunks.begin(chunk); j < chunks.end(chunk); j += depth) {
                check_interrupt();
                add_gram(columns_from(a, j),
                         DenseBlock<S>{b.data() + j * b.stride() + first, b.stride()},
                         std::min(strip, l - first), std::min(depth, chunks.end(chunk) - j),
                         partials_.of(thread), sums_.part(chunk) + first * stride);
            }
        });
        unpad(sums_.total(data).data(), stride, k, l, out);
    }

private:
    static constexpr Index chunk_grain = 2048;
    static constexpr Index depth = 256;
    static constexpr Index strip = 64;

    Scratch<S> partials_;
    Sums sums_;
};

/// Gram matrices of a factor whose columns come block by block. Small ones are added up with the
/// blocks, and large ones afterwards, in a few parts.
template <RealScalar S>
class GramSums {
public:
    /// Makes room for this many matrices.
    void prepare(Index rank, Index count) {
        rank_ = rank;
        stride_ = padded<S>(rank);
        at_once_ = gram_parts(stride_, 2 * rank) == most_chunks;
        if (!at_once_) return;
        partials_.prepare(threads_of_run(), stride_ * rank);
        for (Index which = 0; which < count; ++which) {
            sums_[static_cast<std::size_t>(which)].prepare(stride_ * rank);
        }
    }

    /// Adds columns to one of the matrices.
    void add(std::size_t which, Index chunk, int thread, const S* x, Index cols) {
        if (!at_once_) return;
        add_gram(FactorColumns<S>{x, rank_, stride_}, DenseBlock<S>{x, stride_}, rank_, cols,
                 partials_.of(thread), sums_[which].part(chunk));
    }

    /// The Gram matrix of all columns that were added. They are the columns of `whole`.
    template <class Data>
    void total(std::size_t which, const Factor<S>& whole, const Data& data, Matrix<double>& out) {
        if (!at_once_) return kernel_(whole, data, out);
        unpad(sums_[which].total(data).data(), stride_, rank_, rank_, out);
    }

private:
    Index rank_ = 0;
    Index stride_ = 0;
    bool at_once_ = true;
    Scratch<S> partials_;
    std::array<Sums, 2> sums_;
    GramKernel<S> kernel_;
};

/// Sums of the rows of factors. Keeps its scratch from call to call.
template <RealScalar S>
class RowSumsKernel {
public:
    /// out = sum of the columns of A, in double.
    template <class Data>
    void operator()(const Factor<S>& a, const Data& data, Vector<double>& out) {
        const Chunks chunks(a.cols(), 1024);
        sums_.prepare(a.stride());
        for_each_chunk(chunks.count(), [&](Index chunk, int) {
            double* const sums = sums_.part(chunk);
            for (Index j = chunks.begin(chunk); j < chunks.end(chunk); j += depth) {
                add(a, j, std::min(depth, chunks.end(chunk) - j), sums);
            }
        });
        out = sums_.total(data).head(a.rows());
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

    Sums sums_;
};

/// <A, B> of two matrices of the same shape.
[[nodiscard]] inline double inner_product(const Matrix<double>& a, const Matrix<double>& b) {
    return inner_product(a.data(), b.data(), a.size());
}

/// <A, B>, in double. A sum over the columns.
template <RealScalar S, class Data>
[[nodiscard]] double inner_product(const Factor<S>& a, const Factor<S>& b, const Data& data) {
    const Chunks chunks(a.cols(), 1024);
    double sum = sum_over_chunks<double>(chunks.count(), [&](Index chunk) {
        const Index begin = chunks.begin(chunk);
        const Index size = chunks.end(chunk) - begin;
        return inner_product(a.data() + begin * a.stride(), b.data() + begin * b.stride(),
                             size * a.stride());
    });
    reduce(data, {&sum, 1});
    return sum;
}

}  // namespace nmf::detail
