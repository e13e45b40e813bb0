// SPDX-License-Identifier: MIT
// A run is left in the middle of a pass: at a deadline that is past, or by a token.

#include <nmf/core/interrupt.hpp>

#include <atomic>
#include <stop_token>

#include <nmf/data/low_rank.hpp>
#include <nmf/init/nndsvd.hpp>
#include <nmf/machine/parallel.hpp>
#include <nmf/nmf.hpp>

#include "support/catch.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Interrupted;
using nmf::Matrix;
using nmf::Status;
using nmf::detail::Interruption;
using nmf::detail::RunScope;

namespace {

const auto past = Interruption::Clock::time_point::min();

/// Why f() was left; `converged` where it was not.
template <class F>
Status why_left(const F& f) {
    try {
        f();
    } catch (const Interrupted& interrupted) {
        return interrupted.status;
    }
    return Status::converged;
}

/// How often f(stop) calls stop() before it is left, at the first call of it.
template <class F>
Index calls_until_left(const F& f) {
    std::stop_source source;
    Index calls = 0;
    const RunScope run(1, Interruption::never, source.get_token());
    CHECK(why_left([&] {
              f([&] {
                  ++calls;
                  source.request_stop();
              });
          }) == Status::cancelled);
    return calls;
}

/// The start that a token is asked to stop in.
struct StoppingInit {
    using Axis = nmf::axis::Init;
    static constexpr std::string_view name = "stopping";
    std::stop_source* source;

    template <nmf::DataView View, class S = typename View::Scalar>
    void start(const View&, const nmf::Summary&, nmf::CounterRandom, nmf::Factor<S>& w,
               nmf::Factor<S>& h) const {
        w.matrix().setOnes();
        h.matrix().setOnes();
        source->request_stop();
    }
};

template <class View>
void check_view(const View& view) {
    const Index rank = 3;
    const nmf::Factor<double> a(uniform(1, rank, view.rows()));
    const nmf::Factor<double> x(uniform(2, rank, view.cols()));
    nmf::Factor<double> c(rank, view.cols());
    for (const int threads : {1, 2}) {
        const RunScope run(threads, past);
        CHECK(why_left([&] { static_cast<void>(view.summary()); }) == Status::time_limit);
        CHECK(why_left([&] { view.product(a, c); }) == Status::time_limit);
        nmf::detail::Scratch<double> scratch;
        CHECK(why_left([&] { static_cast<void>(view.squared_residual(a, x, 1, scratch)); }) ==
              Status::time_limit);
    }
    // Nothing of that is left behind.
    static_cast<void>(view.summary());
    view.product(a, c);
    const Matrix<double> once = c.matrix();
    view.product(a, c);
    CHECK(c.matrix() == once);
}

}  // namespace

TEST_CASE("Without a deadline or a token nothing is left") {
    nmf::detail::check_interrupt();
    const RunScope run(2);
    nmf::detail::check_interrupt();
    std::stop_source source;
    const RunScope waiting(2, Interruption::Clock::time_point::max() - std::chrono::hours(1),
                           source.get_token());
    nmf::detail::check_interrupt();
}

TEST_CASE("A pass is left at a deadline and by a token, which comes first") {
    std::stop_source source;
    const auto pass = [] { nmf::detail::for_each_chunk(64, [](Index, int) {}); };
    for (const int threads : {1, 2, 3}) {
        INFO(threads << " threads");
        const RunScope late(threads, past);
        CHECK(why_left([&] { pass(); }) == Status::time_limit);
        std::stop_source stopped;
        stopped.request_stop();
        const RunScope both(threads, past, stopped.get_token());
        CHECK(why_left([&] { pass(); }) == Status::cancelled);
    }
    CHECK(why_left([&] { pass(); }) == Status::converged);
}

TEST_CASE("A token that is asked to stop inside of a body ends the pass in every thread") {
    for (const int threads : {1, 2, 3}) {
        INFO(threads << " threads");
        std::stop_source source;
        const RunScope run(threads, Interruption::never, source.get_token());
        CHECK(why_left([&] {
                  nmf::detail::for_each_chunk(64, [&](Index chunk, int) {
                      if (chunk == 3) source.request_stop();
                      // The others stay in their chunk until they are told.
                      while (chunk > 3) nmf::detail::check_interrupt();
                  });
              }) == Status::cancelled);
    }
}

TEST_CASE("A run inside of another one is left with it") {
    std::stop_source outer;
    const RunScope run(2, Interruption::never, outer.get_token());
    {
        std::stop_source inner;
        const RunScope inside(1, Interruption::never, inner.get_token());
        nmf::detail::check_interrupt();
        inner.request_stop();
        CHECK(why_left([] { nmf::detail::check_interrupt(); }) == Status::cancelled);
    }
    nmf::detail::check_interrupt();
    outer.request_stop();
    const RunScope inside(1);
    CHECK(why_left([] { nmf::detail::check_interrupt(); }) == Status::cancelled);
}

TEST_CASE("Each view leaves its passes") {
    const Matrix<double> v = scattered(70, 90, 0.5);
    const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> by_rows = v;
    const Sparse<double> stored = sparse(v);
    const Matrix<double> weights = real_weights(70, 90);
    check_view(nmf::make_view(v));
    check_view(nmf::make_view(by_rows));
    check_view(nmf::make_view(2.0 * v));
    check_view(nmf::make_view(stored));
    check_view(nmf::Weights(weights).view(v));
    check_view(nmf::MissingUnstored{}.view(stored));
    check_view(nmf::LowRankView<double>(
        {nmf::Factor<double>(uniform(3, 4, 70)), nmf::Factor<double>(uniform(4, 4, 90))}));
}

TEST_CASE("One chunk is left at its next block or tile") {
    // Few columns, many rows: a single chunk.
    const Matrix<double> v = uniform(1, 1000, 60);
    const Sparse<double> stored = sparse(v);
    const nmf::Factor<double> a(uniform(2, 3, 1000));
    const nmf::Factor<double> x(uniform(3, 3, 60));
    const auto costs = [&](const auto& view) {
        return calls_until_left([&](const auto& stop) {
            nmf::detail::Scratch<double> scratch;
            const auto cost = [&](const auto*, const auto*, const auto*, Index, nmf::CostSums&) {
                stop();
            };
            static_cast<void>(view.costs(a, x, cost, scratch, true));
        });
    };
    // The lines of one tile.
    CHECK(costs(nmf::make_view(v)) <= 64);
    CHECK(costs(nmf::make_view(stored)) <= 64);
    const auto blocks = calls_until_left([&](const auto& stop) {
        nmf::detail::for_each_block(nmf::detail::Chunks(1000, 1000), 10,
                                    [&](Index, Index, Index, int) { stop(); });
    });
    CHECK(blocks == 1);
    const auto steps = calls_until_left([&](const auto& stop) {
        nmf::detail::PacedInterrupt pace;
        for (Index step = 0; step < 1'000'000'000; ++step) {
            if (step == 0) stop();
            pace.step(1);
        }
    });
    CHECK(steps == 1);
}

TEST_CASE("A singular value decomposition is left between its rotations") {
    const Matrix<double> x = uniform(1, 8, 8);
    const RunScope run(1, past);
    CHECK(why_left([&] { nmf::detail::SymmetricEigen(x + x.transpose()); }) == Status::time_limit);
}

TEST_CASE("Before there is a pair of factors Interrupted arrives at the caller") {
    const Matrix<double> v = uniform(1, 60, 500).array() + 0.1;
    const Sparse<double> stored = sparse(v);
    const nmf::MaxIterations few{3};
    const auto none = [&](const auto& of, const auto&... policies) {
        for (const int threads : {1, 3}) {
            const RunScope around(1, past);
            CHECK(why_left([&] {
                      static_cast<void>(
                          nmf::factorize(of, 3, few, nmf::Threads{threads}, policies...));
                  }) == Status::time_limit);
        }
    };
    none(v);
    none(stored);
    none(v, nmf::Nndsvd{});
    none(stored, nmf::KullbackLeibler{});
    none(v, nmf::ItakuraSaito{});
    const auto fit = nmf::factorize(v, 3, few);
    {
        const RunScope around(1, past);
        CHECK(why_left([&] { static_cast<void>(fit.transform(v)); }) == Status::time_limit);
    }
    CHECK(fit.transform(v).cols() == 500);
}

TEST_CASE("A run is left between the sweeps of a solver") {
    const Matrix<double> v = uniform(1, 20, 10).array() + 0.1;
    constexpr Index endless = Index{1} << 60;
    const auto left = [&](const auto&... policies) {
        // The first half-step belongs to the start.
        return why_left(
            [&] { static_cast<void>(nmf::factorize(v, 3, nmf::TimeLimit{0.01}, policies...)); });
    };
    CHECK(left(nmf::KullbackLeibler{}, nmf::KlCoordinateDescent{.sweeps = endless}) ==
          Status::time_limit);
    CHECK(left(nmf::MultiplicativeUpdate{.inner_iterations = endless}) == Status::time_limit);
}

TEST_CASE("What an observer runs is not left with the run that it observes") {
    const Matrix<double> v = uniform(1, 60, 500);
    const auto model = nmf::factorize(v, 3, nmf::MaxIterations{3});
    std::stop_source source;
    const auto run =
        nmf::factorize(v, 3, nmf::Cancel{source.get_token()}, [&](const nmf::Progress& progress) {
            if (progress.iteration == 2) source.request_stop();
            CHECK(model.transform(v).cols() == 500);
        });
    CHECK(run.status == Status::cancelled);
    CHECK(run.iterations == 2);
}

TEST_CASE("A token that is asked to stop in the start ends the run, and the next one is as ever") {
    const Matrix<double> v = uniform(1, 60, 500);
    const auto run = [&](std::stop_source& source, int threads) {
        return nmf::factorize(v, 3, StoppingInit{.source = &source}, nmf::MaxIterations{3},
                              nmf::Threads{threads});
    };
    std::stop_source unheard;
    const auto expected = run(unheard, 1);
    for (const int threads : {1, 3}) {
        std::stop_source source;
        {
            const RunScope around(threads, Interruption::never, source.get_token());
            CHECK(why_left([&] { static_cast<void>(run(source, threads)); }) == Status::cancelled);
        }
        CHECK(run(source, threads).W == expected.W);
    }
}
