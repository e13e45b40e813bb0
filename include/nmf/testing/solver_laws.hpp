// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The laws of a solver.

#include <algorithm>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <nmf/machine/parallel.hpp>
#include <nmf/solvers/concept.hpp>
#include <nmf/testing/broken_laws.hpp>
#include <nmf/testing/half_step_value.hpp>
#include <nmf/testing/known_problems.hpp>
#include <nmf/testing/padding.hpp>

namespace nmf::testing {

namespace detail {

inline std::string describe(const HalfStepShape& shape) {
    return "k = " + std::to_string(shape.rank) + ", N = " + std::to_string(shape.columns) +
           ", l = " + std::to_string(shape.linear) +
           (shape.dead >= 0        ? ", one component of the other factor is zero"
            : shape.directions > 0 ? ", G is singular"
                                   : "") +
           (shape.any_sign ? ", X of any sign" : "");
}

/// Regular, singular and partly zero G, with and without an L1 weight. The sizes are above and
/// below the tile sizes of kernels.
inline std::vector<HalfStepShape> half_step_shapes() {
    std::vector<HalfStepShape> shapes;
    std::uint64_t seed = 1;
    for (const auto& [rank, columns] : std::vector<std::pair<Index, Index>>{
             {1, 1}, {1, 70}, {2, 5}, {3, 64}, {5, 65}, {8, 130}, {17, 40}, {33, 200}}) {
        for (const double linear : {0.0, 0.5}) {
            shapes.push_back({.rank = rank, .columns = columns, .linear = linear, .seed = ++seed});
            if (rank == 1) continue;
            shapes.push_back({.rank = rank,
                              .columns = columns,
                              .linear = linear,
                              .directions = (rank + 1) / 2,
                              .ridge = 0,
                              .seed = ++seed});
            shapes.push_back({.rank = rank,
                              .columns = columns,
                              .linear = linear,
                              .ridge = 0,
                              .dead = rank / 2,
                              .seed = ++seed});
        }
    }
    return shapes;
}

template <RealScalar S, Solver P>
class SolverCheck {
public:
    SolverCheck(const P& solver, const std::function<long()>& allocations, BrokenLaws& broken)
        : solver_(solver), allocations_(allocations), broken_(broken) {}

    void check(const HalfStepShape& shape) {
        const auto non_negative = [](const Factor<S>& x) { return non_negative_and_finite(x); };
        check(known_half_step<S>(shape), shape, describe(shape), non_negative);
    }

    void check_bounded(const HalfStepShape& shape) {
        auto problem = bounded_half_step<S>(shape);
        problem.equations.region = problem.bounds.box(0);
        const auto within = [&](const Factor<S>& x) {
            Factor<S> clipped = x;
            problem.bounds.clip(clipped);
            return (clipped.matrix().array() == x.matrix().array()).all();
        };
        check(problem, shape, describe(shape) + ", with bounds", within);
    }

private:
    using Work = typename P::template Workspace<S>;
    static constexpr double eps = static_cast<double>(std::numeric_limits<S>::epsilon());

    template <class Region, class Inside>
    void check(const KnownHalfStep<S, Region>& problem, const HalfStepShape& shape,
               const std::string& where, const Inside& inside) {
        check_steps(problem, where, inside);
        check_solution(problem, where, shape.ridge > 0);
        if (allocations_) check_allocations(problem, where);
    }

    template <class Region, class Inside>
    void check_steps(const KnownHalfStep<S, Region>& problem, const std::string& where,
                     const Inside& inside) {
        NormalEquations<S, Region> eq = problem.equations;
        const auto terms = static_cast<double>(problem.other.rows() + 1);
        Factor<S> x = problem.other;
        Work work;
        for (int step = 0; step < 4; ++step) {
            Factor<S> threaded = x;
            const HalfStepValue before = half_step_value(eq, x);
            solver_.update(eq, x, work);
            const HalfStepValue after = half_step_value(eq, x);
            broken_.require(inside(x), "1. X >= 0 stays >= 0 and finite, or within its bounds",
                            where);
            const double rounding = 16.0 * terms * eps * (before.size + after.size);
            broken_.require(after.value <= before.value + rounding,
                            "2. the objective of the half-step does not rise", where);
            broken_.require(padding_is_zero(x), "5. the padding of X stays 0", where);
            {
                const nmf::detail::RunScope three(3);
                Work own;
                solver_.update(eq, threaded, own);
            }
            broken_.require(
                (threaded.padded_matrix().array() == x.padded_matrix().array()).all(),
                "6. the number of threads and the history of the workspace change no bit", where);
        }
    }

    /// For a regular G, X is the only solution; otherwise f must stay the same.
    template <class Region>
    void check_solution(const KnownHalfStep<S, Region>& problem, const std::string& where,
                        bool unique) {
        const NormalEquations<S, Region>& eq = problem.equations;
        Factor<S> x = problem.solution;
        Work work;
        const HalfStepValue before = half_step_value(eq, x);
        solver_.update(eq, x, work);
        const HalfStepValue after = half_step_value(eq, x);
        const auto terms = static_cast<double>(x.rows() + 1);
        // Where all terms are 0 the floor of a solver that multiplies is left.
        const double rounding = 16.0 * terms * eps * (before.size + after.size + eps);
        bool stays = std::abs(after.value - before.value) <= rounding;
        if (unique) {
            const auto trace = static_cast<double>(eq.gram.matrix().trace());
            const double least = HalfStepShape{}.ridge;
            const auto moved =
                static_cast<double>((x.matrix() - problem.solution.matrix()).cwiseAbs().maxCoeff());
            const double largest =
                static_cast<double>(problem.solution.matrix().cwiseAbs().maxCoeff()) + 1.0;
            stays = stays && moved <= 16.0 * terms * eps * (trace / least) * largest;
        }
        broken_.require(stays, "3. an X that satisfies the KKT conditions is left where it is",
                        where);
    }

    template <class Region>
    void check_allocations(const KnownHalfStep<S, Region>& problem, const std::string& where) {
        Factor<S> x = problem.other;
        Work work;
        solver_.update(problem.equations, x, work);
        const long before = allocations_();
        for (int step = 0; step < 3; ++step) solver_.update(problem.equations, x, work);
        const long after = allocations_();
        broken_.require(after == before, "4. after the first call no memory is allocated", where);
    }

    const P& solver_;
    const std::function<long()>& allocations_;
    BrokenLaws& broken_;
};

}  // namespace detail

/// The laws that a solver breaks; none for a good one. The first four are the laws of
/// nmf/solvers/concept.hpp. The fourth needs `allocations`, which returns how often the program has
/// allocated memory so far. The fifth says that the padding of a Factor is 0, which the kernels
/// need. The sixth says that threads change nothing, which a run promises. A solver that takes a
/// Box is also tested with bounds.
template <RealScalar S, Solver P>
requires HasUpdate<P, NormalEquations<S>, S>
[[nodiscard]] std::vector<std::string> solver_laws(const P& solver,
                                                   const std::function<long()>& allocations = {}) {
    BrokenLaws broken;
    detail::SolverCheck<S, P> check(solver, allocations, broken);
    for (HalfStepShape shape : detail::half_step_shapes()) {
        check.check(shape);
        if constexpr (HasUpdate<P, NormalEquations<S, Box<S>>, S>) {
            check.check_bounded(shape);
            if constexpr (nmf::detail::takes_any_sign<P>) {
                shape.any_sign = true;
                // Without a lower bound there is no minimum along a component that only L1 sees.
                if (shape.ridge > 0) check.check_bounded(shape);
            }
        }
    }
    return std::move(broken).reports();
}

}  // namespace nmf::testing
