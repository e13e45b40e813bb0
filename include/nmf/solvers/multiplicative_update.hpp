// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Multiplicative updates.

#include <algorithm>
#include <concepts>
#include <limits>
#include <string_view>

#include <nmf/solvers/concept.hpp>

namespace nmf {

/// Multiplicative update: minimises a separable majorant of f around the current X.
///
/// @par Step
///
///     X <- max(floor, X .* C ./ (G X + l))
///
/// The floor, 1e-100 of the size of X (1e-20 in single precision), keeps divisions from being 0 /
/// 0. An entry that is 0 is first raised to a rounding error of that size, so that it is not locked
/// there. One step is scikit-learn's solver "mu".
///
/// @par Guarantees
/// f does not rise and X stays positive. Columns of V that are zero, and components that are zero,
/// are no exception.
///
/// @par Cost
/// 2 N k^2 flops a step.
///
/// @par Source
/// D. Lee and H. S. Seung, "Algorithms for non-negative matrix factorization", NIPS 13, 2001.
/// N. Gillis and F. Glineur, Neural Computation 24(4), 2012 (the floor; several steps on the same
/// equations).
struct MultiplicativeUpdate {
    using Axis = axis::Solver;
    static constexpr std::string_view name = "mu";

    Index inner_iterations = 1;  ///< Steps on the same equations, at least 1.

    template <RealScalar S>
    struct Workspace {
        Factor<S> least;  ///< Two columns: the floor, and what zeros are raised to.
        detail::Scratch<S> tiles;
    };

    template <RealScalar S>
    void update(const NormalEquations<S>& eq, Factor<S>& x, Workspace<S>& work) const {
        work.tiles.prepare(eq.threads, x.stride() * detail::tile_width);
        const S typical = typical_entry(eq);
        work.least.resize(x.rows(), 2);
        constexpr S eps = std::numeric_limits<S>::epsilon();
        work.least.matrix().col(0).setConstant(eps * eps * typical);
        work.least.matrix().col(1).setConstant(eps * typical);
        detail::for_each_chunk(
            detail::tile_count(x.cols()), eq.threads, [&](Index tile, int thread) {
                const Index first = tile * detail::tile_width;
                const Index cols = std::min(detail::tile_width, x.cols() - first);
                raise_zeros(work.least, first, cols, x);
                for (Index step = 0; step < std::max<Index>(1, inner_iterations); ++step) {
                    step_tile(eq, x, first, cols, work.least, work.tiles.of(thread));
                }
            });
    }

private:
    /// Of the size of sqrt(mean(V) / k) when the factors are balanced: the entries of C over the
    /// row sums of G are a weighted mean of X.
    template <RealScalar S>
    static S typical_entry(const NormalEquations<S>& eq) {
        const double cross = eq.cross.padded_matrix().template cast<double>().sum();
        const double gram = eq.gram.padded_matrix().template cast<double>().sum();
        return static_cast<S>(
            detail::ratio_or_zero(cross, gram * static_cast<double>(eq.cross.cols())));
    }

    /// Before anything is divided by G X.
    template <RealScalar S>
    static void raise_zeros(const Factor<S>& least_entries, Index first, Index cols, Factor<S>& x) {
        using P = detail::Simd<S>;
        const Index stride = x.stride();
        S* const factor = x.data() + first * stride;
        for (Index a = 0; a < stride; a += P::width) {
            const auto raised = P::load(least_entries.data() + stride + a);
            for (Index at = a; at < cols * stride; at += stride) {
                P::store(factor + at, P::zero_to(raised, P::load(factor + at)));
            }
        }
    }

    template <RealScalar S>
    static void step_tile(const NormalEquations<S>& eq, Factor<S>& x, Index first, Index cols,
                          const Factor<S>& least_entries, S* denominator) {
        using P = detail::Simd<S>;
        const Index stride = x.stride();
        detail::gram_times(eq.gram, x, first, cols, denominator);
        const auto linear = P::set(eq.linear);
        const auto least = P::set(std::numeric_limits<S>::min());
        const S* const cross = eq.cross.data() + first * stride;
        S* const factor = x.data() + first * stride;
        for (Index a = 0; a < stride; a += P::width) {
            const auto bottom = P::load(least_entries.data() + a);
            for (Index at = a; at < cols * stride; at += stride) {
                const auto below = P::max(P::add(P::load(denominator + at), linear), least);
                const auto ratio = P::div(P::load(cross + at), below);
                P::store(factor + at, P::max(bottom, P::mul(P::load(factor + at), ratio)));
            }
        }
    }
};

static_assert(Solver<MultiplicativeUpdate>);

}  // namespace nmf
