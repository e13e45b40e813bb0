// SPDX-License-Identifier: MIT
//
// A solver of your own: projected gradient steps instead of the library's Hals.
#include <cstdio>
#include <string_view>

#include <nmf/nmf.hpp>
#include <nmf/testing/solver_laws.hpp>

/// Steps against the gradient G X - C + l of the half-step, clipped at 0:
///
///     X <- max(0, X - (G X - C + l) / L),     L = the largest row sum of G.
///
/// No eigenvalue of G is above L, so no step raises the objective.
struct ProjectedGradient {
    using Axis = nmf::axis::Solver;
    static constexpr std::string_view name = "projected gradient";

    int steps = 10;  ///< On the same equations.

    /// Memory that a run keeps from update to update.
    template <nmf::RealScalar S>
    struct Workspace {
        nmf::Matrix<S> gradient;
    };

    /// The least-squares problem of one factor, with the other fixed: see NormalEquations.
    template <nmf::RealScalar S>
    void update(const nmf::NormalEquations<S>& eq, nmf::Factor<S>& x, Workspace<S>& work) const {
        const auto G = eq.gram.matrix();
        const auto C = eq.cross.matrix();
        auto X = x.matrix();
        const S L = G.rowwise().sum().maxCoeff();
        if (!(L > S(0))) return;
        for (int step = 0; step < steps; ++step) {
            work.gradient.noalias() = G * X;
            work.gradient -= C;
            work.gradient.colwise() += eq.linear.matrix().col(0);
            X = (X - work.gradient / L).cwiseMax(S(0));
        }
    }
};

// A missing member shows up here, by name.
static_assert(nmf::SolverFor<ProjectedGradient, nmf::Frobenius>);

int main() {
    // What a concept cannot say: non-negative, no ascent, rest at a solution.
    const auto broken = nmf::testing::solver_laws<double>(ProjectedGradient{});
    for (const auto& law : broken) std::printf("broken law: %s\n", law.c_str());

    // 200 x 150 of rank 8, and noise.
    const nmf::CounterRandom random(1);
    const Eigen::MatrixXd V = random.stream(0).uniform_matrix<double>(200, 8) *
                                  random.stream(1).uniform_matrix<double>(8, 150) +
                              0.1 * random.stream(2).uniform_matrix<double>(200, 150);

    std::printf("%-20s %10s  %14s  %s\n", "solver", "iterations", "relative error", "status");
    const auto report = [&](const auto& solver) {
        const auto fit = nmf::factorize(V, 8, solver);
        std::printf("%-20s %10td  %14.6f  %s\n", solver.name.data(), fit.iterations,
                    fit.relative_error, to_string(fit.status).data());
    };
    report(ProjectedGradient{});
    report(nmf::Hals{});
    return broken.empty() ? 0 : 1;
}
