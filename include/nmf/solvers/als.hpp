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
#include <nmf/solvers/hals_sweep.hpp>

namespace nmf {

/// Projected ALS: solves the least-squares problem without its sign constraint and clips.
///
/// @par Step
/// For each column x of X with right-hand side c = C(:,j) - l
///
///     p = max(0, G^-1 c),   t = <c, p> / <p, G p>,   x <- t p,
///
/// if that lowers f, and a HALS sweep of that column if not. A nearly singular G gets a ridge of
/// 1e-6 of its mean diagonal.
///
/// @par Guarantees
/// f does not rise, column by column; without the safeguard, clipping can raise it. X stays
/// non-negative. Limit points need not be stationary: fast at first, not the most exact.
///
/// @par Cost
/// k^3 + 6 N k^2 flops, all of it matrix products.
///
/// @par Source
/// M. Berry, M. Browne, A. Langville, V. P. Pauca and R. Plemmons, "Algorithms and applications for
/// approximate nonnegative matrix factorization", Computational Statistics & Data Analysis 52(1),
/// 2007.
struct Als {
    using Axis = axis::Solver;
    static constexpr std::string_view name = "als";

    template <RealScalar S>
    struct Workspace {
        Factor<S> inverse;
        Vector<S> inverse_row_sums;
        Matrix<double> cholesky;
        Matrix<double> dense;
        detail::Scratch<S> tiles;
    };

    template <RealScalar S>
    void update(const NormalEquations<S>& eq, Factor<S>& x, Workspace<S>& work) const {
        invert(eq, work);
        work.tiles.prepare(detail::threads_of_run(), 2 * x.stride() * detail::tile_width);
        detail::for_each_chunk(detail::tile_count(x.cols()), [&](Index tile, int thread) {
            const Index first = tile * detail::tile_width;
            const Index cols = std::min(detail::tile_width, x.cols() - first);
            update_tile(eq, x, first, cols, work, work.tiles.of(thread));
        });
    }

private:
    using Refused = std::bitset<static_cast<std::size_t>(detail::tile_width)>;

    template <RealScalar S>
    static void invert(const NormalEquations<S>& eq, Workspace<S>& work) {
        const Index k = eq.gram.rows();
        work.dense = eq.gram.matrix().template cast<double>();
        work.cholesky = work.dense;
        const bool curved =
            eq.gram.matrix().diagonal().minCoeff() > detail::curvature_limit(eq.gram);
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
        work.inverse_row_sums = work.inverse.padded_matrix().rowwise().sum();
    }

    template <RealScalar S>
    static void update_tile(const NormalEquations<S>& eq, Factor<S>& x, Index first, Index cols,
                            const Workspace<S>& work, S* candidate) {
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
            const double step = detail::ratio_or_zero(terms.slope, terms.curvature);
            const double after = -0.5 * step * terms.slope;
            const double margin = detail::rounding_noise<S> * (std::abs(old) + std::abs(after));
            if (step > 0 && after < old - margin) {
                for (Index a = 0; a < stride; ++a) {
                    x.data()[(first + j) * stride + a] = static_cast<S>(step) * column[a];
                }
            } else {
                refused.set(static_cast<std::size_t>(j));
            }
        }
        if (refused.any()) sweep_refused(eq, x, first, cols, refused, candidate);
    }

    struct Quadratic {
        double curvature;  ///< <x, G x>
        double slope;      ///< <c - l, x>
    };

    template <RealScalar S>
    static Quadratic quadratic(const NormalEquations<S>& eq, Index j, const S* x, const S* gram_x) {
        Quadratic terms{0, 0};
        const S* const cross = eq.cross.data() + j * eq.cross.stride();
        for (Index a = 0; a < eq.gram.rows(); ++a) {
            terms.curvature += static_cast<double>(x[a]) * static_cast<double>(gram_x[a]);
            terms.slope += static_cast<double>(x[a]) * static_cast<double>(cross[a] - eq.linear);
        }
        return terms;
    }

    /// max(0, G^-1 (C - l)) for some columns.
    template <RealScalar S>
    static void clipped_solution(const NormalEquations<S>& eq, Index first, Index cols,
                                 const Workspace<S>& work, S* out) {
        const Index stride = eq.cross.stride();
        detail::gram_times(work.inverse, eq.cross, first, cols, out);
        for (Index j = 0; j < cols; ++j) {
            for (Index a = 0; a < stride; ++a) {
                S& entry = out[j * stride + a];
                entry = std::max(S(0), entry - eq.linear * work.inverse_row_sums[a]);
            }
        }
    }

    template <RealScalar S>
    static void sweep_refused(const NormalEquations<S>& eq, Factor<S>& x, Index first, Index cols,
                              const Refused& refused, S* scratch) {
        const Index stride = x.stride();
        S* const cross = scratch + stride * detail::tile_width;
        detail::load_tile(x, first, cols, scratch);
        detail::load_tile(eq.cross, first, cols, cross);
        detail::sweep_tile(eq, cross, scratch);
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
