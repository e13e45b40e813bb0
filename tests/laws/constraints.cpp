// SPDX-License-Identifier: MIT
// Every constraint keeps the laws of one, every solver keeps to bounds, and faults are found out.

#include <limits>

#include <nmf/nmf.hpp>
#include <nmf/testing/constraint_laws.hpp>
#include <nmf/testing/solver_laws.hpp>

#include "laws/report.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using nmf::Bounds;
using nmf::Index;
using nmf::Matrix;
using nmf::Side;
using nmf::testing::constraint_laws;
using nmf::testing::solver_laws;

TEMPLATE_TEST_CASE("Every constraint keeps the laws", "", float, double) {
    const auto check = [](const auto& constraint) {
        INFO(constraint.name);
        CHECK(constraint_laws<TestType>(constraint, 4, 9, 7) == none);
    };
    Matrix<double> some = uniform(1, 4, 7);
    some(2, 3) = std::numeric_limits<double>::quiet_NaN();
    check(nmf::Frozen{.w = uniform(2, 9, 2), .h = some});
    check(nmf::Frozen{});
    check(nmf::UpperBound{.w = 0.5, .h = 0});
    check(nmf::UpperBound{});
    check(nmf::Free{Side::w});
}

TEMPLATE_TEST_CASE("Every solver of least squares keeps the laws within bounds", "", float,
                   double) {
    CHECK(solver_laws<TestType>(nmf::Hals{}) == none);
    CHECK(solver_laws<TestType>(nmf::Anls{}) == none);
    CHECK(solver_laws<TestType>(nmf::Als{}) == none);
    CHECK(solver_laws<TestType>(nmf::MultiplicativeUpdate{}) == none);
}

namespace {

struct Faulty {
    using Axis = nmf::axis::Constraint;
    static constexpr std::string_view name = "faulty";

    enum class Fault { none, shape, wider, moody, shifting, empty } fault = Fault::none;
    int* calls = nullptr;

    template <nmf::RealScalar S>
    void bound(Side side, Bounds<S>& bounds) const {
        if (side == Side::w) return;
        if (fault == Fault::shape) bounds = Bounds<S>(bounds.rank(), 1, false);
        if (fault == Fault::wider) bounds = Bounds<S>(bounds.rank(), bounds.columns(), true);
        if (fault == Fault::moody) bounds.narrow(0, S(0), S(9 + ++*calls % 2));
        if (fault == Fault::shifting)
            bounds.narrow(0, S(0), bounds.upper(0, 0) > S(5) ? S(5) : S(4));
        if (fault == Fault::empty) bounds.narrow(0, 0, S(3), S(2));
    }
};

/// Projected gradient that clips at 0 whatever the bounds are.
struct Careless {
    using Axis = nmf::axis::Solver;
    static constexpr std::string_view name = "careless";

    template <nmf::RealScalar S>
    struct Workspace {};

    template <nmf::RealScalar S, class Region>
    void update(const nmf::NormalEquations<S, Region>& eq, nmf::Factor<S>& x,
                Workspace<S>& /*work*/) const {
        const auto gram = eq.gram.matrix();
        const S bound = gram.trace();
        if (!(bound > S(0))) return;
        x.matrix() = (x.matrix() - ((gram * x.matrix() - eq.cross.matrix()).colwise() +
                                    eq.linear.matrix().col(0)) /
                                       bound)
                         .cwiseMax(S(0));
    }
};

}  // namespace

TEST_CASE("The laws of a constraint find faults") {
    using Fault = Faulty::Fault;
    int calls = 0;
    const auto laws = [&](Fault fault) {
        return constraint_laws<double>(Faulty{fault, &calls}, 3, 5, 4);
    };
    CHECK(laws(Fault::none) == none);
    CHECK(breaks(laws(Fault::shape), 1));
    CHECK(breaks(laws(Fault::wider), 2));
    CHECK(breaks(laws(Fault::moody), 3));
    CHECK(breaks(laws(Fault::shifting), 4));
    CHECK(breaks(laws(Fault::empty), 5));
}

TEST_CASE("The laws of a solver find one that does not keep to bounds") {
    CHECK(breaks(solver_laws<double>(Careless{}), 1));
}
