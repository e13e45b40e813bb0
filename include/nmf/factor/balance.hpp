// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The norms of the components of a pair of factors, and how they are made equal.

#include <algorithm>
#include <cmath>
#include <cstddef>

#include <nmf/core/precision.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/machine/sums.hpp>

namespace nmf::detail {

/// The squared norms of the rows. Allocates nothing if `out` has their length. A sum over the
/// columns, which belong to `data`; see Sums.
template <RealScalar S, class Data>
void row_norms(const Factor<S>& x, const Data& data, Vector<double>& out) {
    out.setZero(x.rows());
    for (Index j = 0; j < x.cols(); ++j) {
        const S* const column = x.data() + j * x.stride();
        for (Index a = 0; a < x.rows(); ++a) {
            out[a] += static_cast<double>(column[a]) * static_cast<double>(column[a]);
        }
    }
    reduce(data, {out.data(), static_cast<std::size_t>(out.size())});
}

/// ||x_a||, also where squares leave the range of double.
template <RealScalar S>
[[nodiscard]] NMF_COLD double row_norm(const Factor<S>& x, Index a) {
    const S* const row = x.data() + a;
    double largest = 0;
    for (Index j = 0; j < x.cols(); ++j) {
        largest = std::max(largest, std::abs(static_cast<double>(row[j * x.stride()])));
    }
    double sum = 0;
    for (Index j = 0; j < x.cols(); ++j) {
        const double part = ratio_or_zero(static_cast<double>(row[j * x.stride()]), largest);
        sum += part * part;
    }
    return largest * std::sqrt(sum);
}

template <RealScalar S>
void scale_row(Factor<S>& x, Index a, S by) {
    for (Index j = 0; j < x.cols(); ++j) x.data()[j * x.stride() + a] *= by;
}

/// Scales the components with scalable(a) so that ||l_a|| = ||r_a||, given the squares of these
/// norms. L'R does not change. For each of them it calls scaled(a, by), where `by` is the factor
/// for L, and its inverse the one for R.
template <RealScalar S, class Norms, class Scalable, class Scaled>
void balance(Factor<S>& left, Factor<S>& right, const Norms& left_norms, const Norms& right_norms,
             const Scalable& scalable, const Scaled& scaled) {
    for (Index a = 0; a < left.rows(); ++a) {
        if (!(left_norms[a] > 0 && right_norms[a] > 0) || !scalable(a)) continue;
        const double by = std::sqrt(std::sqrt(right_norms[a] / left_norms[a]));
        scale_row(left, a, static_cast<S>(by));
        scale_row(right, a, static_cast<S>(1.0 / by));
        scaled(a, by);
    }
}

}  // namespace nmf::detail
