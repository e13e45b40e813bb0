// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A loss with a subproblem of its own, and a solver for it.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include <nmf/nmf.hpp>

/// One column of V: minimise sum_i w_i huber(v_i - <a_i, x>) over x >= 0. The entries that count
/// lie side by side, and entry e belongs to column rows[e] of A.
template <nmf::RealScalar S>
struct HuberColumn {
    const nmf::Factor<S>* a = nullptr;
    std::vector<nmf::Index> rows;
    std::vector<double> values;
    std::vector<double> weights;
    double delta = 1;

    [[nodiscard]] double model(std::size_t e, const nmf::Factor<S>& x) const {
        return static_cast<double>(a->matrix().col(rows[e]).dot(x.matrix().col(0)));
    }

    /// Slope and curvature of the loss along component c, for residuals r.
    [[nodiscard]] std::pair<double, double> slope(nmf::Index c,
                                                  const std::vector<double>& r) const {
        double first = 0;
        double second = 0;
        for (std::size_t e = 0; e < rows.size(); ++e) {
            const double of_a = static_cast<double>(a->matrix()(c, rows[e]));
            first -= weights[e] * of_a * std::clamp(r[e], -delta, delta);
            second += weights[e] * of_a * of_a;
        }
        return {first, second};
    }

    void residuals(const nmf::Factor<S>& x, std::vector<double>& r) const {
        r.resize(rows.size());
        for (std::size_t e = 0; e < rows.size(); ++e) r[e] = values[e] - model(e, x);
    }
};

/// Huber's loss: r^2 / 2 for |r| <= delta, and linear beyond, so that outliers weigh less.
struct Huber {
    using Axis = nmf::axis::Loss;
    static constexpr std::string_view name = "huber";
    template <nmf::RealScalar S>
    using HalfStep = HuberColumn<S>;

    double delta = 1;

    [[nodiscard]] double entry(double v, double y) const {
        const double r = std::abs(v - y);
        return r <= delta ? 0.5 * r * r : delta * (r - 0.5 * delta);
    }

    /// Forms the columns one by one, on any view of V.
    template <class View, class Problem>
    class Former {
    public:
        using S = typename View::Scalar;

        struct Group {
            nmf::Factor<S> x;
            HuberColumn<S> subproblem;
            typename Problem::Solver::template Workspace<S> work;
            std::vector<double> residuals;
        };

        Former(const View& /*view*/, const Problem& problem)
            : rank_(problem.rank), delta_(problem.loss.delta) {}

        template <class Update>
        void prepare(const View& /*view*/, int threads, const Update& /*update*/) {
            groups_.resize(static_cast<std::size_t>(threads));
            for (Group& group : groups_) group.x.resize(rank_, 1);
        }

        template <class Step>
        void run(const View& view, const Step& step) {
            using nmf::Index;
            view.for_each_group(1, [&](Index j, Index cols, Index chunk, int thread) {
                Group& group = groups_[static_cast<std::size_t>(thread)];
                form(view, step.fixed.a, j, group.subproblem);
                step.load(j, cols, group.x);
                add_sums(group, step.sums(chunk));
                step.solve(group, j, cols, chunk);
            });
        }

    private:
        void form(const View& view, const nmf::Factor<S>& a, nmf::Index j,
                  HuberColumn<S>& column) const {
            column.a = &a;
            column.delta = delta_;
            column.rows.clear();
            column.values.clear();
            column.weights.clear();
            nmf::Index next = 0;
            const auto take = [&](nmf::Index i, double v, double weight) {
                column.rows.push_back(i);
                column.values.push_back(v);
                column.weights.push_back(weight);
            };
            const auto take_zeros = [&](nmf::Index end) {
                for (; View::has_unstored_zeros() && next < end; ++next) take(next, 0, 1);
            };
            view.visit(j, [&](nmf::Index i, auto v, auto weight) {
                take_zeros(i);
                take(i, static_cast<double>(v), static_cast<double>(weight));
                next = i + 1;
            });
            take_zeros(view.rows());
        }

        /// How far the entries of x are from their own minima.
        template <class Sums>
        void add_sums(Group& group, const Sums& sums) const {
            group.subproblem.residuals(group.x, group.residuals);
            for (nmf::Index c = 0; c < rank_; ++c) {
                const auto x = static_cast<double>(group.x.matrix()(c, 0));
                const auto [slope, curvature] = group.subproblem.slope(c, group.residuals);
                const double gap = curvature > 0 ? std::min(x, slope / curvature) : 0.0;
                sums.distance()[c] += gap * gap;
                sums.size()[c] += x * x;
            }
        }

        nmf::Index rank_;
        double delta_;
        std::vector<Group> groups_;
    };
};

/// Coordinate descent for such columns. A step along a component minimises a parabola that touches
/// the loss at x and lies above it. So no step raises the loss.
struct HuberDescent {
    using Axis = nmf::axis::Solver;
    static constexpr std::string_view name = "huber descent";

    int sweeps = 3;

    template <nmf::RealScalar S>
    struct Workspace {
        std::vector<double> residuals;
    };

    template <nmf::RealScalar S>
    void update(const HuberColumn<S>& column, nmf::Factor<S>& x, Workspace<S>& work) const {
        std::vector<double>& r = work.residuals;
        column.residuals(x, r);
        for (int sweep = 0; sweep < sweeps; ++sweep) {
            for (nmf::Index c = 0; c < x.rows(); ++c) {
                S& entry = x.matrix().data()[c];
                const auto [slope, curvature] = column.slope(c, r);
                if (!(curvature > 0)) continue;
                const double before = static_cast<double>(entry);
                entry = static_cast<S>(std::max(0.0, before - slope / curvature));
                const double by = static_cast<double>(entry) - before;
                for (std::size_t e = 0; e < r.size(); ++e) {
                    r[e] -= by * static_cast<double>(column.a->matrix()(c, column.rows[e]));
                }
            }
        }
    }
};
