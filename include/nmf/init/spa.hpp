// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Start from columns of V that span the others.

#include <string_view>

#include <nmf/init/successive_projection.hpp>

namespace nmf {

/// The successive projection algorithm: the columns of W are columns of V, divided by their sums.
/// Each step takes the column that is farthest from the span of those before it. H is the least
/// squares solution for this W, negative entries raised to 0. If V = W H for a
/// W of full rank, and V has a multiple of each of its columns, then the start is exact.
///
/// Components past the numerical rank of V start at random. Cost: that of one product with V at
/// rank k, in k passes over V, and 2 n k^2 flops.
///
/// @par Source
/// M. Araujo, T. Saldanha, R. Galvao, T. Yoneyama, H. Chame and V. Visani, "The successive
/// projections algorithm for variable selection in spectroscopic multicomponent analysis",
/// Chemometrics and Intelligent Laboratory Systems 57(2), 2001. N. Gillis and S. Vavasis, "Fast and
/// robust recursive algorithms for separable nonnegative matrix factorization", IEEE Transactions
/// on Pattern Analysis and Machine Intelligence 36(4), 2014.
struct Spa {
    using Axis = axis::Init;
    static constexpr std::string_view name = "spa";

    double least_mass = 0;  ///< Columns lighter than this many times the mean take no part.

    /// Components past the numerical rank are drawn, but starts from different seeds count as one.
    [[nodiscard]] static constexpr bool draws() { return false; }

    void check() const { detail::check_least_mass("Spa.least_mass", least_mass); }

    template <DataView View, class S = typename View::Scalar>
    void start(const View& view, const Summary& sums, CounterRandom random, Factor<S>& w,
               Factor<S>& h) const {
        detail::start_from_columns(view, least_mass, sums, random, w, h);
    }
};

static_assert(InitFor<Spa, detail::PlainView<double>>);

}  // namespace nmf
