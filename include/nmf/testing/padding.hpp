// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The law of every factor that a policy or a view has written to.

#include <limits>

#include <nmf/factor/factor.hpp>

namespace nmf::testing::detail {

template <RealScalar S>
[[nodiscard]] bool non_negative_and_finite(const Factor<S>& x) {
    const auto entries = x.padded_matrix().array();
    return (entries >= S(0)).all() && (entries <= std::numeric_limits<S>::max()).all();
}

/// The scalars between the columns are 0.
template <RealScalar S>
[[nodiscard]] bool padding_is_zero(const Factor<S>& x) {
    return (x.padded_matrix().bottomRows(x.stride() - x.rows()).array() == S(0)).all();
}

}  // namespace nmf::testing::detail
