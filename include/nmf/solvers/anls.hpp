// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Alternating non-negative least squares (ANLS).

#include <string_view>

#include <nmf/acceleration/extrapolation.hpp>
#include <nmf/solvers/block_principal_pivoting.hpp>
#include <nmf/solvers/concept.hpp>

namespace nmf {

/// ANLS: solves each half-step exactly, by block principal pivoting. With bounds, an active-set
/// method solves each column.
///
/// @par Guarantees
/// f falls to its minimum over X >= 0. Without extrapolation, every limit point of the alternation
/// is stationary (L. Grippo and M. Sciandrone, "On the convergence of the block nonlinear
/// Gauss-Seidel method under convex constraints", Operations Research Letters 26, 2000).
///
/// @par Cost
/// k^3 / 3 flops for each distinct passive set and 2 N k^2 flops in a round, for usually 1 to 3
/// rounds. Iterations make the most progress and cost the most. For small k or the last digits.
///
/// @par Source
/// J. Kim and H. Park, "Fast nonnegative matrix factorization: an active-set-like method and
/// comparisons", SIAM J. Sci. Comput. 33(6), 2011.
struct Anls {
    using Axis = axis::Solver;
    static constexpr std::string_view name = "anls";
    static constexpr bool any_sign = true;

    /// The constants are those of Ang and Gillis (2019) for exact half-steps.
    Extrapolation extrapolation{.growth = 1.1, .ceiling_growth = 1.05};

    void check() const { extrapolation.check("Anls"); }

    template <RealScalar S>
    using Workspace = detail::BlockPrincipalPivoting<S>;

    template <RealScalar S, class Region>
    void update(const NormalEquations<S, Region>& eq, Factor<S>& x, Workspace<S>& work) const {
        work.solve(eq, x);
    }
};

static_assert(Solver<Anls>);

}  // namespace nmf
