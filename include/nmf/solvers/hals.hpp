// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Hierarchical alternating least squares (HALS), accelerated and extrapolated.

#include <algorithm>
#include <cmath>
#include <string_view>

#include <nmf/acceleration/extrapolation.hpp>
#include <nmf/core/interrupt.hpp>
#include <nmf/factor/turned_tile.hpp>
#include <nmf/machine/parallel.hpp>
#include <nmf/machine/scratch.hpp>
#include <nmf/solvers/concept.hpp>
#include <nmf/solvers/hals_panel.hpp>
#include <nmf/solvers/hals_sweep.hpp>

namespace nmf {

/// HALS: minimises exactly over one component of the factor at a time.
///
/// @par Step
/// With the other components fixed, f is a parabola in X(a,:) with curvature G_aa. Its non-negative
/// minimiser is the unconstrained one, clipped:
///
///     X(a,:) <- max(0, X(a,:) + (C(a,:) - l - G(a,:) X) / G_aa),      a = 1 .. k
///
/// With bounds, X is clipped to them. One sweep without extrapolation is scikit-learn's solver
/// "cd".
///
/// @par Guarantees
/// f does not rise, and X stays non-negative. If G_aa is 0, or negligible beside the largest one,
/// X(a,:) keeps its entries. Only an L1 penalty can then set entries to 0.
///
/// @par Cost
/// 2 N k^2 flops for each sweep. Forming the equations costs several times as much. So a few sweeps
/// are made on the same equations while the columns are in cache.
///
/// @par Source
/// A. Cichocki and A.-H. Phan, "Fast local algorithms for large scale nonnegative matrix and tensor
/// factorizations", IEICE Trans. Fundamentals E92-A(3), 2009 (the method).
/// N. Gillis and F. Glineur, "Accelerated multiplicative updates and hierarchical ALS algorithms
/// for nonnegative matrix factorization", Neural Computation 24(4), 2012 (the number of sweeps).
struct Hals {
    using Axis = axis::Solver;
    static constexpr std::string_view name = "hals";
    static constexpr bool any_sign = true;

    /// The most sweeps of an update. 0 chooses floor(1 + r / 2), where r is the cost of the
    /// equations in sweeps.
    Index inner_iterations = 0;

    /// The sweeps over a tile of 64 columns end when a sweep moves it by at most this fraction of
    /// the first move (Frobenius norm). 0 makes all sweeps.
    double inner_tolerance = 0.1;

    Extrapolation extrapolation{};

    void check() const {
        detail::check_parameter(inner_iterations >= 0, "Hals.inner_iterations", inner_iterations,
                                ">= 0");
        detail::check_parameter(inner_tolerance >= 0 && std::isfinite(inner_tolerance),
                                "Hals.inner_tolerance", inner_tolerance, "a finite number >= 0");
        extrapolation.check("Hals");
    }

    template <RealScalar S>
    struct Workspace {
        detail::SweepTable<S> table;
        detail::Scratch<S> tiles;
    };

    template <RealScalar S, class Region>
    void update(const NormalEquations<S, Region>& eq, Factor<S>& x, Workspace<S>& work) const {
        const Index most = sweeps(eq.sweeps_worth);
        if (x.cols() == 1) {
            work.tiles.prepare(1, x.stride());
            S* const gradient = work.tiles.of(0);
            detail::column_gradient(eq, x.data(), gradient);
            repeat(most, [&] { return detail::sweep_column(eq, gradient, x.data()); });
            return;
        }
        work.table.prepare(eq);
        const Index size = x.stride() * detail::tile_width;
        work.tiles.prepare(detail::threads_of_run(), (detail::is_bounded<Region> ? 4 : 2) * size);
        detail::for_each_chunk(detail::tile_count(x.cols()), [&](Index tile, int thread) {
            const Index first = tile * detail::tile_width;
            const Index cols = std::min(detail::tile_width, x.cols() - first);
            S* const columns = work.tiles.of(thread);
            S* const cross = columns + size;
            detail::load_tile(x, first, cols, columns);
            detail::load_tile(eq.cross, first, cols, cross);
            const auto region = detail::load_region(eq.region.from(first), x, cols, cross + size);
            repeat(most,
                   [&] { return detail::sweep_tile(eq, work.table, cross, region, columns); });
            detail::store_tile(columns, first, cols, x);
        });
    }

    [[nodiscard]] Index sweeps(double sweeps_worth) const {
        if (inner_iterations > 0) return inner_iterations;
        return static_cast<Index>(1.0 + 0.5 * std::min(sweeps_worth, 1e6));
    }

private:
    /// Repeats sweeps. Each returns how far it moved.
    template <class Sweep>
    void repeat(Index most, const Sweep& sweep) const {
        double moved = sweep();
        const double enough = inner_tolerance * inner_tolerance * moved;
        for (Index done = 1; done < most && moved > enough; ++done) {
            detail::check_interrupt();
            moved = sweep();
        }
    }
};

static_assert(Solver<Hals>);

}  // namespace nmf
