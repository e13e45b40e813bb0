// SPDX-License-Identifier: MIT
// What a run takes from the heap: nothing after the first iteration, and never anything as large
// as V.

#include <nmf/data/compressed.hpp>
#include <nmf/factorize.hpp>
#include <nmf/testing/solver_laws.hpp>

#include "allocation/allocations.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;

namespace {

/// Allocations from the end of the first iteration to that of the last but one: the end of a run
/// copies the factors out.
template <class V>
long late_allocations(const V& v, const AnySolver& solver, const nmf::ElasticNet& penalty,
                      int threads) {
    long after_one = 0;
    long at_end = 0;
    const auto run = fit(v, 7,
                         {.solver = solver,
                          .stopping = nmf::Only{nmf::MaxIterations{40}},
                          .penalty = penalty,
                          .threads = {threads},
                          .observer = [&](const nmf::Progress& progress) {
                              if (progress.iteration == 1) after_one = allocations().count;
                              at_end = allocations().count;
                              return nmf::Signal::proceed;
                          }});
    CHECK(run.iterations > 10);
    return at_end - after_one;
}

/// A bound on what a run needs beside V: some copies of both factors, in two pieces, and pieces of
/// fixed size.
template <class S>
std::size_t allowed(Index rows, Index cols, Index rank, int threads) {
    constexpr std::size_t copies = 10;
    constexpr std::size_t fixed = 400'000;
    return copies * factor_bytes<S>(rank, rows + cols) + 2 * page_slack +
           fixed * static_cast<std::size_t>(threads);
}

const nmf::ElasticNet penalties[] = {{}, {nmf::L1{0.01, 0.02}, nmf::L2{0.1, 0.2}}};

}  // namespace

TEMPLATE_TEST_CASE("Nothing is allocated after the first iteration", "", float, double) {
    if (!counted()) return;
    const Matrix<TestType> dense = scattered(150, 170, 0.3).cast<TestType>();
    const Sparse<TestType> stored = sparse(dense);
    for (const auto& [name, solver, exact] : all_solvers()) {
        for (const auto& penalty : penalties) {
            INFO(name << (penalty.none() ? "" : ", penalties"));
            CHECK(late_allocations(dense, solver, penalty, 1) == 0);
            CHECK(late_allocations(stored, solver, penalty, 1) == 0);
        }
    }
}

TEMPLATE_TEST_CASE("Nothing is allocated near an exact fit either", "", float, double) {
    if (!counted()) return;
    const Matrix<TestType> dense =
        (scattered(150, 7, 0.5) * uniform(3, 7, 170)).template cast<TestType>();
    const Sparse<TestType> stored = sparse(dense);
    for (const auto& [name, solver, exact] : all_solvers()) {
        INFO(name);
        CHECK(late_allocations(dense, solver, {}, 1) == 0);
        CHECK(late_allocations(stored, solver, {}, 1) == 0);
    }
}

TEST_CASE("Nothing is allocated after the first iteration with two threads") {
    if (!counted()) return;
    const Matrix<double> dense = scattered(900, 1100, 0.3);
    const Sparse<double> stored = sparse(dense);
    for (const auto& [name, solver, exact] : default_solvers()) {
        INFO(name);
        CHECK(late_allocations(dense, solver, {}, 2) == 0);
        CHECK(late_allocations(stored, solver, {}, 2) == 0);
    }
}

TEMPLATE_TEST_CASE("A dense V is never copied", "", float, double) {
    if (!counted()) return;
    constexpr Index rows = 4000;
    constexpr Index cols = 2500;
    const Matrix<TestType> v = uniform(1, rows, cols).cast<TestType>();
    const std::size_t size = sizeof(TestType) * static_cast<std::size_t>(rows * cols);
    REQUIRE(2 * allowed<TestType>(rows, cols, 5, 2) < size);
    for (const auto& [name, solver, exact] : default_solvers()) {
        for (const auto order : {nmf::UpdateOrder::hw, nmf::UpdateOrder::wh}) {
            for (const int threads : {1, 2}) {
                INFO(name << ", " << threads << " threads");
                const Use use = use_of([&, &chosen = solver] {
                    static_cast<void>(fit(v, 5,
                                          {.solver = chosen,
                                           .stopping = nmf::Only{nmf::MaxIterations{4}},
                                           .order = order,
                                           .threads = {threads}}));
                });
                CHECK(use.most <= allowed<TestType>(rows, cols, 5, threads));
            }
        }
    }
}

TEST_CASE("No start copies a dense V") {
    if (!counted()) return;
    const Matrix<double> v = uniform(1, 2000, 1500);
    for (const auto& [name, init] : all_inits()) {
        INFO(name);
        const Use use = use_of([&, &chosen = init] {
            static_cast<void>(
                fit(v, 5, {.init = chosen, .stopping = nmf::Only{nmf::MaxIterations{1}}}));
        });
        // The SVD works with ten directions more.
        CHECK(use.most <= allowed<double>(2000, 1500, 5, 1) + 6 * factor_bytes<double>(15, 3500));
    }
}

TEST_CASE("Neither the residual of an exact fit nor transform needs anything as large as V") {
    if (!counted()) return;
    const Matrix<double> w = uniform(2, 2000, 5);
    const Matrix<double> h = uniform(3, 5, 1500);
    const Matrix<double> v = w * h;
    const nmf::CustomInit init(w, h);
    Fit<double> run;
    const Use use = use_of(
        [&] { run = fit(v, 5, {.init = init, .stopping = nmf::Only{nmf::MaxIterations{3}}}); });
    CHECK(use.most <= allowed<double>(2000, 1500, 5, 1));
    const Use transform = use_of([&] { static_cast<void>(run.transform(v)); });
    CHECK(transform.most <= allowed<double>(2000, 1500, 5, 1));
}

TEST_CASE("Rows, strides and entrywise expressions are not copied either") {
    if (!counted()) return;
    constexpr Index rows = 2000;
    constexpr Index cols = 1500;
    const Matrix<double> v = uniform(1, rows, cols);
    const auto check = [&](const auto& form) {
        const Use use = use_of([&] {
            static_cast<void>(nmf::factorize(form, 5, AnySolver(nmf::Hals{}),
                                             AnyRule(nmf::Only{nmf::MaxIterations{3}}),
                                             nmf::Threads{1}));
        });
        CHECK(use.most <= allowed<double>(rows, cols, 5, 1));
    };
    const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> by_rows = v;
    check(by_rows);
    check(v.block(10, 10, rows - 20, cols - 20));
    check(0.5 * v);
}

TEST_CASE("A compressed V is held as two thin factors, and iterations on it allocate nothing") {
    if (!counted()) return;
    constexpr Index rows = 3000;
    constexpr Index cols = 2500;
    constexpr Index rank = 5;
    const Matrix<double> v = uniform(2, rows, 8) * uniform(3, 8, cols);
    for (const int threads : {1, 2}) {
        INFO(threads << " threads");
        long after_one = 0;
        long at_end = 0;
        const auto observer = [&](const nmf::Progress& progress) {
            if (progress.iteration == 1) after_one = allocations().count;
            at_end = allocations().count;
        };
        const Use use = use_of([&] {
            const auto run =
                nmf::factorize(v, rank, nmf::Compressed{}, nmf::Only{nmf::MaxIterations{20}},
                               observer, nmf::Threads{threads});
            CHECK(run.iterations > 10);
        });
        CHECK(at_end == after_one);
        // V~ has 20 directions more than the rank; the range finder works on copies of its factors.
        const std::size_t bound = allowed<double>(rows, cols, rank, threads) +
                                  8 * factor_bytes<double>(rank + 20, rows + cols) + 3 * page_slack;
        REQUIRE(bound < sizeof(double) * static_cast<std::size_t>(rows * cols));
        CHECK(use.most <= bound);
    }
}

// Once more the entries, each with its index, by rows; and where the columns begin. In one piece.
TEMPLATE_TEST_CASE("Of a sparse V one copy is made", "", float, double) {
    if (!counted()) return;
    constexpr Index rows = 6000;
    constexpr Index cols = 8000;
    Sparse<TestType> v(rows, cols);
    const nmf::CounterRandom random(4);
    v.reserve(nmf::Vector<int>::Constant(cols, 300));
    for (Index j = 0; j < cols; ++j) {
        for (Index i = j % 20; i < rows; i += 20) {
            v.insert(i, j) =
                static_cast<TestType>(random.uniform(static_cast<std::uint64_t>(i * cols + j)));
        }
    }
    v.makeCompressed();
    const std::size_t copy =
        static_cast<std::size_t>(v.nonZeros()) * (sizeof(TestType) + sizeof(int)) +
        static_cast<std::size_t>(rows + cols + 2) * sizeof(int);
    for (const auto& [name, solver, exact] : default_solvers()) {
        INFO(name);
        const Use use = use_of([&, &chosen = solver] {
            static_cast<void>(
                fit(v, 5, {.solver = chosen, .stopping = nmf::Only{nmf::MaxIterations{4}}}));
        });
        CHECK(use.most <= copy + page_slack + allowed<TestType>(rows, cols, 5, 1));
        CHECK(use.largest <= copy + page_slack);
    }
}

TEMPLATE_TEST_CASE("Solvers allocate in their first call only", "", float, double) {
    if (!counted()) return;
    const auto counter = [] { return allocations().count; };
    for (const auto& [name, solver, exact] : all_solvers()) {
        INFO(name);
        CHECK(nmf::testing::solver_laws<TestType>(solver, counter).empty());
    }
}

namespace {

struct Allocating {
    using Axis = nmf::axis::Solver;
    static constexpr std::string_view name = "allocating";
    template <nmf::RealScalar S>
    struct Workspace {};
    template <nmf::RealScalar S>
    void update(const nmf::NormalEquations<S>& eq, nmf::Factor<S>& x, Workspace<S>&) const {
        const Matrix<S> copy = x.matrix();
        if (eq.gram.matrix().trace() > S(0)) x.matrix() = copy.cwiseMax(S(0));
    }
};

}  // namespace

TEST_CASE("The counter sees an allocation, and the law of a solver finds it") {
    if (!counted()) return;
    reset_allocations();
    const Matrix<double> piece(100, 100);
    CHECK(allocations().count >= 1);
    CHECK(allocations().largest >= 80000);
    const auto reports =
        nmf::testing::solver_laws<double>(Allocating{}, [] { return allocations().count; });
    REQUIRE(reports.size() == 1);
    CHECK_THAT(reports.front(), StartsWith("4. "));
}
