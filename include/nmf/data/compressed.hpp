// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A V of low numerical rank, replaced by its projection on a few directions.

#include <algorithm>
#include <string_view>

#include <nmf/core/options.hpp>
#include <nmf/data/low_rank.hpp>
#include <nmf/data/view.hpp>

namespace nmf {

/// Randomized NMF: V is replaced by V~ = V Z Z' of rank l = min(k + oversampling, m, n). The run
/// minimises 1/2 ||V~ - W H||^2. For the loss Frobenius, and a large dense V whose singular values
/// fall off soon after the k-th.
///
/// @par Guarantees
/// The guarantees of the solver hold for V~. The objective, relative error and history of the fit
/// refer to V~. Its compression_error is ||V - V~|| / ||V||. The relative error of W H for V itself
/// is at most the sum of the two errors. V is checked as without compression, and transform() does
/// not compress new columns.
///
/// @par Cost
/// 2 (power_iterations + 1) products with V of l rows, and 2 l m n flops more where the compression
/// error is only rounding. A product in the run is 2 l (m + n) k flops instead of 2 m n k. l (m +
/// n) numbers are kept.
///
/// @par Source
/// N. B. Erichson, A. Mendible, S. Wihlborn and J. N. Kutz, "Randomized nonnegative matrix
/// factorization", Pattern Recognition Letters 104, 2018, doi:10.1016/j.patrec.2018.01.007. The
/// paper projects the columns of V, and keeps W in the coordinates of the projection. Here both
/// factors are updated as for any other V.
struct Compressed {
    using Axis = axis::Entries;
    static constexpr std::string_view name = "compressed";

    Index oversampling = 20;   ///< Directions beyond the rank.
    int power_iterations = 2;  ///< More where the singular values fall off slowly.

    void check() const {
        detail::check_parameter(oversampling >= 0, "Compressed.oversampling", oversampling, ">= 0");
        detail::check_parameter(power_iterations >= 0, "Compressed.power_iterations",
                                power_iterations, ">= 0");
    }

    /// V itself.
    template <class Derived>
    [[nodiscard]] auto view(const Eigen::EigenBase<Derived>& v) const {
        return make_view(v.derived());
    }

    /// What the run looks at.
    template <class Low>
    [[nodiscard]] static const Low& view_of(const Low& low) {
        return low;
    }

    /// V~, for a run of the given rank on this view of V.
    template <DataView View>
    [[nodiscard]] LowRankView<typename View::Scalar> compress(const View& view, Index rank,
                                                              CounterRandom random) const {
        const Index most = std::min(view.rows(), view.cols());
        const Index size = std::min(rank, most) + std::min(oversampling, most);
        return LowRankView<typename View::Scalar>(
            detail::range_finder(view, size, power_iterations, random));
    }
};

/// Compression is a matter of a run: factorize(view, rank, Compressed{}).
template <class V>
auto make_view(const V& v, const Compressed& entries) = delete;

}  // namespace nmf
