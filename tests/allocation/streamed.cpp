// SPDX-License-Identifier: MIT
// What a run on a streamed V takes from the heap: nothing after the first iteration, and never
// anything as large as V.

#include <nmf/nmf.hpp>

#include "allocation/allocations.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/streams.hpp"

using nmf::Index;
using nmf::Matrix;

namespace {

constexpr Index rank = 5;

/// A V of rank one that takes no memory.
template <class S>
auto endless(Index rows, Index cols) {
    return nmf::streamed<S>(rows, cols, [](Index first, Index count, auto to) {
        for (Index c = 0; c < count; ++c) {
            to.col(c).setConstant(static_cast<S>(1 + (first + c) % 5));
        }
    });
}

/// A bound on what a run needs: a block for each thread, the parts of the product of blocks, some
/// copies of both factors, in a few pieces, and pieces of fixed size.
template <class S>
std::size_t allowed(Index rows, Index cols, int threads) {
    constexpr Index block = 64;
    constexpr std::size_t parts = 2 * 8 * 2;  // Of R P' and R Q', in a run and while it looks.
    constexpr std::size_t copies = 10;
    constexpr std::size_t fixed = 400'000;
    const auto of_block = sizeof(S) * static_cast<std::size_t>(rows * (block + 1));
    return copies * factor_bytes<S>(rank, rows + cols) + parts * factor_bytes<S>(rank, rows) +
           2 * page_slack + (of_block + fixed) * static_cast<std::size_t>(threads);
}

/// Allocations from the end of the first iteration to that of the last but one.
template <class View, class... Ps>
long late_allocations(const View& view, const Ps&... policies) {
    long after_one = 0;
    long at_end = 0;
    const auto observer = [&](const nmf::Progress& progress) {
        if (progress.iteration == 1) after_one = allocations().count;
        at_end = allocations().count;
    };
    const auto fit =
        nmf::factorize(view, 7, nmf::Only{nmf::MaxIterations{20}}, observer, policies...);
    CHECK(fit.iterations == 20);
    return at_end - after_one;
}

}  // namespace

TEMPLATE_TEST_CASE("A run on a streamed V allocates nothing after its first iteration", "", float,
                   double) {
    if (!counted()) return;
    const Matrix<TestType> v =
        (scattered(150, 970, 0.3).array() + 0.01).template cast<TestType>().matrix();
    for (const int threads : {1, 2}) {
        const nmf::Threads some{threads};
        // Enough rooms for any number of threads at a time.
        const auto view = stream_of(v);
        static_cast<void>(late_allocations(view, some));
        CHECK(late_allocations(view, some) == 0);
        CHECK(late_allocations(view, some, nmf::Anls{}, nmf::L2{.w = 0.1, .h = 0.1}) == 0);
        CHECK(late_allocations(view, some, nmf::KullbackLeibler{}) == 0);
        CHECK(late_allocations(view, some, nmf::BetaDivergence{1.5}) == 0);
        CHECK(late_allocations(view, some, nmf::BetaDivergence{1.5},
                               nmf::MultiplicativeUpdate{.joint = true}) == 0);
    }
}

TEMPLATE_TEST_CASE("Nothing of a streamed V is as large as V", "", float, double) {
    if (!counted()) return;
    constexpr Index rows = 3000;
    constexpr Index cols = 4000;
    const nmf::Only few{nmf::MaxIterations{2}};
    const std::size_t size = sizeof(TestType) * static_cast<std::size_t>(rows * cols);
    const auto check = [&](int threads, const auto&... policies) {
        REQUIRE(allowed<TestType>(rows, cols, threads) < size / 2);
        const Use use = use_of([&] {
            static_cast<void>(nmf::factorize(endless<TestType>(rows, cols), rank, few,
                                             nmf::Threads{threads}, policies...));
        });
        CHECK(use.most <= allowed<TestType>(rows, cols, threads));
    };
    check(1);
    check(2, nmf::RandomColumns{});
    check(1, nmf::KullbackLeibler{});
    check(2, nmf::ItakuraSaito{});
}

TEST_CASE("A streamed V of few columns takes little more than these") {
    if (!counted()) return;
    constexpr Index rows = 200'000;
    const auto view = endless<double>(rows, 3);
    const Use use = use_of([&] { static_cast<void>(view.summary()); });
    CHECK(use.most <= sizeof(double) * static_cast<std::size_t>(rows * 3) + 100'000);
}
