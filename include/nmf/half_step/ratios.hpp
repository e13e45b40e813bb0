// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The half-steps of the multiplicative family, each in one pass over V.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include <nmf/data/complete_columns.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/has_weights.hpp>
#include <nmf/data/reconstruction_tile.hpp>
#include <nmf/factor/gram.hpp>
#include <nmf/half_step/reading_back.hpp>
#include <nmf/half_step/shares.hpp>
#include <nmf/half_step/step_sums.hpp>
#include <nmf/half_step/unit_denominators.hpp>
#include <nmf/loss/column_mass.hpp>
#include <nmf/loss/separable.hpp>
#include <nmf/machine/columns.hpp>
#include <nmf/machine/parallel.hpp>
#include <nmf/machine/scratch.hpp>
#include <nmf/machine/simd.hpp>
#include <nmf/subproblem/kkt.hpp>
#include <nmf/subproblem/penalty_terms.hpp>
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
        MultiplicativeStep<S, typename ProblemOf::Region> subproblem;
        typename ProblemOf::Solver::template Workspace<S> work;
        std::array<S, static_cast<std::size_t>(block_columns)> mass;  ///< Of the columns.
        Factor<S> pull;  ///< That of penalties, if there is any.
        CostBatch<Loss, S> costs;
        Vector<double> row_sums;  ///< Those that count in a column.
    };

    RatioFormer(const View& view, const ProblemOf& problem)
        : loss_(problem.loss),
          weighted_(has_weights(view)),
          visits_weights_(visits_weights(view)),
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
    [[nodiscard]] static constexpr bool knows_costs() { return true; }
    ReadingBack<S> back;

    template <class Update>
    NMF_COLD void prepare(const View& /*view*/, int threads, const Update& update) {
        terms_of_penalties_.clear(rank_);
        groups_.resize(static_cast<std::size_t>(threads));
        for (Group& group : groups_) {
            group.x.resize(rank_, block_columns);
            group.subproblem.resize(rank_, block_columns);
            if constexpr (ProblemOf::Penalties::has_pulls) group.pull.resize(rank_, block_columns);
            if constexpr (has_missing_zeros<View>) group.row_sums.setZero(rank_);
            group.subproblem.typical_entry = static_cast<S>(typical_entry_);
            update(group);
        }
    }

    template <class Step>
    void run(const View& view, const Step& step) {
        const Factor<S>& a = step.fixed.a;
        const PassFactors<S> factors(a, step.fixed.top != nullptr ? *step.fixed.top : a,
                                     step.fixed.bottom != nullptr ? *step.fixed.bottom : a);
        share_denominators(factors.bottom, view);
        const bool finite = step.penalties(static_cast<double>(view.rows()), terms_of_penalties_);
        for (Group& group : groups_) pose(step, group.subproblem);
        if (!finite || !std::isfinite(groups_.front().subproblem.exponent)) {
            step.sums(0)[StepSums::not_finite] += 1;
        }
        scale_.set(step.gauge.curvature, a.stride());
        const auto load = [&](ColumnBlock<S>& block, int thread) {
            Group& group = groups_[static_cast<std::size_t>(thread)];
            block.x = group.x.data();
            block.top = group.subproblem.numerator.data();
            block.bottom = group.subproblem.denominator.data();
            step.load(block.first, block.cols, group.x);
            step.place(group.subproblem, block.first);
            group.subproblem.numerator.padded_matrix().setZero();
            begin_denominators(view, factors.bottom, block, group);
        };
        const auto look = [&](const S* v, const S* y, const S* weights, Index n, int thread) {
            if (!step.target.costs) return;
            groups_[static_cast<std::size_t>(thread)].costs.add(costs_, v, y, weights, n);
        };
        const auto body = [&](const ColumnBlock<S>& block, Index chunk, int thread) {
            Group& group = groups_[static_cast<std::size_t>(thread)];
            const StepSums::Part sums = step.sums(chunk);
            if (step.target.costs) sums.costs += group.costs.take(costs_);
            pull(step, block, group);
            add_sums(block, group, step.gauge.mass, sums);
            if constexpr (Step::has_pulls) {
                // They are no part of the sum of v y^(b-1).
                sums[StepSums::along] -= inner_product(group.pull.data(), group.x.data(),
                                                       block.cols * group.pull.stride());
            }
            step.update(group, block.cols, chunk);
            if (step.target.next != nullptr) clear_unobserved(group, block.cols);
            step.store(group, block.first, block.cols);
        };
        pass_over(view, loss_, back, factors, terms_, scratch_, load, look, body);
    }

private:
    /// The denominators are not those of the pass.
    [[nodiscard]] bool known_denominators() const {
        return !visits_weights_ && terms_.unit_denominator();
    }

    void share_denominators(const Factor<S>& fixed, const View& view) {
        if (!known_denominators()) return;
        denominators_.sum_up(fixed, view);
        if (weighted_) return;
        for (Group& group : groups_) denominators_.fill(group.subproblem.denominator);
    }

    void begin_denominators([[maybe_unused]] const View& view,
                            [[maybe_unused]] const Factor<S>& fixed,
                            [[maybe_unused]] const ColumnBlock<S>& block, Group& group) const {
        Factor<S>& denominator = group.subproblem.denominator;
        if (!known_denominators()) {
            denominator.padded_matrix().setZero();
        } else if constexpr (has_missing_zeros<View>) {
            denominators_.fill(view, fixed, block.first, block.cols, group.row_sums, denominator);
        }
    }

    /// The unit may be infinite where there is no penalty.
    [[nodiscard]] S in_unit(double weight) const {
        return weight == 0 ? S(0) : static_cast<S>(weight) * static_cast<S>(terms_.unit());
    }

    template <class Step, class Subproblem>
    void pose(const Step& step, Subproblem& subproblem) const {
        bool ridged = false;
        for (Index a = 0; a < rank_; ++a) {
            const double ridge = terms_of_penalties_.ridge[a];
            subproblem.linear.data()[a] = in_unit(terms_of_penalties_.linear[a]);
            subproblem.ridge.data()[a] = in_unit(ridge);
            ridged = ridged || ridge > 0;
        }
        subproblem.exponent = loss_.exponent(ridged) * step.target.step.power;
        subproblem.constant_denominator = unit_denominator(loss_);
    }

    /// Adds the pulls of penalties to the numerators.
    template <class Step>
    void pull([[maybe_unused]] const Step& step, [[maybe_unused]] const ColumnBlock<S>& block,
              [[maybe_unused]] Group& group) const {
        if constexpr (Step::has_pulls) {
            step.pulls(block.first, group.pull.columns(block.cols));
            group.pull.for_each([&](S& entry) { entry = in_unit(static_cast<double>(entry)); });
            add(group.subproblem.numerator.data(), group.pull.data(),
                block.cols * group.pull.stride());
        }
    }

    /// Sets columns that explain no entry of V to 0.
    void clear_unobserved(Group& group, Index cols) const {
        if constexpr (View::weighted && !ProblemOf::Penalties::has_pulls) {
            if (!weighted_) return;
            const Factor<S>& denominator = group.subproblem.denominator;
            for (Index c = 0; c < cols; ++c) {
                const bool seen = denominator.padded_matrix().col(c).maxCoeff() > S(0);
                if (!seen) group.x.padded_matrix().col(c).setZero();
            }
            clip(group.subproblem.region, group.x.data(), group.x.stride(), cols);
        }
    }

    void add_sums(const ColumnBlock<S>& block, Group& group, const ColumnMass& mass,
                  const StepSums::Part& sums) const {
        const auto from = [&](const Vector<double>& of) {
            return of.size() > 0 ? of.data() + block.first : nullptr;
        };
        const double* const masses = from(mass.weighted);
        // Where penalties pull, the way to a minimiser has no such bound.
        constexpr bool pulled = ProblemOf::Penalties::has_pulls;
        if (masses != nullptr && terms_.unit_denominator() && !pulled) {
            std::transform(masses, masses + block.cols, group.mass.begin(), in_range<S>);
            add_capped_sums(block.cols, group, sums);
        } else {
            add_sums<false, false>(block.cols, group, sums);
        }
        if (!terms_.unit_denominator()) {
            add_shares(group.subproblem, group.x, block.cols, masses, from(mass.even), least_entry_,
                       sums);
        }
    }

    void add_capped_sums(Index cols, const Group& group, const StepSums::Part& sums) const {
        if constexpr (View::weighted) {
            if (weighted_) return add_sums<true, false>(cols, group, sums);
        }
        add_sums<true, true>(cols, group, sums);
    }

    /// Sums over the few columns of the block are in S, and sums over blocks are in double. The
    /// terms of the KKT sums are min(x, g / q)^2. With a unit denominator and g < 0, the entry's
    /// own minimiser is at most mass / (d + l). The reason is y_i >= a_i x, and so sum_i v_i a_i /
    /// y_i <= mass / x. With `Capped`, no term exceeds the distance to that minimiser. With
    /// weights, d differs between columns, and q is d_aj sum_j x_aj / sum_j x_aj^2. `shared`: d is
    /// the same for all columns.
    template <bool Capped, bool shared>
    void add_sums(Index cols, const Group& group, const StepSums::Part& sums) const {
        using P = Simd<S>;
        const Factor<S>& x = group.x;
        const auto& step = group.subproblem;
        const Index stride = x.stride();
        const S* const top = step.numerator.data();
        const S* const bottom = step.denominator.data();
        const auto floor = P::set(least_entry_);
        const auto zero = P::set(S(0));
        const bool shares = !terms_.unit_denominator();
        for (Index a = 0; a < stride; a += P::width) {
            const auto scale = scale_.rows(a);
            const auto linear = P::load(step.linear.data() + a);
            const auto ridge = P::load(step.ridge.data() + a);
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
                auto lowest = room_above<S>(step.region, a, c, value, scale.least);
                if constexpr (Capped) {
                    const auto reach = shared ? shared_reach : scale.reach(down);
                    if constexpr (!shared) slope = P::mul(slope, reach);
                    const auto mass = P::set(group.mass[static_cast<std::size_t>(c)]);
                    lowest = room_above<S>(step.region, a, c, value,
                                           P::min(zero, P::sub(value, P::mul(mass, reach))));
                }
                const auto above = room_below<S>(step.region, a, c, value, floor);
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
            add_lanes<S>(along, rows, [&](Index) -> double& { return sums[StepSums::along]; });
            add_lanes<S>(square, rows, [&](Index) -> double& { return sums[StepSums::square]; });
            add_rows<S>(pull, rows, sums.pull() + a);
            add_rows<S>(size, rows, sums.size() + a);
            if (!shares) add_rows<S>(distance, rows, sums.distance() + a);
        }
    }

    const Loss& loss_;
    bool weighted_;
    bool visits_weights_;
    Index rank_;
    EntryTerms<Loss, S> terms_;
    EntryCosts<Loss, S> costs_;
    double typical_entry_;
    PenaltyTerms terms_of_penalties_;
    S least_entry_ = 0;  ///< The solver's floor: the KKT conditions are those of X >= floor.
    std::vector<Group> groups_;
    UnitDenominators<S> denominators_;
    KktScale<S> scale_;
    Scratch<S> scratch_;
};

}  // namespace nmf::detail
