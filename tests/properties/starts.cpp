// SPDX-License-Identifier: MIT
// Several starts of a run: the result is that of the best one alone.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <set>
#include <thread>
#include <vector>

#include <Eigen/SparseCore>

#include <nmf/any.hpp>
#include <nmf/nmf.hpp>

#include "support/catch.hpp"
#include "support/input_error.hpp"
#include "support/problems.hpp"

using nmf::Index;

namespace {

constexpr std::uint64_t first_seed = 40;

nmf::Options base() {
    nmf::Options options{.rank = 4};
    options.seed = first_seed;
    options.starts = {5, 3};
    return options;
}

/// What the result of several starts says, checked against runs of single ones.
template <class V>
void check_starts(const V& v, nmf::Options options) {
    const auto fit = nmf::factorize(v, options);
    const Index count = options.starts.count;
    const Index rung = options.starts.rung;
    REQUIRE(static_cast<Index>(fit.starts.size()) == count);
    options.starts = {};
    for (Index i = 0; i < count; ++i) {
        const nmf::StartResult& line = fit.starts[static_cast<std::size_t>(i)];
        CHECK(line.seed == first_seed + static_cast<std::uint64_t>(i));
        options.seed = line.seed;
        options.stopping = nmf::Only{nmf::MaxIterations{line.iterations}};
        CHECK(nmf::factorize(v, options).objective == line.objective);
    }
    options.stopping = std::nullopt;
    options.seed = fit.seed;
    const auto alone = nmf::factorize(v, options);
    CHECK(alone.W == fit.W);
    CHECK(alone.H == fit.H);
    CHECK(alone.iterations == fit.iterations);
    CHECK(alone.status == fit.status);
    CHECK(alone.objective == fit.objective);
    CHECK(alone.warnings == fit.warnings);
    CHECK(alone.history.size() == fit.history.size());
    // 5 starts, then 3, then 2.
    std::multiset<Index> iterations;
    for (const auto& line : fit.starts) iterations.insert(line.iterations);
    REQUIRE(count == 5);
    REQUIRE(fit.iterations > 4 * rung);
    auto next = iterations.begin();
    CHECK(*next++ == rung);
    CHECK(*next++ == rung);
    CHECK(*next++ == 2 * rung);
    CHECK(*next++ == 4 * rung);
    CHECK(*next == fit.iterations);
}

}  // namespace

TEST_CASE("The best of several starts is the single run from its seed", "[starts]") {
    const nmf::Matrix<double> dense = uniform(1, 40, 30);
    const Eigen::SparseMatrix<double> sparse =
        (uniform(2, 40, 30).array() < 0.3).select(dense, 0.0).sparseView();
    nmf::Options options = base();
    check_starts(dense, options);
    check_starts(nmf::Matrix<float>(dense.cast<float>()), options);
    options.update_order = nmf::UpdateOrder::wh;
    check_starts(sparse, options);
    options = base();
    options.loss = "kl";
    check_starts(sparse, options);
    options.loss = "beta:1.5";
    options.l1 = {.w = 0.01, .h = 0.01};
    check_starts(dense, options);
}

TEST_CASE("The starts are the same for any number of threads", "[starts]") {
    const nmf::Matrix<double> v = uniform(1, 300, 200);
    nmf::Options options = base();
    options.threads = 1;
    const auto one = nmf::factorize(v, options);
    options.threads = 3;
    const auto three = nmf::factorize(v, options);
    CHECK(one.W == three.W);
    CHECK(one.H == three.H);
    CHECK(one.seed == three.seed);
    CHECK(three.threads == 3);
}

TEST_CASE("Of several starts the lower ones go on at every rung", "[starts]") {
    const nmf::Matrix<double> v = uniform(1, 40, 30);
    std::vector<Index> on{0, 1, 2, 3, 4};
    const auto fit = nmf::factorize(v, 4, nmf::Starts{5, 7}, nmf::Seed{first_seed});
    for (Index rung = 7; on.size() > 1; rung *= 2) {
        const auto at_rung = [&](Index start) {
            const nmf::Seed seed{first_seed + static_cast<std::uint64_t>(start)};
            return nmf::factorize(v, 4, seed, nmf::Only{nmf::MaxIterations{rung}}).objective;
        };
        std::sort(on.begin(), on.end(), [&](Index a, Index b) { return at_rung(a) < at_rung(b); });
        on.resize((on.size() + 1) / 2);
    }
    CHECK(fit.seed == first_seed + static_cast<std::uint64_t>(on.front()));
}

TEST_CASE("Starts may all go on to their ends", "[starts]") {
    const nmf::Matrix<double> v = uniform(1, 40, 30);
    constexpr Index never = std::numeric_limits<Index>::max();
    const auto fit = nmf::factorize(v, 4, nmf::Starts{3, never}, nmf::Seed{first_seed});
    double lowest = std::numeric_limits<double>::infinity();
    for (std::uint64_t i = 0; i < 3; ++i) {
        lowest = std::min(lowest, nmf::factorize(v, 4, nmf::Seed{first_seed + i}).objective);
    }
    CHECK(fit.objective == lowest);
}

TEST_CASE("One start is the run as ever", "[starts]") {
    const nmf::Matrix<double> v = uniform(1, 40, 30);
    const auto fit = nmf::factorize(v, 4, nmf::Seed{7});
    REQUIRE(fit.starts.size() == 1);
    CHECK(fit.seed == 7);
    CHECK(fit.starts[0].seed == 7);
    CHECK(fit.starts[0].iterations == fit.iterations);
}

TEST_CASE("An observer sees the number of the start, and can end them all", "[starts]") {
    const nmf::Matrix<double> v = uniform(1, 40, 30);
    std::set<Index> seen;
    Index last = 0;
    const auto fit = nmf::factorize(v, 4, nmf::Starts{6, 5}, [&](const nmf::Progress& progress) {
        seen.insert(progress.start);
        last = progress.start;
        return progress.start == 3 && progress.iteration == 2 ? nmf::Signal::cancel
                                                              : nmf::Signal::proceed;
    });
    CHECK(seen == std::set<Index>{0, 1, 2, 3});
    CHECK(last == 3);
    CHECK(fit.status == nmf::Status::cancelled);
    REQUIRE(fit.starts.size() == 4);
    CHECK(fit.starts[3].iterations == 2);
    const auto lowest =
        std::min_element(fit.starts.begin(), fit.starts.end(),
                         [](const auto& a, const auto& b) { return a.objective < b.objective; });
    CHECK(fit.objective == lowest->objective);
    CHECK(fit.seed == lowest->seed);
}

TEST_CASE("A limit of time is for all starts together", "[starts]") {
    const nmf::Matrix<double> v = uniform(1, 40, 30);
    const auto fit = nmf::factorize(v, 4, nmf::Starts{1000, 5}, nmf::TimeLimit{0});
    CHECK(fit.starts.size() == 1);
    CHECK(fit.status == nmf::Status::time_limit);
    // In the second start.
    const auto slow = [](const nmf::Progress& progress) {
        if (progress.start == 1) std::this_thread::sleep_for(std::chrono::milliseconds(30));
    };
    const auto late =
        nmf::factorize(v, 4, nmf::Starts{1000, 5}, nmf::TimeLimit{0.02}, nmf::Threads{1}, slow);
    CHECK(late.status == nmf::Status::time_limit);
    CHECK(late.starts.size() <= 2);
}

TEST_CASE("Starts that would be one are refused", "[starts]") {
    const nmf::Matrix<double> v = uniform(1, 40, 30);
    nmf::Options options = base();
    for (const char* const name : {"nndsvd", "nndsvda"}) {
        options.init = name;
        const auto error = error_of([&] { (void)nmf::factorize(v, options); });
        REQUIRE(error);
        CHECK_THAT(error->what(), ContainsSubstring("Starts.count is 5"));
        CHECK_THAT(error->what(), ContainsSubstring(name));
    }
    options.init = "nndsvdar";
    CHECK(nmf::factorize(v, options).starts.size() == 5);
    options.init = nmf::CustomInit(uniform(2, 40, 4), uniform(3, 4, 30));
    CHECK(error_of([&] { (void)nmf::factorize(v, options); }));
    options.starts.count = 1;
    CHECK(nmf::factorize(v, options).starts.size() == 1);
    options = base();
    options.compress = nmf::Compressed{};
    const auto error = error_of([&] { (void)nmf::factorize(v, options); });
    REQUIRE(error);
    CHECK_THAT(error->what(), ContainsSubstring("Compressed"));
    options = base();
    options.starts = {0, 3};
    CHECK(error_of([&] { (void)nmf::factorize(v, options); }));
    options.starts = {3, 0};
    CHECK(error_of([&] { (void)nmf::factorize(v, options); }));
}
