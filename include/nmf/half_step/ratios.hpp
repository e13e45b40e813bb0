// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The half-steps of the multiplicative family, each in one pass over V.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include <nmf/data/concept.hpp>
#include <nmf/data/reconstruction_tile.hpp>
#include <nmf/factor/gram.hpp>
#include <nmf/half_step/shares.hpp>
#include <nmf/half_step/step_sums.hpp>
#include <nmf/loss/column_mass.hpp>
#include <nmf/loss/separable.hpp>
#include <nmf/machine/parallel.hpp>
#include <nmf/machine/scratch.hpp>
#include <nmf/machine/simd.hpp>
#include <nmf/subproblem/kkt.hpp>
#include <nmf/subproblem/ratios.hpp>

namespace nmf::detail {

/// Forms the numerators and denominators of 64 columns at a time. The sums are those of the columns
/// before the update.
template <EntryView View, class ProblemOf>
class RatioFormer {
public:
    using S = typename View::Scalar;
    using Loss = typename ProblemOf::Loss;
    static_assert(SeparableLoss<Loss>);

    struct Group {
        Factor<S> x;
        MultiplicativeStep<S> subproblem;
        typename ProblemOf::Solver::template Workspace<S> work;
        std::array<S, static_cast<std::size_t>(block_columns)> mass;  ///< Of the columns.
        CostBatch<Loss, S> costs;
    };

    RatioFormer(const View& /*view*/, const ProblemOf& problem)
        : loss_(problem.loss),
          rank_(problem.rank),
          terms_(loss_, problem.mean),
          costs_(loss_),
          typical_entry_(std::sqrt(problem.mean / static_cast<double>(rank_))) {
        if constexpr (requires { problem.solver.least_entry(least_entry_); }) {
            least_entry_ = problem.solver.least_entry(static_cast<S>(typical_entry_));
        }
    }

    /// See KktGauge.
    [[nodiscard]] static ColumnMass mass(const View& view, const ProblemOf& problem) {
        return column_mass(view, problem.loss, problem.mean);
    }

    /// StepSums has the costs of the entries at the point, where the target asks for them.
    static constexpr bool knows_costs = true;

    template <class Update>
    NMF_COLD void prepare(const View& /*view*/, int threads, const Update& update) {
        groups_.resize(static_cast<std::size_t>(threads));
        for (Group& group : groups_) {
            group.x.resize(rank_, block_columns);
            group.subproblem.numerator.resize(rank_, block_columns);
            group.subproblem.denominator.resize(rank_, block_columns);
            group.subproblem.typical_entry = static_cast<S>(typical_entry_);
            update(group);
        }
    }

    template <class Step>
    void run(const View& view, const Step& step) {
        const Factor<S>& a = step.fixed.a;
        const PassFactors<S> factors(a, step.fixed.top != nullptr ? *step.fixed.top : a,
                                     step.fixed.bottom != nullptr ? *step.fixed.bottom : a);
        if (shared_denominator()) share_denominator(factors.bottom, view);
        scale_.set(step.gauge.curvature, a.stride());
        const auto load = [&](ColumnBlock<S>& block, int thread) {
            Group& group = groups_[static_cast<std::size_t>(thread)];
            block.x = group.x.data();
            block.top = group.subproblem.numerator.data();
            block.bottom = group.subproblem.denominator.data();
            step.load(block.first, block.cols, group.x);
            group.subproblem.numerator.padded_matrix().setZero();
            if (!shared_denominator()) group.subproblem.denominator.padded_matrix().setZero();
        };
        const auto look = [&](const S* v, const S* y, const S* weights, Index n, int thread) {
            if (!step.target.costs) return;
            groups_[static_cast<std::size_t>(thread)].costs.add(costs_, v, y, weights, n);
        };
        const auto body = [&](const ColumnBlock<S>& block, Index chunk, int thread) {
            Group& group = groups_[static_cast<std::size_t>(thread)];
            const StepSums::Part sums = step.sums(chunk);
            if (step.target.costs) sums.costs += group.costs.take(costs_);
            pose(step, group.subproblem);
            add_sums(block, group, step.gauge.mass, sums);
            step.update(group, block.cols, chunk);
            if (step.target.next != nullptr) clear_unobserved(group, block.cols);
            step.store(group, block.first, block.cols);
        };
        view.pass(factors, terms_, scratch_, load, look, body);
    }

private:
    [[nodiscard]] bool shared_denominator() const {
        return !View::weighted && terms_.unit_denominator();
    }

    void share_denominator(const Factor<S>& fixed, const View& view) {
        row_sums_kernel_(fixed, RowsOf<View>{view}, row_sums_);
        shared_ = row_sums_.template cast<S>();
        for (Group& group : groups_) group.subproblem.denominator.matrix().colwise() = shared_;
    }

    template <class Step>
    void pose(const Step& step, MultiplicativeStep<S>& subproblem) const {
        subproblem.linear = S(0);
        subproblem.ridge = S(0);
        step.penalise(subproblem);
        // The unit may be infinite where there is no penalty.
        const auto unit = static_cast<S>(terms_.unit());
        if (subproblem.linear > S(0)) subproblem.linear *= unit;
        if (subproblem.ridge > S(0)) subproblem.ridge *= unit;
        subproblem.exponent = loss_.exponent(subproblem.ridge > S(0)) * step.target.step.power;
        subproblem.constant_denominator = unit_denominator(loss_);
    }

    /// Columns that have nothing to explain.
    static void clear_unobserved(Group& group, Index cols) {
        if constexpr (View::weighted) {
            const Factor<S>& denominator = group.subproblem.denominator;
            for (Index c = 0; c < cols; ++c) {
                const bool seen = denominator.padded_matrix().col(c).maxCoeff() > S(0);
                if (!seen) group.x.padded_matrix().col(c).setZero();
            }
        }
    }

    void add_sums(const ColumnBlock<S>& block, Group& group, const ColumnMass& mass,
                  const StepSums::Part& sums) const {
        const auto from = [&](const Vector<double>& of) {
            return of.size() > 0 ? of.data() + block.first : nullptr;
        };
        const double* const masses = from(mass.weighted);
        if (masses != nullptr && terms_.unit_denominator()) {
            std::transform(masses, masses + block.cols, group.mass.begin(), number);
            add_sums<true>(block.cols, group, sums);
        } else {
            add_sums<false>(block.cols, group, sums);
        }
        if (!terms_.unit_denominator()) {
            add_shares(group.subproblem, group.x, block.cols, masses, from(mass.even), least_entry_,
                       sums);
        }
    }

    /// Sums in S over the columns of the block, which are few, and in double over the blocks. The
    /// terms of the KKT sums are min(x, g / q)^2. With a unit denominator, where g < 0, the entry's
    /// own minimiser is at most mass / (d + l) (for every y_i >= a_i x, so that sum_i v_i a_i / y_i
    /// <= mass / x). `Capped`: no term is larger than the way there; and with weights, where d is
    /// another in every column, q is d_aj sum_j x_aj / sum_j x_aj^2.
    template <bool Capped>
    void add_sums(Index cols, const Group& group, const StepSums::Part& sums) const {
        using P = Simd<S>;
        const Factor<S>& x = group.x;
        const auto& step = group.subproblem;
        const Index stride = x.stride();
        const S* const top = step.numerator.data();
        const S* const bottom = step.denominator.data();
        const auto linear = P::set(step.linear);
        const auto ridge = P::set(step.ridge);
        const auto floor = P::set(least_entry_);
        const auto zero = P::set(S(0));
        const bool shares = !terms_.unit_denominator();
        constexpr bool shared = Capped && !View::weighted;  // Then D is the same for all columns.
        for (Index a = 0; a < stride; a += P::width) {
            const auto scale = scale_.rows(a);
            const auto shared_down = P::add(P::load(bottom + a), linear);
            const auto shared_reach = scale.reach(shared_down);
            auto total = P::set(S(0));
            auto along = P::set(S(0));
            auto square = along;
            auto pull = along;
            auto size = along;
            auto distance = along;
            for (Index c = 0; c < cols; ++c) {
                const Index at = a + c * stride;
                const auto value = P::load(x.data() + at);
                const auto n = P::load(top + at);
                const auto down = shared ? shared_down : P::add(P::load(bottom + at), linear);
                auto slope = P::sub(P::fma(ridge, value, down), n);
                auto lowest = scale.least;
                if constexpr (Capped) {
                    const auto reach = shared ? shared_reach : scale.reach(down);
                    if constexpr (!shared) slope = P::mul(slope, reach);
                    const auto mass = P::set(group.mass[static_cast<std::size_t>(c)]);
                    lowest = P::min(zero, P::sub(value, P::mul(mass, reach)));
                }
                const auto above = P::max(zero, P::sub(value, floor));
                const auto gap = scale.capped(above, slope, lowest);
                along = P::fma(n, value, along);
                size = P::fma(value, value, size);
                distance = P::fma(gap, gap, distance);
                if constexpr (shared) {
                    total = P::add(total, value);
                } else {
                    square = P::fma(P::load(bottom + at), value, square);
                    pull = P::add(pull, Capped ? value : P::mul(P::fma(ridge, value, down), value));
                }
            }
            if constexpr (shared) {
                square = P::mul(P::load(bottom + a), total);
                pull = P::fma(shared_down, total, P::mul(ridge, size));
            }
            const Index rows = std::min<Index>(P::width, x.rows() - a);
            add_lanes(along, rows, [&](Index) -> double& { return sums[StepSums::along]; });
            add_lanes(square, rows, [&](Index) -> double& { return sums[StepSums::square]; });
            add_lanes(pull, rows, [&](Index r) -> double& { return sums.pull()[a + r]; });
            add_lanes(size, rows, [&](Index r) -> double& { return sums.size()[a + r]; });
            if (shares) continue;
            add_lanes(distance, rows, [&](Index r) -> double& { return sums.distance()[a + r]; });
        }
    }

    /// As near as S has it.
    [[nodiscard]] static S number(double value) {
        return static_cast<S>(std::min(value, static_cast<double>(std::numeric_limits<S>::max())));
    }

    template <class Packet, class To>
    static void add_lanes(const Packet& sum, Index rows, const To& to) {
        alignas(64) S lanes[static_cast<std::size_t>(Simd<S>::width)];
        Simd<S>::store(lanes, sum);
        for (Index r = 0; r < rows; ++r) to(r) += static_cast<double>(lanes[r]);
    }

    const Loss& loss_;
    Index rank_;
    EntryTerms<Loss, S> terms_;
    EntryCosts<Loss, S> costs_;
    double typical_entry_;
    S least_entry_ = 0;  ///< The solver's floor: the KKT conditions are those of X >= floor.
    std::vector<Group> groups_;
    RowSumsKernel<S> row_sums_kernel_;
    Vector<double> row_sums_;
    Vector<S> shared_;  ///< The denominator of every column.
    KktScale<S> scale_;
    Scratch<S> scratch_;
};

}  // namespace nmf::detail
