// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// One half of an iteration: V ~ A'X for a fixed A, and a better X.

#include <cmath>
#include <utility>

#include <nmf/data/concept.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/half_step/problem.hpp>
#include <nmf/half_step/step_sums.hpp>
#include <nmf/half_step/step_target.hpp>
#include <nmf/loss/column_mass.hpp>
#include <nmf/machine/finite.hpp>
#include <nmf/machine/parallel.hpp>

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

/// Whether a subproblem's penalties are numbers.
template <class Subproblem>
[[nodiscard]] bool finite_terms(const Subproblem& subproblem) {
    bool finite = true;
    const auto see = [&](auto term) { finite = finite && std::isfinite(term); };
    if constexpr (requires { subproblem.linear; }) see(subproblem.linear);
    if constexpr (requires { subproblem.ridge; }) see(subproblem.ridge);
    if constexpr (requires { subproblem.exponent; }) see(subproblem.exponent);
    return finite;
}

/// Makes half-steps on one view: a former goes through V and makes subproblems of its columns,
/// which this loads, gives to the solver, checks and stores. A former has
///
///     Former(view, problem)
///     struct Group
///         x (Factor<S>), subproblem, and work (the solver's workspace)
///     prepare(view, threads, update)
///         takes memory for so many threads; update(group) calls the solver once
///     run(view, step)
///         for all columns of V: step.load(first, cols, x), forms the subproblem,
///         step.penalise(subproblem), step.solve(group, first, cols, chunk)
///
/// and adds sums over the columns before the update to step.sums(chunk): distance()[a], the squares
/// of how far the entries of component a are from their own minima, and size()[a] = ||x_a||^2. A
/// loss names its own former by a member template Former<View, Problem>; see
/// examples/own_subproblem.cpp.
template <DataView View, class Former, class ProblemOf>
class HalfStep {
public:
    using S = typename View::Scalar;

    /// The sums have the costs of the entries at the point, where the target asks for them.
    static constexpr bool knows_costs = requires { requires Former::knows_costs; };

    HalfStep(const View& view, const ProblemOf& problem)
        : problem_(problem), former_(view, problem) {}
    HalfStep(const HalfStep&) = delete;
    HalfStep& operator=(const HalfStep&) = delete;

    [[nodiscard]] Former& former() { return former_; }
    [[nodiscard]] const Former& former() const { return former_; }
    [[nodiscard]] const StepSums& sums() const { return sums_; }

    /// Takes the memory of half-steps, if that was not done yet. run() calls it.
    void prepare(const View& view) {
        if (!prepared_) take_memory(view);
    }

    void run(const View& view, const FixedFactor<S>& fixed, Side side, const StepTarget<S>& target,
             const KktGauge& gauge) {
        prepare(view);
        sums_.prepare(problem_.rank);
        const Step step{*this, fixed, side, target, gauge};
        former_.run(view, step);
        sums_.total(view);
    }

    /// What a former sees of a half-step.
    struct Step {
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

        template <class Subproblem>
        void penalise(Subproblem& subproblem) const {
            of.problem_.penalties.add_to(side, subproblem);
        }

        /// Updates, checks and stores the columns of a group.
        template <class Group>
        void solve(Group& group, Index first, Index cols, Index chunk) const {
            update(group, cols, chunk);
            store(group, first, cols);
        }

        /// Columns that have nothing to explain, unless they are `observed`, become 0.
        template <class Group>
        void update(Group& group, Index cols, Index chunk, bool observed = true) const {
            bool finite = finite_terms(group.subproblem);
            if (target.next != nullptr) {
                if (observed) {
                    of.problem_.solver.update(group.subproblem, group.x, group.work);
                } else {
                    group.x.padded_matrix().setZero();
                }
                finite = finite && all_finite(group.x.data(), cols * group.x.stride());
            }
            if (!finite) sums(chunk)[StepSums::not_finite] += 1;
        }

        template <class Group>
        void store(const Group& group, Index first, Index cols) const {
            if (target.next != nullptr) target.store(first, cols, group.x.data());
        }
    };

private:
    NMF_COLD void take_memory(const View& view) {
        former_.prepare(view, threads_of_run(), [&](auto& group) {
            const OnOneThread one;
            problem_.solver.update(group.subproblem, group.x, group.work);
        });
        sums_.prepare(problem_.rank);
        sums_.total(view);
        prepared_ = true;
    }

    const ProblemOf& problem_;
    Former former_;
    StepSums sums_;
    bool prepared_ = false;
};

}  // namespace nmf::detail
