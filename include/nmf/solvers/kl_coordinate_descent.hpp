// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Coordinate descent for the Kullback-Leibler divergence.

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <vector>

#include <nmf/loss/entry_column.hpp>
#include <nmf/solvers/concept.hpp>

namespace nmf {

/// Cyclic coordinate descent (CCD) by Newton steps on one entry of a factor at a time.
///
/// @par Step
/// For each column x and each component a, with t_i = a_i / y_i,
///
///     x_a <- max(floor, x_a - g / q),  g = s_a - sum m_i v_i t_i,  q = sum m_i v_i t_i^2,
///
/// The objective is convex along the coordinate and its slope concave, so that only steps to the
/// left can go too far. Where the objective of a column has risen after a sweep, which is rare, the
/// sweep is made again with steps as long as self-concordance allows for.
///
/// @par Guarantees
/// The objective does not rise; x stays positive.
///
/// @par Cost
/// About 10 flops and a division for each stored entry, component and Newton step: several times a
/// multiplicative update, and more progress in the end. From a random start a few iterations of
/// MultiplicativeUpdate first are better (`after`).
///
/// @par Source
/// C.-J. Hsieh and I. Dhillon, "Fast coordinate descent methods with variable selection for
/// non-negative matrix factorization", KDD 2011. L. T. K. Hien and N. Gillis, "Algorithms for
/// nonnegative matrix factorization with the Kullback-Leibler divergence", J. Sci. Comput. 87, 2021
/// (the damping).
struct KlCoordinateDescent {
    using Axis = axis::Solver;
    static constexpr std::string_view name = "cd";

    Index sweeps = 1;      ///< Over all components, at least 1.
    int newton_steps = 1;  ///< On a coordinate, at most; the next one if the last moved it by half.
    Index after = 0;       ///< Iterations of MultiplicativeUpdate that come first.

    template <RealScalar S>
    struct Workspace {
        Factor<S> before;
        std::vector<S> reconstruction;
    };

    template <RealScalar S>
    void update(EntryColumn<S>& column, Factor<S>& x, Workspace<S>& work) const {
        work.reconstruction.reserve(column.reconstruction.capacity());
        double value = objective(column, x);
        for (Index round = 0; round < std::max<Index>(1, sweeps); ++round) {
            work.before = x;
            work.reconstruction = column.reconstruction;
            sweep(column, x, false);
            double next = objective(column, x);
            if (next > value) {
                x = work.before;
                column.reconstruction = work.reconstruction;
                sweep(column, x, true);
                next = objective(column, x);
            }
            value = next;
        }
    }

private:
    template <RealScalar S>
    void sweep(EntryColumn<S>& column, Factor<S>& x, bool damped) const {
        const S least = std::numeric_limits<S>::epsilon() * column.typical_entry;
        const double smallest = damped ? smallest_weight(column) : 0;
        for (Index a = 0; a < x.rows(); ++a) {
            x.matrix()(a, 0) = descend(column, a, x.matrix()(a, 0), least, smallest);
        }
    }

    /// Up to a constant.
    template <RealScalar S>
    static double objective(const EntryColumn<S>& column, const Factor<S>& x) {
        using Terms = Eigen::Map<const Eigen::Array<S, Eigen::Dynamic, 1>>;
        const Index n = column.entries();
        const auto y = Terms(column.reconstruction.data(), n).template cast<double>();
        const auto v = Terms(column.values.data(), n).template cast<double>();
        const auto m = Terms(column.weights.data(), n).template cast<double>();
        const Vector<double>& s = column.sums;
        double value = -(m * v * y.log()).sum();
        for (Index a = 0; a < x.rows(); ++a) {
            const auto entry = static_cast<double>(x.matrix()(a, 0));
            value += entry * (s[a] + static_cast<double>(column.linear) +
                              0.5 * static_cast<double>(column.ridge) * entry);
        }
        return value;
    }

    struct Slope {
        double gradient;
        double curvature;
    };

    template <RealScalar S>
    static Slope slope(const EntryColumn<S>& column, Index a, S x) {
        const S* const of = column.component(a);
        S first = 0;
        S second = 0;
        for (Index e = 0; e < column.entries(); ++e) {
            const auto i = static_cast<std::size_t>(e);
            const S t = of[e] / column.reconstruction[i];
            const S pull = column.weights[i] * column.values[i] * t;
            first += pull;
            second += pull * t;
        }
        const auto ridge = static_cast<double>(column.ridge);
        return {column.sums[a] + static_cast<double>(column.linear) +
                    ridge * static_cast<double>(x) - static_cast<double>(first),
                static_cast<double>(second) + ridge};
    }

    /// Newton steps; damped where `smallest`, the least m_i v_i, is given.
    template <RealScalar S>
    S descend(EntryColumn<S>& column, Index a, S x, S least, double smallest) const {
        constexpr double safe = 0.683802;
        for (int newton = 0; newton < newton_steps; ++newton) {
            const Slope at = slope(column, a, x);
            if (!(at.curvature > 0)) return at.gradient > 0 ? move(column, a, x, least) : x;
            const double start = static_cast<double>(x);
            S next = clamp<S>(start - at.gradient / at.curvature, least);
            const double length = std::abs(static_cast<double>(next) - start);
            if (at.gradient > 0 && smallest > 0) {
                const double decrement = length * std::sqrt(at.curvature / smallest);
                if (decrement > safe) next = clamp<S>(start - length / (1.0 + decrement), least);
            }
            x = move(column, a, x, next);
            if (length < 0.5 * start) break;
        }
        return x;
    }

    template <RealScalar S>
    static S clamp(double x, S least) {
        constexpr auto most = static_cast<double>(std::numeric_limits<S>::max()) * 1e-6;
        return std::max(least, static_cast<S>(std::min(x, most)));
    }

    template <RealScalar S>
    static double smallest_weight(const EntryColumn<S>& column) {
        double least = std::numeric_limits<double>::max();
        for (Index e = 0; e < column.entries(); ++e) {
            const auto i = static_cast<std::size_t>(e);
            least = std::min(least, static_cast<double>(column.weights[i] * column.values[i]));
        }
        return least;
    }

    /// Takes the reconstruction along.
    template <RealScalar S>
    static S move(EntryColumn<S>& column, Index a, S x, S next) {
        const S* const of = column.component(a);
        const S step = next - x;
        for (Index e = 0; e < column.entries(); ++e) {
            S& y = column.reconstruction[static_cast<std::size_t>(e)];
            y = std::max(column.least_model, y + step * of[e]);
        }
        return next;
    }
};

static_assert(Solver<KlCoordinateDescent>);

}  // namespace nmf
