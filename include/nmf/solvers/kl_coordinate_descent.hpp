// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Coordinate descent for the Kullback-Leibler divergence.

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <string_view>

#include <nmf/core/interrupt.hpp>
#include <nmf/machine/scratch.hpp>
#include <nmf/solvers/concept.hpp>
#include <nmf/solvers/kl_entry_kernels.hpp>
#include <nmf/solvers/multiplicative_update.hpp>
#include <nmf/subproblem/entry_column.hpp>

namespace nmf {

/// Cyclic coordinate descent: steps on one entry of a factor at a time.
///
/// @par Step
/// Along x_a the slope is s_a + l + r x_a - n(x_a), where n = p + sum w_i t_i with t_i = a_i / y_i.
/// n is a sum of hyperbolas in x_a. Its model is the one hyperbola with the same value and slope.
/// After a step d the model is n / (1 + d q / n), with q = sum w_i t_i^2. Without penalties the
/// model's minimum is at
///
///     d = n / q (n / s_a - 1).
///
/// By Jensen's inequality, n(x_a + d) is at least the model. So a step up of this length never
/// passes the minimum, although it is longer than Newton's. A step down is shorter than Newton's
/// and may pass it. Two components are treated together: the model of the second is the one after
/// the step of the first. Steps are then made `relaxation` times as long.
///
/// Rarely, the objective of a column rises in a sweep. The sweep is then repeated, one component at
/// a time. Its steps up are not relaxed. Its steps down are those of the multiplicative update,
/// which fall short of the minimum.
///
/// With an opening and one row, column or component, all iterations are multiplicative. One or two
/// of them reach the minimum.
///
/// @par Guarantees
/// x is not below the floor, which is 1e-28 of a typical entry, or 1e-11 in float. The objective
/// rises only by the cost of lifting an entry to the floor. A run takes such a step back.
///
/// @par Cost
/// A sweep takes about 8 flops and half a division for each entry > 0 and component. Forming the
/// column takes 4 more flops. Together this is three to four times the cost of a multiplicative
/// update.
///
/// @par Source
/// C.-J. Hsieh and I. Dhillon, "Fast coordinate descent methods with variable selection for
/// non-negative matrix factorization", KDD 2011, for the descent with Newton's steps.
struct KlCoordinateDescent {
    using Axis = axis::Solver;
    static constexpr std::string_view name = "cd";

    Index sweeps = 1;         ///< Sweeps over all components, at least 1.
    double relaxation = 1.4;  ///< In [1, 2).
    bool newton = false;      ///< Newton's steps: with relaxation 1 the published method.
    /// The number of extrapolated iterations of MultiplicativeUpdate that come first. A start with
    /// zeros gets none: these updates keep zeros, and blow up where no other entry makes up for
    /// them.
    Index after = 2;

    /// The solver of the first iterations, and their number.
    using Opening = MultiplicativeUpdate;
    [[nodiscard]] Index opening_iterations() const { return after; }

    void check() const {
        detail::check_parameter(sweeps >= 1, "KlCoordinateDescent.sweeps", sweeps, ">= 1");
        detail::check_parameter(relaxation >= 1 && relaxation < 2, "KlCoordinateDescent.relaxation",
                                relaxation, "in [1, 2)");
        detail::check_parameter(after >= 0, "KlCoordinateDescent.after", after, ">= 0");
    }

    template <RealScalar S>
    struct Workspace {
        Factor<S> before;
        detail::Scratch<S> reconstruction;
    };

    template <RealScalar S, class Region>
    void update(EntryColumn<S, Region>& column, Factor<S>& x, Workspace<S>& work) const {
        work.reconstruction.prepare(1, column.entries);
        S* const before = work.reconstruction.of(0);
        detail::PacedInterrupt pace;
        for (Index round = 0; round < std::max<Index>(1, sweeps); ++round) {
            if (round > 0) pace.step(column.entries);
            work.before = x;
            std::copy_n(column.reconstruction, column.entries, before);
            sweep(column, x.data(), newton ? Steps::newton : Steps::relaxed, round == 0);
            if (!rises(column, x.data(), work.before.data(), before)) continue;
            x = work.before;
            std::copy_n(before, column.entries, column.reconstruction);
            sweep(column, x.data(), Steps::safe, false);
        }
    }

    /// Lower bound on an entry, given the typical entry. The product of two such bounds stays above
    /// EntryColumn::least_model.
    template <RealScalar S>
    [[nodiscard]] static constexpr S least_entry(S typical) {
        return (std::same_as<S, double> ? S(1e-28) : S(1e-11)) * typical;
    }

private:
    enum class Steps { relaxed, newton, safe };

    /// The number of components that are treated together. They share one division, and no sum
    /// waits for the step before it.
    static constexpr int block = 2;

    template <RealScalar S, class Region>
    void sweep(EntryColumn<S, Region>& column, S* x, Steps steps, bool pulls_known) const {
        if (steps == Steps::relaxed) {
            sweep_blocks<block>(column, x, steps, pulls_known);
        } else {
            sweep_blocks<1>(column, x, steps, false);
        }
    }

    template <int Block, RealScalar S, class Region>
    void sweep_blocks(EntryColumn<S, Region>& column, S* x, Steps steps, bool pulls_known) const {
        const S least = least_entry(column.typical_entry);
        detail::Moves<S, Block> moves;
        moves.along.fill(column.component(0));
        const Index k = column.sums.size();
        for (Index a = 0; a < k;) {
            std::array<Index, Block> components{};
            std::array<const S*, Block> next = moves.along;
            int count = 0;
            for (; a < k && count < Block; ++a) {
                // Most entries of a sparse factor stay at 0.
                const S lowest = within(column, a, least);
                if (pulls_known && x[a] == lowest &&
                    pull_of(column, a) <= column.sums[a] + column.linear[a]) {
                    continue;
                }
                if constexpr (detail::is_bounded<Region>) {
                    if (is_frozen(column.region, a)) continue;
                }
                next[static_cast<std::size_t>(count)] = column.component(a);
                components[static_cast<std::size_t>(count++)] = a;
            }
            const auto slopes = detail::move_and_look<S, Block>(column, moves, next);
            moves.along = next;
            moves.by.fill(S(0));
            for (int b = 0; b < count; ++b) {
                const auto at = static_cast<std::size_t>(b);
                S& entry = x[components[at]];
                const double pull = slopes.pull[at] + extra_pull(column, components[at]);
                double base = 1;
                for (std::size_t c = 0; c < at; ++c) {
                    base += static_cast<double>(moves.by[c]) * (slopes.curvature[at][c] / pull);
                }
                const S to = within(column, components[at],
                                    advance(column, components[at], entry, pull,
                                            slopes.curvature[at][at], base, least, steps));
                moves.by[at] = to - entry;
                entry = to;
            }
        }
        detail::move<S, Block>(column, moves);
    }

    /// The pull on x_a without V, and with it.
    template <RealScalar S, class Region>
    [[nodiscard]] static double extra_pull(const EntryColumn<S, Region>& column, Index a) {
        return column.pull != nullptr ? column.pull[a] : 0.0;
    }
    template <RealScalar S, class Region>
    [[nodiscard]] static double pull_of(const EntryColumn<S, Region>& column, Index a) {
        return column.pulls[a] + extra_pull(column, a);
    }

    /// An entry, clipped to the box of the column if there is one.
    template <RealScalar S, class Region>
    [[nodiscard]] static S within(const EntryColumn<S, Region>& column, Index a, S entry) {
        if constexpr (detail::is_bounded<Region>) {
            if (!column.region.open) return column.region.clipped(a, 0, entry);
        }
        return entry;
    }

    template <RealScalar S>
    [[nodiscard]] static bool is_frozen(const Box<S>& box, Index a) {
        return !box.open && box.lower[a] == box.upper[a];
    }

    /// The new x_a. The model of the pull is pull / (base + d curvature / pull).
    template <RealScalar S, class Region>
    [[nodiscard]] S advance(const EntryColumn<S, Region>& column, Index a, S x, double pull,
                            double curvature, double base, S least, Steps steps) const {
        constexpr auto most = static_cast<double>(std::numeric_limits<S>::max()) * 1e-6;
        const auto start = static_cast<double>(x);
        const double ridge = column.ridge[a];
        const double push = column.sums[a] + column.linear[a] + ridge * start;
        // Comparisons that a NaN fails.
        if (!(pull > 0 && curvature > 0)) {
            const double rest = extra_pull(column, a) - column.sums[a] - column.linear[a];
            if (ridge > 0) return std::max(least, static_cast<S>(rest / ridge));
            return push > 0 ? least : std::max(x, least);
        }
        const double excess = pull - push * base;
        double step = 0;
        if (steps == Steps::newton) {
            step = relaxation * excess / (curvature + ridge);
        } else {
            const bool short_of_it = steps == Steps::safe && excess < 0;
            if (short_of_it && !(x > least)) return least;
            // (push + ridge d) (base + bend d) = pull
            const double bend = short_of_it ? 1.0 / start : curvature / pull;
            const double half = 0.5 * (push * bend + ridge * base);
            const double root =
                ridge > 0 ? std::sqrt(std::max(0.0, half * half + ridge * bend * excess)) : half;
            step = excess / (half + root);
            if (steps == Steps::relaxed) step *= relaxation;
        }
        return std::max(least, static_cast<S>(std::min(start + step, most)));
    }

    /// Whether the objective of the column is above its value at x = before.
    template <RealScalar S, class Region>
    [[nodiscard]] static bool rises(const EntryColumn<S, Region>& column, const S* x,
                                    const S* before, const S* reconstruction_before) {
        double along = 0;
        for (Index a = 0; a < column.sums.size(); ++a) {
            const auto now = static_cast<double>(x[a]);
            const auto then = static_cast<double>(before[a]);
            const double constant = column.sums[a] + column.linear[a] - extra_pull(column, a);
            along += (now - then) * (constant + 0.5 * column.ridge[a] * (now + then));
        }
        return !(along <= detail::least_log_gain(column, reconstruction_before)) &&
               !(along <= detail::log_gain(column, reconstruction_before));
    }
};

static_assert(Solver<KlCoordinateDescent>);

}  // namespace nmf
