// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A solver: steps along the gradient, projected, with an acceleration of its own.

#include <algorithm>
#include <string_view>

#include <nmf/solvers/concept.hpp>
#include <nmf/subproblem/normal_equations.hpp>

#include "extensions/steady_acceleration.hpp"

namespace own {

struct ProjectedGradient {
    using Axis = nmf::axis::Solver;
    static constexpr std::string_view name = "projected gradient";

    int steps = 5;
    SteadyAcceleration steady{};

    [[nodiscard]] SteadyAcceleration acceleration() const { return steady; }

    template <nmf::RealScalar S>
    struct Workspace {
        nmf::Factor<S> gradient;
    };

    /// The step is 1 over a bound of the largest eigenvalue, so that none raises the objective.
    template <nmf::RealScalar S>
    void update(const nmf::NormalEquations<S>& eq, nmf::Factor<S>& x, Workspace<S>& work) const {
        const S bound = eq.gram.matrix().trace();
        if (!(bound > S(0))) return;
        work.gradient.allocate(x.rows(), x.cols());
        auto gradient = work.gradient.matrix();
        for (int step = 0; step < steps; ++step) {
            gradient.noalias() = eq.gram.matrix().lazyProduct(x.matrix());
            gradient -= eq.cross.matrix();
            gradient.colwise() += eq.linear.matrix().col(0);
            x.matrix() = (x.matrix() - gradient / bound).cwiseMax(S(0));
        }
    }
};

}  // namespace own
