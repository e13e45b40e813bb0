// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What pulls the entries of a column down in the half-steps of single entries.

#include <nmf/core/types.hpp>
#include <nmf/machine/simd.hpp>
#include <nmf/subproblem/kkt.hpp>

namespace nmf::detail {

/// The sums of a column and the inverse of what pulls its entries down, in whole packets.
struct DownSums {
    Vector<double> sums;
    Vector<double> reach;  ///< See KktScale.

    void prepare(Index rank) {
        sums.setZero(padded<double>(rank));
        reach.setZero(padded<double>(rank));
    }
    void set(const Vector<double>& of, const Vector<double>& linear,
             const KktScale<double>& scale) {
        using P = Simd<double>;
        sums.head(of.size()) = of;
        for (Index a = 0; a < of.size(); a += P::width) {
            const auto down = P::add(P::load(sums.data() + a), P::load(linear.data() + a));
            P::store(reach.data() + a, scale.rows(a).reach(down));
        }
    }
};

}  // namespace nmf::detail
