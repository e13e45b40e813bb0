// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// How far a sparse V is from a product of factors, entry by entry.

#include <cassert>

#include <nmf/core/interrupt.hpp>
#include <nmf/core/precision.hpp>
#include <nmf/data/sparse/direction.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/machine/chunks.hpp>
#include <nmf/machine/sums.hpp>

namespace nmf::detail {

/// ||V - A'X||^2 and its parts, in double. Refers to the entries of V and to the factors.
template <RealScalar S, class I>
class SparseResidual {
public:
    SparseResidual(const SparseDirection<S, I>& v, const Factor<S>& a, const Factor<S>& x)
        : v_(v), a_(a), x_(x) {
        assert(a.cols() == v.entries.rows && x.cols() == v.entries.cols && a.rows() == x.rows());
    }

    /// Over the stored entries, each times its weight.
    [[nodiscard]] double over_stored() const { return stored_parts().residual; }

    /// Over all entries: (v - y)^2 over those stored, and y^2 over the others. The latter is
    /// ||A'X||^2 less the stored part; where that difference has lost its digits it is summed entry
    /// by entry. `is_missing(i, j)` tells which of the others do not count; ||A'X||^2 is without
    /// them.
    template <class IsMissing>
    [[nodiscard]] double over_all(double reconstruction_norm, const IsMissing& is_missing) const {
        const Parts parts = stored_parts();
        const double rest = reconstruction_norm - parts.reconstruction;
        if (rest > digits_lost<S> * reconstruction_norm) return parts.residual + rest;
        return parts.residual +
               sum_over_columns<double>([&](Index j) { return empty_part(j, is_missing); });
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

    [[nodiscard]] Parts stored_parts() const {
        return sum_over_columns<Parts>([&](Index j) { return stored_part(j); });
    }

    template <class T, class Part>
    T sum_over_columns(const Part& part) const {
        return sum_over_chunks<T>(most_chunks, [&](Index chunk) {
            T sum{};
            PacedInterrupt pace;
            for (Index j = v_.begin_of(chunk); j < v_.begin_of(chunk + 1); ++j) {
                pace.step((v_.entries.end(j) - v_.entries.begin(j) + 1) * a_.rows());
                sum += part(j);
            }
            return sum;
        });
    }

    [[nodiscard]] Parts stored_part(Index j) const {
        Parts parts;
        v_.entries.visit(j, [&](Index i, S v, S m) {
            const double y = reconstruction(i, j);
            const double gap = static_cast<double>(v) - y;
            parts.residual += static_cast<double>(m) * gap * gap;
            parts.reconstruction += y * y;
        });
        return parts;
    }

    /// Eigen keeps the entries of a column in the order of their rows.
    template <class IsMissing>
    [[nodiscard]] double empty_part(Index j, const IsMissing& is_missing) const {
        check_interrupt();
        const StoredEntries<S, I>& v = v_.entries;
        double sum = 0;
        Index entry = v.begin(j);
        for (Index i = 0; i < v.rows; ++i) {
            if (entry < v.end(j) && v.row(entry) == i) {
                ++entry;
                continue;
            }
            if (is_missing(i, j)) continue;
            const double y = reconstruction(i, j);
            sum += y * y;
        }
        return sum;
    }

    [[nodiscard]] double reconstruction(Index i, Index j) const {
        return static_cast<double>(a_.padded_matrix().col(i).dot(x_.padded_matrix().col(j)));
    }

    const SparseDirection<S, I>& v_;
    const Factor<S>& a_;
    const Factor<S>& x_;
};

}  // namespace nmf::detail
