// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A factor whose entries may have any sign.

#include <string_view>

#include <nmf/constraint/concept.hpp>

namespace nmf {

/// The entries of one factor may be negative: semi-NMF. For Frobenius and its solvers. An L1
/// penalty on that factor is refused.
///
/// @par Source
/// C. Ding, T. Li and M. Jordan, "Convex and semi-nonnegative matrix factorizations", IEEE Trans.
/// Pattern Analysis and Machine Intelligence 32(1), 2010.
struct Free {
    using Axis = axis::Constraint;
    static constexpr std::string_view name = "free";

    Side side;

    [[nodiscard]] bool any_sign(Side of) const { return of == side; }

    template <RealScalar S>
    void bound(Side /*side*/, Bounds<S>& /*bounds*/) const {}
};

static_assert(Constraint<Free>);

}  // namespace nmf
