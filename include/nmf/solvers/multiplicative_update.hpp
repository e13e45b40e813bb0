// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Multiplicative updates.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <string_view>

#include <nmf/acceleration/positive_extrapolation.hpp>
#include <nmf/core/interrupt.hpp>
#include <nmf/factor/turned_tile.hpp>
#include <nmf/machine/parallel.hpp>
#include <nmf/machine/scratch.hpp>
#include <nmf/solvers/concept.hpp>
#include <nmf/subproblem/ratios.hpp>

namespace nmf {

/// Multiplicative update: minimises a separable majorant of the objective at the current X.
///
/// @par Step
/// Least squares, on normal equations:
///
///     X <- max(floor, X .* (C ./ (G X + l))^exponent)
///
/// The exponent is 1, or larger with over-relaxation. For the other losses, with the sums N and D
/// of subproblem/ratios.hpp,
///
///     X <- max(floor, X .* (N ./ (D + l + r .* X))^exponent).
///
/// With bounds, X is clipped to them. The floor, eps^2 times the size of X, prevents divisions 0 /
/// 0. An entry that is 0 is first raised to eps times that size. From there it grows slowly, so a
/// run raises the zeros of its start further, unless the start is kept as it is. One step without
/// extrapolation is scikit-learn's solver "mu".
///
/// @par Guarantees
/// X stays positive. The objective does not rise, except by an over-relaxed step, which a run then
/// takes back. This includes columns of V that are zero, and components that are zero.
///
/// @par Cost
/// 2 N k^2 flops for each step of least squares. For other losses a few operations for each entry
/// of X.
///
/// @par Source
/// D. Lee and H. S. Seung, "Algorithms for non-negative matrix factorization", NIPS 13, 2001.
/// C. Fevotte and J. Idier, "Algorithms for nonnegative matrix factorization with the
/// beta-divergence", Neural Computation 23(9), 2011. N. Gillis and F. Glineur, Neural Computation
/// 24(4), 2012 (the floor; several steps on the same equations). A. Marmin, J. H. de M. Goulart and
/// C. Fevotte, "Joint majorization-minimization for nonnegative matrix factorization with the
/// beta-divergence", Signal Processing 209, 2023 (`joint`).
struct MultiplicativeUpdate {
    using Axis = axis::Solver;
    static constexpr std::string_view name = "mu";
    static constexpr bool leaves_zeros = false;

    PositiveExtrapolation extrapolation{};

    /// Updates both factors on one majorant, at the pair before the iteration, without
    /// extrapolation. For the beta-divergences.
    bool joint = false;

    Index inner_iterations = 1;  ///< Steps on the same equations, at least 1.

    void check() const {
        extrapolation.check("MultiplicativeUpdate");
        detail::check_parameter(inner_iterations >= 1, "MultiplicativeUpdate.inner_iterations",
                                inner_iterations, ">= 1");
    }

    template <RealScalar S>
    struct Workspace {
        Factor<S> least;  ///< Two columns: the floor, and what zeros are raised to.
        detail::Scratch<S> tiles;
    };

    /// The floor for an X whose entries have the size `typical`.
    template <RealScalar S>
    [[nodiscard]] static constexpr S least_entry(S typical) {
        constexpr S eps = std::numeric_limits<S>::epsilon();
        return eps * eps * typical;
    }

    template <RealScalar S, class Region>
    void update(const NormalEquations<S, Region>& eq, Factor<S>& x, Workspace<S>& work) const {
        work.tiles.prepare(detail::threads_of_run(), x.stride() * detail::tile_width);
        set_least(typical_entry(eq), x.rows(), work.least);
        detail::for_each_chunk(detail::tile_count(x.cols()), [&](Index tile, int thread) {
            const Index first = tile * detail::tile_width;
            const Index cols = std::min(detail::tile_width, x.cols() - first);
            S* const tile_of_x = x.data() + first * x.stride();
            const Region region = eq.region.from(first);
            raise_zeros(work.least, first, cols, x);
            detail::clip_positive(region, tile_of_x, x.stride(), cols);
            for (Index step = 0; step < std::max<Index>(1, inner_iterations); ++step) {
                detail::check_interrupt();
                step_tile(eq, x, first, cols, work.least, work.tiles.of(thread));
                detail::clip_positive(region, tile_of_x, x.stride(), cols);
            }
        });
    }

    /// Overwrites the statistics.
    template <RealScalar S, class Region>
    void update(MultiplicativeStep<S, Region>& step, Factor<S>& x, Workspace<S>& work) const {
        using P = detail::Simd<S>;
        set_least(step.typical_entry, x.rows(), work.least);
        raise_zeros(work.least, 0, x.cols(), x);
        const Index size = x.stride() * x.cols();
        S* const ratio = step.numerator.data();
        S* const below = step.denominator.data();
        const bool quadratic =
            step.constant_denominator && !step.ridge.all([](S r) { return r == S(0); });
        const auto most = P::set(largest_ratio<S>());
        for (Index a = 0; a < x.stride(); a += P::width) {
            const auto linear = P::load(step.linear.data() + a);
            const auto ridge = P::load(step.ridge.data() + a);
            for (Index at = a; at < size; at += x.stride()) {
                auto d = P::add(P::load(below + at), linear);
                const auto pull = P::mul(ridge, P::load(x.data() + at));
                if (quadratic) {
                    // The positive root of r x^2 + d x = n x_0, over x_0.
                    const auto n = P::mul(P::set(S(4)), P::mul(pull, P::load(ratio + at)));
                    const auto root = P::sqrt(P::fma(d, d, n));
                    d = P::mul(P::set(S(0.5)), P::add(d, root));
                } else {
                    d = P::add(d, pull);
                }
                d = P::max(d, P::set(std::numeric_limits<S>::min()));
                P::store(ratio + at, P::min(most, P::div(P::load(ratio + at), d)));
            }
        }
        multiply(ratio, step.exponent, work.least, size, x.data());
        detail::clip_positive(step.region, x.data(), x.stride(), x.cols());
    }

private:
    /// The largest ratio, so that its powers stay finite.
    template <RealScalar S>
    [[nodiscard]] static S largest_ratio() {
        return std::sqrt(std::numeric_limits<S>::max());
    }

    template <RealScalar S>
    static void set_least(S typical, Index rank, Factor<S>& least) {
        constexpr S eps = std::numeric_limits<S>::epsilon();
        if (least.rows() != rank) least.resize(rank, 2);
        least.matrix().col(0).setConstant(least_entry(typical));
        least.matrix().col(1).setConstant(eps * typical);
    }

    /// x <- max(floor, x .* ratio^exponent) for `size` entries. Overwrites the ratio.
    template <RealScalar S>
    static void multiply(S* ratio, double exponent, const Factor<S>& least_entries, Index size,
                         S* x) {
        using P = detail::Simd<S>;
        if (exponent != 1) raise<S>(AlignedEntries<S>(ratio, size), exponent);
        const Index stride = least_entries.stride();
        for (Index a = 0; a < stride; a += P::width) {
            const auto bottom = P::load(least_entries.data() + a);
            for (Index at = a; at < size; at += stride) {
                const auto next = P::mul(P::load(x + at), P::load(ratio + at));
                P::store(x + at, P::max(bottom, next));
            }
        }
    }

    template <RealScalar S>
    using AlignedEntries = Eigen::Map<detail::Array<S>, Eigen::Aligned64>;

    template <RealScalar S>
    static void raise(AlignedEntries<S> ratio, double exponent) {
        if (exponent == 0.5) {
            ratio = ratio.sqrt();
        } else if (exponent == 1.5) {
            ratio *= ratio.sqrt();
        } else {
            const S least = std::numeric_limits<S>::min();
            ratio = (ratio.max(least).log() * static_cast<S>(exponent)).exp();
        }
    }

    /// The size of an entry of X: the entries of C over the row sums of G are a weighted mean of X.
    /// For balanced factors it is about sqrt(mean(V) / k).
    template <RealScalar S, class Region>
    static S typical_entry(const NormalEquations<S, Region>& eq) {
        const double cross = eq.cross.padded_matrix().template cast<double>().sum();
        const double gram = eq.gram.padded_matrix().template cast<double>().sum();
        return static_cast<S>(
            detail::ratio_or_zero(cross, gram * static_cast<double>(eq.cross.cols())));
    }

    /// Raises zeros before anything is divided by G X.
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

    template <RealScalar S, class Region>
    static void step_tile(const NormalEquations<S, Region>& eq, Factor<S>& x, Index first,
                          Index cols, const Factor<S>& least_entries, S* ratio) {
        using P = detail::Simd<S>;
        const Index size = cols * x.stride();
        detail::gram_times(eq.gram, x, first, cols, ratio);
        const auto least = P::set(std::numeric_limits<S>::min());
        const auto most = P::set(largest_ratio<S>());
        const S* const cross = eq.cross.data() + first * x.stride();
        for (Index a = 0; a < x.stride(); a += P::width) {
            const auto linear = P::load(eq.linear.data() + a);
            for (Index at = a; at < size; at += x.stride()) {
                const auto below = P::max(P::add(P::load(ratio + at), linear), least);
                P::store(ratio + at, P::min(most, P::div(P::load(cross + at), below)));
            }
        }
        multiply(ratio, eq.exponent, least_entries, size, x.data() + first * x.stride());
    }
};

static_assert(Solver<MultiplicativeUpdate>);

}  // namespace nmf
