// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What a half-step of least squares does beside the update.

#include <algorithm>

#include <nmf/data/back_product.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/half_step/half_step.hpp>

namespace nmf::detail {

/// To be set before a half-step. What is null is left out.
template <RealScalar S>
struct LeastSquaresTask {
    const Factor<S>* measured = nullptr;        ///< KKT sums of this X before it.
    bool measure_next = false;                  ///< KKT sums of the X after it, and <V, A'X>.
    Factor<S>* kept = nullptr;                  ///< Room for A V, for an A that is extrapolated.
    BackProduct<S>* back_to = nullptr;          ///< Takes what the columns made of X V'.
    const BackProduct<S>* back_from = nullptr;  ///< Has A V.

    /// Keeps the products with A and moves on to those with the A ahead of it.
    void go_ahead(const FixedFactor<S>& fixed, Index first, Index cols, S* at) const {
        const Index size = cols * kept->stride();
        S* const before = kept->data() + first * kept->stride();
        if (fixed.kept) {
            std::copy_n(before, size, at);
        } else if (fixed.ahead == nullptr) {
            std::copy_n(at, size, before);
        } else {
            for (Index e = 0; e < size; ++e) {
                const S now = at[e];
                at[e] = now + fixed.by * (now - before[e]);
                before[e] = now;
            }
        }
    }
};

}  // namespace nmf::detail
