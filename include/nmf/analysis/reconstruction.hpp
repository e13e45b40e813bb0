// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Entries of a model W H, without all of it.

#include <algorithm>
#include <utility>
#include <vector>

#include <nmf/core/errors.hpp>
#include <nmf/core/types.hpp>
#include <nmf/run/factorization.hpp>

namespace nmf {

/// The place of an entry of V.
struct Place {
    Index row = 0;
    Index col = 0;
};

/// The entries of W H at some places, summed in double. Throws InputError for a place outside of V.
/// Cost: 2 k for each.
template <RealScalar S>
[[nodiscard]] Vector<double> reconstruct(const Factorization<S>& fit,
                                         const std::vector<Place>& places) {
    Vector<double> entries(static_cast<Index>(places.size()));
    Index next = 0;
    for (const Place& place : places) {
        const bool inside = place.row >= 0 && place.row < fit.W.rows() && place.col >= 0 &&
                            place.col < fit.H.cols();
        if (!inside) {
            detail::throw_input_error({"the entry (", detail::decimal(place.row), ", ",
                                       detail::decimal(place.col), ") is outside of V, which is ",
                                       detail::shape(fit.W.rows(), fit.H.cols())});
        }
        double sum = 0;
        for (Index a = 0; a < fit.W.cols(); ++a) {
            sum +=
                static_cast<double>(fit.W(place.row, a)) * static_cast<double>(fit.H(a, place.col));
        }
        entries[next++] = sum;
    }
    return entries;
}

/// Calls f(first, columns) for all columns of W H, in blocks of at most `width` of them. `columns`
/// is an m x c matrix, which is gone after the call. Memory: m times the width. Cost: 2 m n k.
/// Throws InputError for a width below 1.
template <RealScalar S, class F>
void for_each_reconstructed(const Factorization<S>& fit, const F& f, Index width = 64) {
    detail::check_parameter(width >= 1, "width", width, ">= 1");
    Matrix<S> block;
    for (Index first = 0; first < fit.H.cols(); first += width) {
        const Index cols = std::min(width, fit.H.cols() - first);
        block.noalias() = fit.W * fit.H.middleCols(first, cols);
        f(first, std::as_const(block));
    }
}

}  // namespace nmf
