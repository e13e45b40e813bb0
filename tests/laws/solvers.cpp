// SPDX-License-Identifier: MIT
// Every solver keeps the laws of a solver, and solvers with a fault are found out.

#include <nmf/testing/solver_laws.hpp>

#include "laws/report.hpp"
#include "support/any_solver.hpp"
#include "support/catch.hpp"

using nmf::Factor;
using nmf::NormalEquations;
using nmf::testing::solver_laws;

TEMPLATE_TEST_CASE("Every solver keeps the laws", "", float, double) {
    for (const auto& [name, solver, exact] : all_solvers()) {
        INFO(name);
        CHECK(solver_laws<TestType>(solver) == none);
    }
}

namespace {

/// A good solver, of as few words as the concept allows, with faults to be switched on.
struct Gradient {
    using Axis = nmf::axis::Solver;
    static constexpr std::string_view name = "gradient";

    enum class Fault { none, negative, ascent, drift, padding, memory } fault = Fault::none;

    template <nmf::RealScalar S>
    struct Workspace {
        int calls = 0;
    };

    template <nmf::RealScalar S>
    void update(const NormalEquations<S>& eq, Factor<S>& x, Workspace<S>& work) const {
        const auto gram = eq.gram.matrix();
        const S bound = gram.trace();
        if (!(bound > S(0))) return;
        const S step = (fault == Fault::ascent ? S(3) : S(1)) / bound;
        nmf::Matrix<S> next =
            x.matrix() -
            step * ((gram * x.matrix() - eq.cross.matrix()).colwise() + eq.linear.matrix().col(0));
        if (fault != Fault::negative) next = next.cwiseMax(S(0));
        if (fault == Fault::drift) next *= S(0.999);
        if (fault == Fault::memory && work.calls++ > 0) next *= S(0.5);
        x.matrix() = next;
        if (fault == Fault::padding && x.stride() > x.rows()) {
            x.padded_matrix().bottomRows(1).setOnes();
        }
    }
};

}  // namespace

TEST_CASE("The laws of a solver hold for a projected gradient step") {
    CHECK(solver_laws<double>(Gradient{}) == none);
}

TEST_CASE("The laws of a solver find faults") {
    const auto broken = [](Gradient::Fault fault) { return solver_laws<double>(Gradient{fault}); };
    CHECK(breaks(broken(Gradient::Fault::negative), 1));
    CHECK(breaks(broken(Gradient::Fault::ascent), 2));
    CHECK(breaks(broken(Gradient::Fault::drift), 3));
    CHECK(breaks(broken(Gradient::Fault::padding), 5));
    CHECK(breaks(broken(Gradient::Fault::memory), 6));
}
