// SPDX-License-Identifier: MIT
// The front door: policies in any order, the model, and what a result holds.

#include <nmf/nmf.hpp>

#include "support/catch.hpp"
#include "support/measure.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;

namespace {

template <class A, class B>
bool same(const A& one, const B& two) {
    return one.W == two.W && one.H == two.H && one.objective == two.objective &&
           one.status == two.status && one.iterations == two.iterations;
}

/// A product of rank 2 in which components 1 and 3 of 4 have nothing to do.
nmf::CustomInit<double> start_with_dead_components() {
    Matrix<double> w = uniform(2, 30, 4);
    Matrix<double> h = uniform(3, 4, 20);
    w.col(1).setZero();
    h.row(1).setZero();
    w.col(3).setZero();
    h.row(3).setZero();
    return {w, h};
}

}  // namespace

TEST_CASE("Policies come in any order") {
    const AnySolver solver = nmf::MultiplicativeUpdate{};
    const AnyRule rule = nmf::Only{nmf::MaxIterations{8}};
    const nmf::L1 l1{0.01, 0.02};
    const nmf::L2 l2{0.03, 0.04};
    const nmf::Seed seed{7};
    const auto order = nmf::UpdateOrder::wh;
    const auto one = nmf::factorize(golden_v(), 3, solver, rule, l1, l2, seed, order);
    const auto two = nmf::factorize(golden_v(), 3, order, l2, seed, rule, solver, l1);
    CHECK(same(one, two));
    const auto whole =
        nmf::factorize(golden_v(), 3, nmf::ElasticNet{l1, l2}, rule, seed, solver, order);
    CHECK(same(one, whole));
    CHECK_FALSE(same(one, fit(golden_v(), 3, {.solver = solver, .stopping = rule})));
}

TEST_CASE("AnyRule stands beside other rules") {
    const AnyRule rule = nmf::MaxIterations{7};
    const auto either = nmf::factorize(golden_v(), 3, rule, nmf::TimeLimit{1000});
    CHECK(either.iterations == 7);
    CHECK(nmf::factorize(golden_v(), 3, rule || nmf::MaxIterations{5}).iterations == 5);
}

TEST_CASE("A model does what factorize does, as often as wanted") {
    const nmf::NMF model(3, AnySolver(nmf::Anls{}), AnyRule(nmf::Only{nmf::MaxIterations{8}}),
                         nmf::Seed{3});
    const auto expected = nmf::factorize(golden_v(), 3, AnySolver(nmf::Anls{}),
                                         AnyRule(nmf::Only{nmf::MaxIterations{8}}), nmf::Seed{3});
    CHECK(same(model.fit(golden_v()), expected));
    CHECK(same(model.fit(golden_v()), expected));
}

TEST_CASE("What is not given is Hals, RandomInit and the default rules") {
    CHECK(same(nmf::factorize(golden_v(), 4),
               nmf::factorize(golden_v(), 4, nmf::Hals{}, nmf::Frobenius{}, nmf::RandomInit{},
                              nmf::KktTolerance{1e-4} || nmf::DiminishingReturns{1e-4} ||
                                  nmf::MaxIterations{500},
                              nmf::Seed{0}, nmf::UpdateOrder::hw, nmf::DeadComponents::keep)));
}

TEST_CASE("The result has the shapes and the numbers of its factors") {
    for (const auto order : {nmf::UpdateOrder::hw, nmf::UpdateOrder::wh}) {
        const auto run = fit(golden_v(), 4, {.order = order});
        CHECK(run.W.rows() == 30);
        CHECK(run.W.cols() == 4);
        CHECK(run.H.rows() == 4);
        CHECK(run.H.cols() == 20);
        CHECK(run.iterations + 1 == static_cast<Index>(run.history.size()));
        CHECK(run.history.back().objective == run.objective);
        CHECK(run.history.back().relative_error == run.relative_error);
        CHECK(run.history.back().kkt_residual == run.kkt_residual);
        CHECK(run.history.back().iteration == run.iterations);
        CHECK(run.seconds >= run.history.back().seconds);
        CHECK(run.dead_components.empty());
    }
}

TEST_CASE("The components of the result are balanced") {
    const auto run = fit(golden_v(), 4);
    for (Index a = 0; a < 4; ++a) {
        CHECK_THAT(run.W.col(a).norm(), WithinRel(run.H.row(a).norm(), 1e-12));
    }
}

TEST_CASE("Components without a part in W H are reported, and dropped on demand") {
    // A multiplicative update raises zeros; the others leave a component without curvature alone.
    for (const AnySolver& solver :
         {AnySolver(nmf::Hals{}), AnySolver(nmf::Anls{}), AnySolver(nmf::Als{})}) {
        Options options{.solver = solver,
                        .init = start_with_dead_components(),
                        .stopping = nmf::Only{nmf::MaxIterations{20}}};
        const auto kept = fit(golden_v(), 4, options);
        CHECK(kept.dead_components == std::vector<Index>{1, 3});
        CHECK(kept.W.cols() == 4);
        CHECK(kept.H.rows() == 4);
        options.dead = nmf::DeadComponents::drop;
        const auto dropped = fit(golden_v(), 4, options);
        CHECK(dropped.dead_components == std::vector<Index>{1, 3});
        REQUIRE(dropped.W.cols() == 2);
        REQUIRE(dropped.H.rows() == 2);
        CHECK(dropped.W.col(0) == kept.W.col(0));
        CHECK(dropped.W.col(1) == kept.W.col(2));
        CHECK(dropped.H.row(0) == kept.H.row(0));
        CHECK(dropped.H.row(1) == kept.H.row(2));
        CHECK_THAT(measure::objective(golden_v(), dropped), WithinRel(dropped.objective, 1e-12));
        CHECK(dropped.transform(golden_v()).rows() == 2);
    }
}

TEST_CASE("A penalty that is too heavy leaves only dead components") {
    for (const auto& [name, solver, exact] : default_solvers()) {
        INFO(name);
        const auto run = fit(golden_v(), 3,
                             {.solver = solver,
                              .stopping = nmf::Only{nmf::MaxIterations{100}},
                              .penalty = {nmf::L1{1e3, 1e3}, {}},
                              .dead = nmf::DeadComponents::drop});
        CHECK(run.dead_components == std::vector<Index>{0, 1, 2});
        CHECK(run.W.rows() == 30);
        CHECK(run.W.cols() == 0);
        CHECK(run.H.rows() == 0);
        CHECK(run.H.cols() == 20);
        CHECK_THAT(run.objective, WithinRel(0.5 * golden_v().squaredNorm(), 1e-9));
        CHECK(measure::acceptable(run));
    }
}

TEST_CASE("All components of V = 0 are dead") {
    const Matrix<double> zero = Matrix<double>::Zero(7, 5);
    const auto run = fit(zero, 3);
    CHECK(run.dead_components == std::vector<Index>{0, 1, 2});
    CHECK(run.status == nmf::Status::converged);
    CHECK(run.iterations == 0);
    CHECK(run.objective == 0);
    CHECK(run.relative_error == 0);
}

TEST_CASE("transform takes new columns, dense and sparse, of any number") {
    const auto run =
        fit(golden_v(), 4, {.stopping = nmf::KktTolerance{1e-8} || nmf::MaxIterations{5000}});
    const Matrix<double> other = uniform(9, 30, 7);
    const Matrix<double> h = run.transform(other);
    REQUIRE(h.rows() == 4);
    REQUIRE(h.cols() == 7);
    CHECK(measure::acceptable(h));
    for (Index j = 0; j < 7; ++j) {
        CHECK(measure::distance(run.transform(other.col(j)), h.col(j)) <= 1e-12);
        // The gradient of 1/2 ||v - W h||^2 is >= 0, and 0 where h > 0.
        const nmf::Vector<double> gradient = run.W.transpose() * (run.W * h.col(j) - other.col(j));
        CHECK(gradient.minCoeff() >= -1e-12);
        CHECK(std::abs(gradient.dot(h.col(j))) <= 1e-12);
    }
    CHECK(measure::distance(run.transform(sparse(other)), h) <= 1e-12);
    CHECK(measure::distance(run.transform(other.leftCols(3)), h.leftCols(3)) <= 1e-12);
}

TEST_CASE("transform keeps the penalties of the fit") {
    const nmf::ElasticNet penalty{nmf::L1{0.5, 0.7}, nmf::L2{0.1, 0.3}};
    const auto run =
        fit(golden_v(), 4,
            {.stopping = nmf::KktTolerance{1e-10} || nmf::MaxIterations{5000}, .penalty = penalty});
    CHECK(measure::distance(run.transform(golden_v()), run.H) <= 1e-8);
    CHECK_THAT(run.objective, WithinRel(measure::objective(golden_v(), run, penalty), 1e-12));
}

TEST_CASE("Penalties of their own have their share in the objective") {
    const auto run = nmf::factorize(golden_v(), 4, AnySolver(nmf::Hals{}), nmf::L1{0.5, 0.7},
                                    nmf::L2{0.1, 0.3}, AnyRule(nmf::Only{nmf::MaxIterations{30}}));
    const double penalty = 0.5 * run.W.sum() + 0.7 * run.H.sum() + 0.05 * run.W.squaredNorm() +
                           0.15 * run.H.squaredNorm();
    CHECK_THAT(
        run.objective,
        WithinRel(0.5 * measure::squared_residual(golden_v(), run.W, run.H) + penalty, 1e-12));
    CHECK_THAT(run.relative_error,
               WithinRel((golden_v() - run.W * run.H).norm() / golden_v().norm(), 1e-12));
}
