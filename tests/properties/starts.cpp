// SPDX-License-Identifier: MIT
// Several starts of a run: the result is that of the best one alone.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
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

namespace {

/// Starts from several inits, checked against runs of single ones.
template <class V>
void check_several(const V& v, nmf::Options options, const std::vector<std::string>& expected) {
    options.starts = {static_cast<Index>(expected.size()), 3};
    options.threads = 1;
    const auto fit = nmf::factorize(v, options);
    REQUIRE(fit.starts.size() == expected.size());
    const nmf::Options all = options;
    options.starts = {};
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const nmf::StartResult& line = fit.starts[i];
        CHECK(line.seed == first_seed + i);
        CHECK(line.init == expected[i]);
        options.seed = line.seed;
        options.init = expected[i];
        options.stopping = nmf::Only{nmf::MaxIterations{line.iterations}};
        CHECK(nmf::factorize(v, options).objective == line.objective);
    }
    options.stopping = std::nullopt;
    options.seed = fit.seed;
    CHECK(fit.init == expected[static_cast<std::size_t>(fit.seed - first_seed)]);
    options.init = fit.init;
    const auto alone = nmf::factorize(v, options);
    CHECK(alone.W == fit.W);
    CHECK(alone.H == fit.H);
    CHECK(alone.objective == fit.objective);
    CHECK(alone.iterations == fit.iterations);
    CHECK(alone.warnings == fit.warnings);
    options = all;
    options.threads = 2;
    const auto on_two = nmf::factorize(v, options);
    CHECK(on_two.W == fit.W);
    CHECK(on_two.H == fit.H);
    CHECK(on_two.init == fit.init);
}

}  // namespace

TEST_CASE("Several inits have a start each, and those that draw take turns at more", "[starts]") {
    const nmf::Matrix<double> dense = uniform(1, 300, 200);
    const Eigen::SparseMatrix<double> sparse =
        (uniform(2, 300, 200).array() < 0.3).select(dense, 0.0).sparseView();
    const std::vector<std::string> expected{"nndsvda", "columns", "spa",    "random",
                                            "columns", "random",  "columns"};
    nmf::Options options = base();
    options.init = "nndsvda,columns,spa,random";
    check_several(dense, options, expected);
    check_several(sparse, options, expected);
    options.loss = "kl";
    check_several(dense, options, expected);
    check_several(sparse, options, expected);
    // None draws, and each has a start.
    options.init = "anchor-words,nndsvd";
    check_several(sparse, options, {"anchor-words", "nndsvd"});
    options.update_order = nmf::UpdateOrder::wh;
    check_several(nmf::Matrix<float>(dense.cast<float>()), options, {"anchor-words", "nndsvd"});
}

TEST_CASE("Several inits are given as types or in a list", "[starts]") {
    const nmf::Matrix<double> v = uniform(1, 40, 30);
    // A start that may not be scaled beside some that may.
    const nmf::CustomInit given(uniform(2, 40, 4), uniform(3, 4, 30), false);
    const nmf::Starts starts{6, 3};
    const auto fit =
        nmf::factorize(v, 4, nmf::Spa{}, starts, given, nmf::RandomInit{}, nmf::Seed{first_seed});
    REQUIRE(fit.starts.size() == 6);
    CHECK(fit.starts[0].init == "spa");
    CHECK(fit.starts[1].init == "custom");
    for (std::size_t i = 2; i < 6; ++i) CHECK(fit.starts[i].init == "random");
    const auto alone_at = [&](const auto& init, std::size_t i) {
        return nmf::factorize(v, 4, init, nmf::Seed{first_seed + i},
                              nmf::Only{nmf::MaxIterations{fit.starts[i].iterations}})
            .objective;
    };
    CHECK(alone_at(nmf::Spa{}, 0) == fit.starts[0].objective);
    CHECK(alone_at(given, 1) == fit.starts[1].objective);
    CHECK(alone_at(nmf::RandomInit{}, 4) == fit.starts[4].objective);
    const nmf::AnyInits list{nmf::Spa{}, given, "random"};
    const auto of_list = nmf::factorize(v, 4, list, starts, nmf::Seed{first_seed});
    CHECK(of_list.W == fit.W);
    CHECK(of_list.H == fit.H);
    CHECK(of_list.init == fit.init);
    const nmf::NMF model(4, nmf::Spa{}, given, nmf::RandomInit{}, starts, nmf::Seed{first_seed});
    CHECK(model.fit(v).W == fit.W);
}

TEST_CASE("Inits and starts that do not go together are refused", "[starts]") {
    const nmf::Matrix<double> v = uniform(1, 40, 30);
    const auto refused = [&](const nmf::AnyInits& init, Index count, const std::string& why) {
        nmf::Options options = base();
        options.init = init;
        options.starts.count = count;
        CAPTURE(init.full_name(), count);
        check_message([&] { (void)nmf::factorize(v, options); }, {why});
    };
    refused("spa,random", 1, "there are 2 inits, and Starts.count is 1");
    refused("nndsvda,spa,random", 2, "there are 3 inits, and Starts.count is 2");
    refused("spa,nndsvd", 3, "Starts.count is 3, and each of the 2 inits makes the same start");
    refused("anchor-words", 2, "the init anchor-words makes the same start");
    check_message([&] { (void)nmf::factorize(v, 4, nmf::Spa{}, nmf::RandomInit{}); },
                  {"there are 2 inits"});
}

TEST_CASE("Starts that would be one are refused", "[starts]") {
    const nmf::Matrix<double> v = uniform(1, 40, 30);
    nmf::Options options = base();
    for (const char* const name : {"nndsvd", "nndsvda", "spa"}) {
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
