// SPDX-License-Identifier: MIT
// One of each kind of policy, from tests/extensions/, keeps its laws and serves a run: nothing in
// the library knows of them. The half-step is that of examples/huber.hpp.

#include <nmf/factorize.hpp>
#include <nmf/testing/acceleration_laws.hpp>
#include <nmf/testing/constraint_laws.hpp>
#include <nmf/testing/data_pass_laws.hpp>
#include <nmf/testing/data_view_laws.hpp>
#include <nmf/testing/init_laws.hpp>
#include <nmf/testing/penalty_laws.hpp>
#include <nmf/testing/solver_laws.hpp>
#include <nmf/testing/stopping_laws.hpp>

#include "../examples/huber.hpp"
#include "extensions/checkerboard.hpp"
#include "extensions/circulant_view.hpp"
#include "extensions/diagonal_init.hpp"
#include "extensions/good_enough.hpp"
#include "extensions/projected_gradient.hpp"
#include "extensions/staircase.hpp"
#include "extensions/steady_acceleration.hpp"
#include "extensions/target_penalty.hpp"
#include "laws/report.hpp"
#include "support/catch.hpp"
#include "support/measure.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;
namespace testing = nmf::testing;

namespace {

own::CirculantView circulant() {
    std::vector<double> values(37);
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = 1.0 + std::cos(0.1 * static_cast<double>(i * i));
    }
    return own::CirculantView(values);
}

/// 1 on the white squares of a board.
Matrix<double> board(Index rows, Index cols) {
    Matrix<double> squares(rows, cols);
    for (Index i = 0; i < rows; ++i) {
        for (Index j = 0; j < cols; ++j) squares(i, j) = (i + j) % 2 == 0 ? 1.0 : 0.0;
    }
    return squares;
}

/// Steps in the other direction, or longer ones after a step that was taken back.
struct FaultyAcceleration {
    static constexpr bool goes_ahead = false;
    nmf::Pace pace{};
    double growth = 1;
    [[nodiscard]] nmf::Pace next() const { return pace; }
    void accept() {}
    void reject() { pace.start.momentum *= growth; }
};

}  // namespace

TEST_CASE("A view of one's own keeps the laws and is factorized") {
    const auto view = circulant();
    CHECK(testing::data_view_laws(view, view.matrix()) == none);
    // The number of sweeps that Hals chooses depends on the blocks.
    const auto rule = nmf::Only{nmf::MaxIterations{8}};
    const auto fit = nmf::factorize(view, 4, plain_hals(2), rule);
    const Matrix<double> v = view.matrix();
    const auto dense = nmf::factorize(v, 4, plain_hals(2), rule);
    CHECK_THAT(fit.objective, WithinRel(dense.objective, 1e-9));
    CHECK((fit.W - dense.W).norm() <= 1e-8 * dense.W.norm());
}

TEMPLATE_TEST_CASE("A penalty of one's own keeps the laws and is paid", "", float, double) {
    CHECK(testing::penalty_laws<TestType>(own::TargetPenalty{0.5}) == none);
    const Matrix<TestType> v = golden_v().cast<TestType>();
    const auto free = nmf::factorize(v, 3, nmf::L2{0.01, 0.01});
    const auto pulled = nmf::factorize(v, 3, own::TargetPenalty{50}, nmf::L2{0.01, 0});
    const auto gap = [](const auto& h) { return (h.array() - TestType(1)).matrix().norm(); };
    CHECK(gap(pulled.H) < 0.1f * gap(free.H));
}

TEST_CASE("A constraint of one's own keeps the laws and binds") {
    CHECK(testing::constraint_laws<double>(own::Staircase{}, 5, 12, 7) == none);
    CHECK(testing::constraint_laws<float>(own::Staircase{}, 3, 2, 7) == none);
    const auto fit = nmf::factorize(golden_v(), 4, own::Staircase{});
    for (Index a = 0; a < 4; ++a) CHECK(fit.W.col(a).head(a).isZero(0));
    CHECK(fit.W.col(3).tail(27).norm() > 0);
}

TEST_CASE("An acceleration of one's own keeps the laws and shortens runs") {
    CHECK(testing::acceleration_laws(own::SteadyAcceleration{}) == none);
    CHECK(testing::acceleration_laws(FaultyAcceleration{}) == none);
    FaultyAcceleration faulty{.pace = {0.5, {}}};
    CHECK(breaks(testing::acceleration_laws(faulty), 1));
    faulty.pace = {0, {1.5, 1}};
    CHECK(breaks(testing::acceleration_laws(faulty), 1));
    faulty = {.pace = {0, {0.2, 1}}, .growth = 1.1};
    CHECK(breaks(testing::acceleration_laws(faulty), 2));
    const auto iterations = [](double beta) {
        const own::ProjectedGradient solver{.steady = {beta}};
        const auto fit = nmf::factorize(golden_v(), 4, solver, nmf::KktTolerance{1e-3},
                                        nmf::MaxIterations{20000});
        CHECK(fit.status == nmf::Status::converged);
        CHECK(measure::largest_rise(fit.history) == 0);
        return fit.iterations;
    };
    CHECK(iterations(0.5) < iterations(0));
}

TEST_CASE("An acceleration of one's own starts again after plain steps, and a copy goes on alike") {
    nmf::detail::Acceleration steady(own::SteadyAcceleration{0.5});
    steady.reject();
    CHECK(steady.next().beta == 0.25);
    nmf::detail::Acceleration copy(steady);
    copy.reject();
    CHECK(copy.next().beta == 0.125);
    CHECK(steady.next().beta == 0.25);
    steady.rest(2);
    for (int step = 0; step < 2; ++step) {
        CHECK(steady.next().beta == 0);
        steady.accept();
    }
    CHECK(steady.next().beta == 0.5);
}

TEST_CASE("A choice of entries of one's own keeps the laws and is heeded") {
    const Matrix<double> v = golden_v();
    const Matrix<double> squares = board(30, 20);
    const auto view = own::Checkerboard{}.view(v);
    CHECK(testing::data_pass_laws(view, v, squares) == none);
    const auto few = nmf::Only{nmf::MaxIterations{20}};
    const auto own_fit = nmf::factorize(v, 3, own::Checkerboard{}, few);
    const auto weighted = nmf::factorize(v, 3, nmf::Weights(squares), few);
    CHECK(own_fit.objective == weighted.objective);
    CHECK(own_fit.W == weighted.W);
}

TEMPLATE_TEST_CASE("An init of one's own keeps the laws", "", float, double) {
    CHECK(testing::init_laws<TestType>(own::DiagonalInit{}) == none);
}

TEMPLATE_TEST_CASE("A solver of one's own keeps the laws", "", float, double) {
    CHECK(testing::solver_laws<TestType>(own::ProjectedGradient{}) == none);
}

TEST_CASE("A stopping rule of one's own keeps the laws") {
    CHECK(testing::stopping_laws(own::GoodEnough{0.2}) == none);
}

TEST_CASE("All of one's own policies serve one run, and so does a half-step") {
    const auto fit = nmf::factorize(golden_v(), 6, own::ProjectedGradient{}, own::DiagonalInit{},
                                    own::GoodEnough{0.37}, own::TargetPenalty{1e-3},
                                    own::Checkerboard{}, nmf::L2{1e-3, 0});
    CHECK(fit.status == nmf::Status::converged);
    CHECK(fit.relative_error <= 0.37);
    CHECK(fit.solver == "projected gradient");
    CHECK(fit.init == "diagonal");
    const auto robust = nmf::factorize(golden_v(), 3, Huber{.delta = 0.1}, HuberDescent{},
                                       own::DiagonalInit{}, nmf::Only{nmf::MaxIterations{20}});
    CHECK(measure::largest_rise(robust.history) == 0);
    CHECK(robust.objective < 0.7 * robust.history.front().objective);
}
