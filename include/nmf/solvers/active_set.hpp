// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Exact least squares within bounds for one right-hand side, also for a singular G.

#include <algorithm>
#include <cmath>
#include <limits>

#include <nmf/core/types.hpp>

namespace nmf::detail {

/// Minimises a convex quadratic f of k variables over lower <= x <= upper, or x >= 0. f is given by
/// its positive semidefinite Hessian G and its gradient y_0 at one place x_0. The gradient at x is
/// y = y_0 + G (x - x_0).
///
/// From any such x, f falls step by step. On the passive set P, x moves by -(G_PP + E)^-1 y_P until
/// an entry meets a bound and leaves P. When y_P is 0, another row joins P: the one along which f
/// falls most steeply within the bounds. E is 0 as long as the rows of P are independent, and each
/// step then minimises f over them.
///
/// A row that depends on earlier ones is taken as exactly dependent. It gets a curvature of `noise`
/// times its diagonal, which bounds the error of a computed pivot. G + E is at least G, so f still
/// falls. The minimum does not change, because steps end only where y_P is 0.
///
/// Cost: 2 k |P| flops for each step; a step is needed for each row that joins or leaves. The
/// caller provides all memory.
///
/// Source: C. Lawson and R. Hanson, "Solving least squares problems", Prentice-Hall, 1974, chapter
/// 23. R. Bro and S. de Jong, "A fast non-negativity-constrained least squares algorithm", J.
/// Chemometrics 11, 1997 (on normal equations).
class ActiveSet {
    using Column = Eigen::Map<Vector<double>>;

public:
    [[nodiscard]] static constexpr Index scratch_size(Index k) { return k * (k + 11); }

    /// The bounds are 0 and infinity until they are set.
    ActiveSet(double* memory, Index k)
        : x(memory, k),
          origin(memory + k, k),
          origin_slope(memory + 2 * k, k),
          kept(memory + 3 * k, k),
          lower(memory + 4 * k, k),
          upper(memory + 5 * k, k),
          slope_(memory + 6 * k, k),
          terms_(memory + 7 * k, k),
          step_(memory + 8 * k, k),
          places_(memory + 9 * k, k),
          free_(memory + 10 * k, k),
          factor_(memory + 11 * k, k, k) {
        std::fill_n(lower.data(), k, 0.0);
        std::fill_n(upper.data(), k, std::numeric_limits<double>::infinity());
    }

    Column x;             ///< The start, then the solution.
    Column origin;        ///< x_0
    Column origin_slope;  ///< y_0
    Column kept;          ///< Not 0 where x keeps its value.
    Column lower;
    Column upper;

    /// A bound on the error of a pivot of G, as a fraction of its diagonal entry. The entries of G
    /// have the precision of S.
    template <RealScalar S>
    [[nodiscard]] static constexpr double noise(Index k) {
        return static_cast<double>(std::numeric_limits<S>::epsilon()) *
               std::max(64.0, 4.0 * static_cast<double>(k));
    }

    /// Returns false if rounding, or the limit on steps, leaves a violation. That is a |y_a| above
    /// `tolerance` times the sum of the sizes of its terms.
    template <class Gram>
    bool solve(const Gram& gram, double noise) {
        const Index k = x.size();
        gather(gram, noise);
        const Index most_steps = 20 * k + 100;
        Index still = 0;
        refused_ = -1;
        for (Index steps = 0; steps < most_steps; ++steps) {
            look(gram);
            const bool solved = !violated();
            if (solved || still > most_refinements) {
                const Index next = steepest(gram);
                if (next < 0) return solved;
                append(gram, next, noise);
                still = 0;
            }
            still = move(gram, noise) ? 0 : still + 1;
        }
        look(gram);
        return false;
    }

private:
    static constexpr double tolerance = 16.0 * std::numeric_limits<double>::epsilon();
    static constexpr Index most_refinements = 20;

    [[nodiscard]] Index place(Index p) const { return static_cast<Index>(places_[p]); }

    /// Sets P to the rows where x is between its bounds, and factorizes it.
    template <class Gram>
    void gather(const Gram& gram, double noise) {
        size_ = 0;
        perturbed_ = false;
        for (Index a = 0; a < x.size(); ++a) {
            if (kept[a] == 0 && x[a] > lower[a] && x[a] < upper[a]) append(gram, a, noise);
        }
    }

    /// Adds row a to P and to the Cholesky factor.
    template <class Gram>
    void append(const Gram& gram, Index a, double noise) {
        const auto diagonal = static_cast<double>(gram(a, a));
        double pivot = diagonal;
        for (Index p = 0; p < size_; ++p) {
            auto rest = static_cast<double>(gram(a, place(p)));
            for (Index q = 0; q < p; ++q) rest -= factor_(q, size_) * factor_(q, p);
            factor_(p, size_) = free_[p] * rest / factor_(p, p);
            pivot -= factor_(p, size_) * factor_(p, size_);
        }
        free_[size_] = pivot > noise * diagonal ? 1.0 : 0.0;
        if (free_[size_] == 0) {
            pivot = noise * diagonal;
            perturbed_ = true;
        }
        factor_(size_, size_) = std::sqrt(pivot);
        places_[size_++] = static_cast<double>(a);
    }

    /// Takes row place(p) out of P, by rotations of the Cholesky factor if they suffice.
    template <class Gram>
    void remove(const Gram& gram, Index p, double noise) {
        --size_;
        for (Index i = p; i < size_; ++i) places_[i] = places_[i + 1];
        if (perturbed_) {
            const Index size = size_;
            size_ = 0;
            perturbed_ = false;
            for (Index i = 0; i < size; ++i) append(gram, place(i), noise);
            return;
        }
        // The factor is kept as R = L', upper triangular; column p goes.
        for (Index j = p; j < size_; ++j) {
            for (Index i = 0; i <= j + 1; ++i) factor_(i, j) = factor_(i, j + 1);
        }
        for (Index i = p; i < size_; ++i) {
            const double length = std::hypot(factor_(i, i), factor_(i + 1, i));
            const double c = factor_(i, i) / length;
            const double s = factor_(i + 1, i) / length;
            for (Index j = i; j < size_; ++j) {
                const double above = factor_(i, j);
                const double below = factor_(i + 1, j);
                factor_(i, j) = c * above + s * below;
                factor_(i + 1, j) = c * below - s * above;
            }
        }
    }

    /// Computes y and the sizes of its terms.
    template <class Gram>
    void look(const Gram& gram) {
        for (Index a = 0; a < x.size(); ++a) {
            slope_[a] = origin_slope[a];
            terms_[a] = std::abs(origin_slope[a]);
        }
        for (Index a = 0; a < x.size(); ++a) {
            const double change = x[a] - origin[a];
            if (change == 0) continue;
            for (Index b = 0; b < x.size(); ++b) {
                const auto g = static_cast<double>(gram(b, a));
                slope_[b] += change * g;
                terms_[b] += std::abs(change * g);
            }
        }
    }

    [[nodiscard]] bool violated() const {
        for (Index p = 0; p < size_; ++p) {
            const Index a = place(p);
            if (std::abs(slope_[a]) > tolerance * terms_[a]) return true;
        }
        return false;
    }

    /// The row outside of P along which f falls fastest, with its component at norm 1; -1 for none.
    template <class Gram>
    [[nodiscard]] Index steepest(const Gram& gram) {
        std::fill_n(step_.data(), x.size(), 0.0);
        for (Index p = 0; p < size_; ++p) step_[place(p)] = 1;
        Index found = -1;
        double most = 0;
        for (Index a = 0; a < x.size(); ++a) {
            if (step_[a] != 0 || kept[a] != 0 || a == refused_) continue;
            const double down = x[a] < upper[a] ? -slope_[a] : slope_[a];
            const bool moves = lower[a] < upper[a];
            if (!moves || !(down > tolerance * terms_[a])) continue;
            const double fall = down / std::sqrt(static_cast<double>(gram(a, a)));
            if (fall > most) {
                most = fall;
                found = a;
            }
        }
        return found;
    }

    /// Makes one step on P. Returns true if an entry has met a bound and left P.
    template <class Gram>
    bool move(const Gram& gram, double noise) {
        const auto& triangle = factor_;
        Column& step = step_;
        for (Index p = 0; p < size_; ++p) {
            double rest = -slope_[place(p)];
            for (Index q = 0; q < p; ++q) rest -= triangle(q, p) * step[q];
            step[p] = rest / triangle(p, p);
        }
        for (Index p = size_; p-- > 0;) {
            step[p] /= triangle(p, p);
            for (Index q = 0; q < p; ++q) step[q] -= step[p] * triangle(q, p);
        }
        double length = 1;
        Index first = -1;
        for (Index p = 0; p < size_; ++p) {
            if (step[p] == 0) continue;
            const Index a = place(p);
            const double bound = step[p] < 0 ? lower[a] : upper[a];
            const double most = (bound - x[a]) / step[p];
            if (most < length) {
                length = most;
                first = p;
            }
        }
        for (Index p = 0; p < size_; ++p) {
            const Index a = place(p);
            x[a] = std::clamp(x[a] + length * step[p], lower[a], upper[a]);
        }
        if (length > 0) refused_ = -1;
        if (first < 0) return false;
        // Rounding can refuse the row that has just joined; it is not tried again from here.
        if (length == 0 && first == size_ - 1) refused_ = place(first);
        x[place(first)] = step[first] < 0 ? lower[place(first)] : upper[place(first)];
        remove(gram, first, noise);
        return true;
    }

    Column slope_;  ///< y
    Column terms_;
    Column step_;
    Column places_;  ///< P as a list, exact in double.
    Column free_;    ///< 1 for rows of that list that are independent of earlier ones, else 0.
    Eigen::Map<Matrix<double>> factor_;
    Index size_ = 0;
    Index refused_ = -1;
    bool perturbed_ = false;  ///< E is not 0.
};

}  // namespace nmf::detail
