// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Views of a sparse V, where an entry that is not stored is 0.

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include <Eigen/SparseCore>

#include <nmf/core/factor.hpp>
#include <nmf/core/precision.hpp>
#include <nmf/data/chunks.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/sparse_product.hpp>

namespace nmf {
namespace detail {

/// Stored entries by columns, and chunks of columns that hold about as many entries each.
template <RealScalar S, class I>
struct SparseDirection {
    explicit SparseDirection(const StoredEntries<S, I>& from) : entries(from) {
        for (Index j = 0; j < from.cols; ++j) stored += from.end(j) - from.begin(j);
        // A column costs something even when it is empty.
        const Index work = stored + from.cols;
        Index done = 0;
        Index chunk = 0;
        for (Index j = 0; j < from.cols; ++j) {
            while (chunk < most_chunks && done * most_chunks >= work * chunk) {
                first_column[static_cast<std::size_t>(chunk++)] = j;
            }
            done += from.end(j) - from.begin(j) + 1;
        }
        while (chunk <= most_chunks) first_column[static_cast<std::size_t>(chunk++)] = from.cols;
    }

    [[nodiscard]] Index begin_of(Index chunk) const {
        return first_column[static_cast<std::size_t>(chunk)];
    }

    StoredEntries<S, I> entries;
    Index stored = 0;
    std::array<Index, most_chunks + 1> first_column{};
};

}  // namespace detail

/// A sparse m x n V. Model of DataView.
///
/// Refers to the user's matrix for one direction and owns a copy of its entries in the other one,
/// so that both products run along contiguous columns of C: the memory of a run is twice that of V
/// (values and one index each) and the factors.
template <RealScalar S, class I>
class SparseView {
public:
    using Scalar = S;
    using Entries = detail::StoredEntries<S, I>;

    /// `by_columns` has the entries of V by columns and `by_rows` those of V' by columns; `owned`
    /// keeps alive what they refer to.
    SparseView(Entries by_columns, Entries by_rows, std::shared_ptr<const void> owned, int threads)
        : along_(by_columns), across_(by_rows), owned_(std::move(owned)), threads_(threads) {}

    [[nodiscard]] Index rows() const { return along_.entries.rows; }
    [[nodiscard]] Index cols() const { return along_.entries.cols; }
    [[nodiscard]] double stored() const { return static_cast<double>(along_.stored); }
    [[nodiscard]] int threads() const { return threads_; }

    [[nodiscard]] SparseView transposed() const {
        SparseView flipped(*this);
        std::swap(flipped.along_, flipped.across_);
        return flipped;
    }

    /// One pass. Throws InputError at the first stored entry in reading order that is not a finite
    /// number >= 0.
    [[nodiscard]] Summary summary() const {
        const Entries& v = along_.entries;
        Summary total;
        detail::FirstOffender first;
        for (Index j = 0; j < cols(); ++j) {
            for (Index entry = v.begin(j); entry < v.end(j); ++entry) {
                const auto x = static_cast<double>(v.values[entry]);
                if (!detail::acceptable(v.values[entry])) first.see(v.row(entry), j, x);
                total.sum += x;
                total.squared_norm += x * x;
                total.largest = std::max(total.largest, x);
            }
        }
        first.throw_if_any("V");
        return total;
    }

    /// C = A V; 2 nnz k flops.
    void product(const Factor<S>& a, Factor<S>& c) const {
        assert(a.cols() == rows() && c.cols() == cols() && a.rows() == c.rows());
        detail::for_each_chunk(detail::most_chunks, threads_, [&](Index chunk, int) {
            detail::multiply_columns(a, along_.entries, along_.begin_of(chunk),
                                     along_.begin_of(chunk + 1), c);
        });
    }

    /// ||V - A'X||^2: (v - y)^2 over the stored entries, and y^2 over the others. The latter is
    /// ||A'X||^2, which the caller knows from the Gram matrices, less the stored part; where that
    /// difference has lost its digits it is summed entry by entry. 2 nnz k flops, then 2 m n k.
    [[nodiscard]] double squared_residual(const Factor<S>& a, const Factor<S>& x,
                                          double reconstruction_norm) const {
        assert(a.cols() == rows() && x.cols() == cols() && a.rows() == x.rows());
        const Parts parts = sum_over_columns<Parts>([&](Index j) { return stored_part(j, a, x); });
        const double rest = reconstruction_norm - parts.reconstruction;
        if (rest > detail::digits_lost<S> * reconstruction_norm) return parts.residual + rest;
        return parts.residual +
               sum_over_columns<double>([&](Index j) { return empty_part(j, a, x); });
    }

private:
    struct Parts {
        double residual = 0;
        double reconstruction = 0;
        Parts& operator+=(const Parts& part) {
            residual += part.residual;
            reconstruction += part.reconstruction;
            return *this;
        }
    };

    template <class T, class Part>
    T sum_over_columns(const Part& part) const {
        return detail::sum_over_chunks<T>(detail::most_chunks, threads_, [&](Index chunk) {
            T sum{};
            for (Index j = along_.begin_of(chunk); j < along_.begin_of(chunk + 1); ++j) {
                sum += part(j);
            }
            return sum;
        });
    }

    [[nodiscard]] Parts stored_part(Index j, const Factor<S>& a, const Factor<S>& x) const {
        const Entries& v = along_.entries;
        Parts parts;
        for (Index entry = v.begin(j); entry < v.end(j); ++entry) {
            const double y = reconstruction(a, x, v.row(entry), j);
            const double gap = static_cast<double>(v.values[entry]) - y;
            parts.residual += gap * gap;
            parts.reconstruction += y * y;
        }
        return parts;
    }

    /// Eigen keeps the entries of a column in the order of their rows.
    [[nodiscard]] double empty_part(Index j, const Factor<S>& a, const Factor<S>& x) const {
        const Entries& v = along_.entries;
        double sum = 0;
        Index entry = v.begin(j);
        for (Index i = 0; i < rows(); ++i) {
            if (entry < v.end(j) && v.row(entry) == i) {
                ++entry;
                continue;
            }
            const double y = reconstruction(a, x, i, j);
            sum += y * y;
        }
        return sum;
    }

    static double reconstruction(const Factor<S>& a, const Factor<S>& x, Index i, Index j) {
        return static_cast<double>(a.padded_matrix().col(i).dot(x.padded_matrix().col(j)));
    }

    detail::SparseDirection<S, I> along_;
    detail::SparseDirection<S, I> across_;
    std::shared_ptr<const void> owned_;
    int threads_;
};

}  // namespace nmf
