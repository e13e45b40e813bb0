// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Projected alternating least squares, safeguarded.

#include <algorithm>
#include <array>
#include <bitset>
#include <cmath>
#include <string_view>

#include <nmf/factor/cholesky.hpp>
#include <nmf/factor/turned_tile.hpp>
#include <nmf/machine/parallel.hpp>
#include <nmf/machine/scratch.hpp>
#include <nmf/solvers/concept.hpp>
#include <nmf/solvers/hals_panel.hpp>
#include <nmf/solvers/hals_sweep.hpp>

namespace nmf {

/// Projected ALS: solves the least-squares problem without its sign constraint, and clips the
/// solution.
///
/// @par Step
/// For each column x of X, with the right-hand side c = C(:,j) - l,
///
///     p = max(0, G^-1 c),   t = <c, p> / <p, G p>,   x <- t p,
///
/// if this lowers f; otherwise the column gets a HALS sweep. With bounds, p is clipped to them and
/// t is 1. A nearly singular G gets a ridge of 1e-6 times its mean diagonal.
///
/// @par Guarantees
/// f does not rise in any column; without the safeguard, clipping could raise it. X stays
/// non-negative. Limit points need not be stationary: the method is fast at first, but not the most
/// exact.
///
/// @par Cost
/// k^3 + 6 N k^2 flops, mostly matrix products.
///
/// @par Source
/// M. Berry, M. Browne, A. Langville, V. P. Pauca and R. Plemmons, "Algorithms and applications for
/// approximate nonnegative matrix factorization", Computational Statistics & Data Analysis 52(1),
/// 2007.
struct Als {
    using Axis = axis::Solver;
    static constexpr std::string_view name = "als";
    static constexpr bool any_sign = true;

    template <RealScalar S>
    struct Workspace {
        Factor<S> inverse;
        Vector<S> inverse_linear;  ///< G^-1 l
        Matrix<double> cholesky;
        Matrix<double> dense;
        detail::SweepTable<S> table;
        detail::Scratch<S> tiles;
    };

    template <RealScalar S, class Region>
    void update(const NormalEquations<S, Region>& eq, Factor<S>& x, Workspace<S>& work) const {
        invert(eq.gram, work);
        work.table.prepare(eq);
        work.inverse_linear.noalias() = work.inverse.matrix() * eq.linear.matrix();
        constexpr Index tiles = detail::is_bounded<Region> ? 4 : 2;
        work.tiles.prepare(detail::threads_of_run(), tiles * x.stride() * detail::tile_width);
        detail::for_each_chunk(detail::tile_count(x.cols()), [&](Index tile, int thread) {
            const Index first = tile * detail::tile_width;
            const Index cols = std::min(detail::tile_width, x.cols() - first);
            update_tile(eq, x, first, cols, work, work.tiles.of(thread));
        });
    }

private:
    using Refused = std::bitset<static_cast<std::size_t>(detail::tile_width)>;

    template <RealScalar S>
    static void invert(const Factor<S>& gram, Workspace<S>& work) {
        const Index k = gram.rows();
        work.dense = gram.matrix().template cast<double>();
        work.cholesky = work.dense;
        const bool curved = gram.matrix().diagonal().minCoeff() > detail::curvature_limit(gram);
        if (!curved || !detail::factorize_cholesky(work.cholesky.data(), k, k, 1e-6)) {
            const double mean_diagonal = work.dense.trace() / static_cast<double>(k);
            work.dense.diagonal().array() += mean_diagonal > 0 ? 1e-6 * mean_diagonal : 1.0;
            work.cholesky = work.dense;
            static_cast<void>(detail::factorize_cholesky(work.cholesky.data(), k, k, 0));
        }
        work.dense.setIdentity();
        for (Index a = 0; a < k; ++a) {
            detail::solve_cholesky(work.cholesky.data(), k, k, work.dense.data() + a * k);
        }
        work.inverse.assign(work.dense.template cast<S>());
    }

    template <RealScalar S, class Region>
    static void update_tile(const NormalEquations<S, Region>& eq, Factor<S>& x, Index first,
                            Index cols, const Workspace<S>& work, S* candidate) {
        const Index stride = x.stride();
        S* const product = candidate + stride * detail::tile_width;
        std::array<double, static_cast<std::size_t>(detail::tile_width)> before;
        detail::gram_times(eq.gram, x, first, cols, product);
        for (Index j = 0; j < cols; ++j) {
            const auto terms =
                quadratic(eq, first + j, x.data() + (first + j) * stride, product + j * stride);
            before[static_cast<std::size_t>(j)] = 0.5 * terms.curvature - terms.slope;
        }
        clipped_solution(eq, first, cols, work, candidate);
        detail::multiply_block<detail::BlockOrder::columns>(
            detail::columns_from(eq.gram), eq.gram.rows(), detail::DenseBlock<S>{candidate, stride},
            cols, product, true);
        Refused refused;
        for (Index j = 0; j < cols; ++j) {
            S* const column = candidate + j * stride;
            const auto terms = quadratic(eq, first + j, column, product + j * stride);
            const double old = before[static_cast<std::size_t>(j)];
            double step = detail::ratio_or_zero(terms.slope, terms.curvature);
            double after = -0.5 * step * terms.slope;
            if constexpr (detail::is_bounded<Region>) {
                step = 1;
                after = 0.5 * terms.curvature - terms.slope;
            }
            const double margin = detail::rounding_noise<S> * (std::abs(old) + std::abs(after));
            if (step > 0 && after < old - margin) {
                for (Index a = 0; a < stride; ++a) {
                    x.data()[(first + j) * stride + a] = static_cast<S>(step) * column[a];
                }
            } else {
                refused.set(static_cast<std::size_t>(j));
            }
        }
        if (refused.any()) sweep_refused(eq, work.table, x, first, cols, refused, candidate);
    }

    struct Quadratic {
        double curvature;  ///< <x, G x>
        double slope;      ///< <c - l, x>
    };

    template <RealScalar S, class Region>
    static Quadratic quadratic(const NormalEquations<S, Region>& eq, Index j, const S* x,
                               const S* gram_x) {
        Quadratic terms{0, 0};
        const S* const cross = eq.cross.data() + j * eq.cross.stride();
        for (Index a = 0; a < eq.gram.rows(); ++a) {
            terms.curvature += static_cast<double>(x[a]) * static_cast<double>(gram_x[a]);
            terms.slope +=
                static_cast<double>(x[a]) * static_cast<double>(cross[a] - eq.linear.data()[a]);
        }
        return terms;
    }

    /// max(0, G^-1 (C - l)) for some columns.
    template <RealScalar S, class Region>
    static void clipped_solution(const NormalEquations<S, Region>& eq, Index first, Index cols,
                                 const Workspace<S>& work, S* out) {
        const Index stride = eq.cross.stride();
        detail::gram_times(work.inverse, eq.cross, first, cols, out);
        for (Index j = 0; j < cols; ++j) {
            for (Index a = 0; a < eq.gram.rows(); ++a) {
                S& entry = out[j * stride + a];
                entry -= work.inverse_linear[a];
                if constexpr (!detail::is_bounded<Region>) entry = std::max(S(0), entry);
            }
        }
        detail::clip(eq.region.from(first), out, stride, cols);
    }

    template <RealScalar S, class Region>
    static void sweep_refused(const NormalEquations<S, Region>& eq,
                              const detail::SweepTable<S>& table, Factor<S>& x, Index first,
                              Index cols, const Refused& refused, S* scratch) {
        const Index stride = x.stride();
        S* const cross = scratch + stride * detail::tile_width;
        detail::load_tile(x, first, cols, scratch);
        detail::load_tile(eq.cross, first, cols, cross);
        const auto region = detail::load_region(eq.region.from(first), x, cols,
                                                cross + stride * detail::tile_width);
        detail::sweep_tile(eq, table, cross, region, scratch);
        for (Index j = 0; j < cols; ++j) {
            if (!refused.test(static_cast<std::size_t>(j))) continue;
            for (Index a = 0; a < x.rows(); ++a) {
                x.data()[(first + j) * stride + a] = scratch[a * detail::tile_width + j];
            }
        }
    }
};

static_assert(Solver<Als>);

}  // namespace nmf
