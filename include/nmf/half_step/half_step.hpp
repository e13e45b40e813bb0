// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// One half of an iteration: V ~ A'X for a fixed A, and a better X.

#include <utility>

#include <nmf/data/concept.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/factor/gram.hpp>
#include <nmf/half_step/component_sizes.hpp>
#include <nmf/half_step/problem.hpp>
#include <nmf/half_step/step_sums.hpp>
#include <nmf/half_step/step_target.hpp>
#include <nmf/loss/column_mass.hpp>
#include <nmf/machine/columns.hpp>
#include <nmf/machine/finite.hpp>
#include <nmf/machine/parallel.hpp>
#include <nmf/subproblem/penalty_terms.hpp>

namespace nmf::detail {

/// The factor A that a half-step holds fixed, with what is known of it.
template <RealScalar S>
struct FixedFactor {
    const Factor<S>& a;

    /// Joint updates of the multiplicative family: what the sums of P and Q run over, if not A.
    const Factor<S>* top = nullptr;
    const Factor<S>* bottom = nullptr;

    /// Least squares: A A', and an A further on that X is fitted to: A + by (A - the A before).
    const Matrix<double>* gram = nullptr;
    const Factor<S>* ahead = nullptr;
    const Matrix<double>* ahead_gram = nullptr;
    S by = 0;
    bool kept = false;  ///< The products A V are those of the last half-step.
};

/// What the KKT terms of X are measured by.
struct KktGauge {
    Vector<double> curvature;  ///< Of its components, from the last half-step.
    ColumnMass mass;           ///< Of the columns of V.
};

/// Makes half-steps on one view. A former goes through V and makes subproblems of its columns. This
/// class loads the columns, calls the solver, checks and stores the result. A former has
///
///     Former(view, problem)
///     struct Group
///         x (Factor<S>), subproblem, and work (the solver's workspace)
///     prepare(view, threads, update)
///         takes memory for so many threads; update(group) calls the solver once
///     run(view, step)
///         first step.penalties(observations, terms), and then for all columns of V:
///         step.load(first, cols, x), step.place(subproblem, first), forms the subproblem, adds the
///         terms and step.pulls(first, to) to it, step.solve(group, first, cols, chunk)
///
/// and adds sums over the columns before the update to step.sums(chunk). distance()[a] sums the
/// squared distances of the entries of component a from their own minima. size()[a] is ||x_a||^2. A
/// loss names its own former by a member template Former<View, Problem>; see
/// examples/own_subproblem.cpp.
template <DataView View, class Former, class ProblemOf>
class HalfStep {
public:
    using S = typename View::Scalar;

    HalfStep(const View& view, const ProblemOf& problem)
        : problem_(problem), former_(view, problem) {}
    HalfStep(const HalfStep&) = delete;
    HalfStep& operator=(const HalfStep&) = delete;

    [[nodiscard]] Former& former() { return former_; }
    [[nodiscard]] const Former& former() const { return former_; }
    [[nodiscard]] const StepSums& sums() const { return sums_; }

    /// The sums have the costs of the entries at the point, where the target asks for them.
    [[nodiscard]] bool knows_costs() const {
        if constexpr (requires { former_.knows_costs(); }) return former_.knows_costs();
        return false;
    }

    /// Takes the memory of half-steps, if that was not done yet. run() calls it.
    void prepare(const View& view) {
        if (!prepared_) take_memory(view);
    }

    void run(const View& view, const FixedFactor<S>& fixed, Side side, const StepTarget<S>& target,
             const KktGauge& gauge) {
        prepare(view);
        sums_.prepare(problem_.rank);
        StepTarget<S> within = target;
        if constexpr (ProblemOf::bounded) {
            const Bounds<S>& bounds = problem_.limits.of(side);
            if (!bounds.none()) within.bounds = &bounds;
        }
        if constexpr (ProblemOf::Penalties::needs_gram) {
            gram_kernel_(target.x, view, gram_of_x_);
        }
        const Step step(*this, fixed, side, within, gauge);
        step.see(view, fixed.a);
        former_.run(view, step);
        sums_.total(view);
    }

    /// What a former sees of a half-step.
    struct Step {
        Step(HalfStep& half, const FixedFactor<S>& a, Side of_x, const StepTarget<S>& x,
             const KktGauge& kkt)
            : of(half), fixed(a), side(of_x), target(x), gauge(kkt) {}

        HalfStep& of;
        const FixedFactor<S>& fixed;
        Side side;
        const StepTarget<S>& target;
        const KktGauge& gauge;

        [[nodiscard]] StepSums::Part sums(Index chunk) const { return of.sums_.part(chunk); }

        /// Columns of the X that is to be updated.
        void load(Index first, Index cols, Factor<S>& x) const {
            target.load(first, cols, x.data());
        }

        /// Tells a subproblem which columns it has, and their bounds.
        template <class Subproblem>
        void place(Subproblem& subproblem, Index first) const {
            if constexpr (requires { subproblem.region; }) {
                subproblem.side = side;
                subproblem.first = first;
                if constexpr (ProblemOf::bounded) {
                    subproblem.region = of.problem_.limits.of(side).box(first);
                }
            }
        }

        /// The penalties are asked for this fixed factor from now on. At first it is fixed.a.
        void see(const View& view, const Factor<S>& a) const {
            if constexpr (ProblemOf::Penalties::scale_free) {
                if (!of.problem_.penalties.is_scale_free()) return;
                sum_up_components(view, a, target.x, of.row_sums_, of.sizes_);
            }
        }

        /// Sets the terms of the penalties for columns that explain this many entries of V. Returns
        /// false if they are not finite.
        [[nodiscard]] bool penalties(double observations, PenaltyTerms& terms) const {
            of.problem_.penalties.terms_of(seen(observations), of.problem_.rank, terms);
            return terms.finite();
        }

        /// Whether there are pulls.
        static constexpr bool has_pulls = ProblemOf::Penalties::has_pulls;

        /// The pulls of columns from `first` on, as many as `to` has.
        void pulls(Index first, FactorMap<S> to) const {
            of.problem_.penalties.pulls_of(seen(0), first, to);
        }

        /// Adds the pulls to the products of a group, which keeps them without in `plain`.
        template <class Group>
        void pull_up([[maybe_unused]] Group& group, [[maybe_unused]] Index first,
                     [[maybe_unused]] Index cols) const {
            if constexpr (has_pulls) {
                group.plain = group.subproblem.cross;
                pulls(first, group.scratch.columns(cols));
                add(group.subproblem.cross.data(), group.scratch.data(),
                    cols * group.scratch.stride());
            }
        }

        /// Updates, checks and stores the columns of a group.
        template <class Group>
        void solve(Group& group, Index first, Index cols, Index chunk) const {
            update(group, cols, chunk);
            store(group, first, cols);
        }

        /// Updates columns. Those that explain no entry of V become 0, unless they are `observed`.
        template <class Group>
        void update(Group& group, Index cols, Index chunk, bool observed = true) const {
            bool finite = true;
            if (target.next != nullptr) {
                // Penalties may pull a column that has nothing to explain.
                if (observed || has_pulls) {
                    of.problem_.solver.update(group.subproblem, group.x, group.work);
                } else {
                    group.x.padded_matrix().setZero();
                    if constexpr (ProblemOf::bounded) {
                        clip(group.subproblem.region, group.x.data(), group.x.stride(), cols);
                    }
                }
                finite = finite && all_finite(group.x.data(), cols * group.x.stride());
            }
            if (!finite) sums(chunk)[StepSums::not_finite] += 1;
        }

        template <class Group>
        void store(const Group& group, Index first, Index cols) const {
            if (target.next != nullptr) target.store(first, cols, group.x.data());
        }

    private:
        [[nodiscard]] PenaltyPlace<S> seen(double observations) const {
            const Matrix<double>* const gram = of.gram_of_x_.size() > 0 ? &of.gram_of_x_ : nullptr;
            return {side, observations, &target.x, gram, &of.sizes_, of.problem_.any_sign(side)};
        }
    };

private:
    NMF_COLD void take_memory(const View& view) {
        const Bounds<S> anywhere(ProblemOf::bounded ? problem_.rank : 0, 1, false);
        former_.prepare(view, threads_of_run(), [&](auto& group) {
            const OnOneThread one;
            if constexpr (ProblemOf::bounded) group.subproblem.region = anywhere.box(0);
            problem_.solver.update(group.subproblem, group.x, group.work);
        });
        if constexpr (ProblemOf::Penalties::scale_free || ProblemOf::Penalties::needs_gram) {
            const Factor<S> one(problem_.rank, 1);
            row_sums_(one, WholeData{}, sizes_.own_sum);
            gram_kernel_(one, WholeData{}, gram_of_x_);
            for (Vector<double>* each :
                 {&sizes_.own_square, &sizes_.fixed_sum, &sizes_.fixed_square}) {
                each->setZero(problem_.rank);
            }
        }
        sums_.prepare(problem_.rank);
        sums_.total(view);
        prepared_ = true;
    }

    const ProblemOf& problem_;
    Former former_;
    StepSums sums_;
    Matrix<double> gram_of_x_;  ///< Where a penalty asks for it.
    GramKernel<S> gram_kernel_;
    RowSumsKernel<S> row_sums_;
    ComponentSizes sizes_;  ///< The same.
    bool prepared_ = false;
};

}  // namespace nmf::detail
