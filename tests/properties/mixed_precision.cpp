// SPDX-License-Identifier: MIT
// Runs of which most is in single precision: what they return is exact in double.

#include <algorithm>
#include <chrono>
#include <limits>
#include <stop_token>
#include <thread>

#include <Eigen/SparseCore>

#include <nmf/any.hpp>
#include <nmf/nmf.hpp>

#include "support/catch.hpp"
#include "support/problems.hpp"

using Catch::Matchers::WithinRel;
using nmf::Index;
using SparseMatrix = Eigen::SparseMatrix<double>;

namespace {

/// About a third of the entries is stored.
SparseMatrix sparse_problem(std::uint64_t seed = 5) {
    const nmf::Matrix<double> product = uniform(seed, 90, 4) * uniform(seed + 1, 4, 70);
    const nmf::Matrix<double> values = product + 0.2 * uniform(seed + 2, 90, 70);
    return (uniform(seed + 3, 90, 70).array() < 0.3).select(values, 0.0).sparseView();
}

double half_squared_residual(const SparseMatrix& v, const nmf::Factorization<double>& fit) {
    return 0.5 * (nmf::Matrix<double>(v) - fit.W * fit.H).squaredNorm();
}

/// Iterations 0, 1, 2, ...
template <class Fit>
bool is_continuous(const Fit& fit) {
    Index next = 0;
    return std::all_of(fit.history.begin(), fit.history.end(),
                       [&](const auto& line) { return line.iteration == next++; }) &&
           next == fit.iterations + 1;
}

/// The same bits as factorize with these policies.
template <class V, class... Ps>
void check_plain(const V& v, const Ps&... policies) {
    const auto mixed = nmf::factorize_mixed(v, 3, policies...);
    const auto plain = nmf::factorize(v, 3, policies...);
    CHECK((mixed.W == plain.W && mixed.H == plain.H));
    CHECK(mixed.iterations == plain.iterations);
}

}  // namespace

TEST_CASE("A mixed run returns the figures of its factors in double", "[mixed]") {
    const SparseMatrix v = sparse_problem();
    for (const double tolerance : {1e-2, 1e-4, 1e-7}) {
        CAPTURE(tolerance);
        const auto fit = nmf::factorize_mixed(v, 4, nmf::KktTolerance{tolerance},
                                              nmf::MaxIterations{5000}, nmf::Seed{3});
        CHECK(fit.status == nmf::Status::converged);
        CHECK(fit.kkt_residual <= tolerance);
        CHECK_THAT(fit.objective, WithinRel(half_squared_residual(v, fit), 1e-12));
        CHECK(fit.history.back().objective == fit.objective);
        CHECK(is_continuous(fit));
        // The residual as a run in double measures it at these factors.
        const auto again = nmf::factorize(v, 4, nmf::CustomInit(fit.W, fit.H, false),
                                          nmf::Only{nmf::MaxIterations{0}});
        CHECK_THAT(again.kkt_residual, WithinRel(fit.kkt_residual, 1e-6));
    }
}

TEST_CASE("A mixed run ends where the run in double does", "[mixed]") {
    const SparseMatrix v = sparse_problem();
    const auto rule = nmf::KktTolerance{1e-6};
    const auto most = nmf::MaxIterations{5000};
    const auto mixed = nmf::factorize_mixed(v, 4, rule, most, nmf::Seed{3});
    const auto plain = nmf::factorize(v, 4, rule, most, nmf::Seed{3});
    CHECK_THAT(mixed.objective, WithinRel(plain.objective, 1e-8));
    CHECK((mixed.W - plain.W).norm() <= 1e-3 * plain.W.norm());
    // Most of it is not in double: those figures have the digits of single precision.
    const auto first =
        nmf::factorize(Eigen::SparseMatrix<float>(v.cast<float>()), 4, rule, most, nmf::Seed{3});
    REQUIRE(first.iterations > 20);
    CHECK(mixed.history[20].objective == first.history[20].objective);
    CHECK(mixed.history[20].objective != plain.history[20].objective);
}

TEST_CASE("What has no first run in single precision is the run in double", "[mixed]") {
    const SparseMatrix v = sparse_problem();
    check_plain(nmf::Matrix<double>(v));
    check_plain(Eigen::SparseMatrix<float>(v.cast<float>()));
    check_plain(v, nmf::Only{nmf::MaxIterations{30}});
    check_plain(v, nmf::MissingUnstored{});
    SparseMatrix large = v;
    large.valuePtr()[7] = 1e19;
    check_plain(large);
    SparseMatrix small = v;
    small.valuePtr()[7] = 1e-19;
    check_plain(small);
}

TEST_CASE("Limits hold for both parts of a mixed run", "[mixed]") {
    const SparseMatrix v = sparse_problem();
    const auto few = nmf::factorize_mixed(v, 4, nmf::MaxIterations{7}, nmf::Seed{3});
    CHECK(few.status == nmf::Status::max_iterations);
    CHECK(few.iterations == 7);
    CHECK(is_continuous(few));
    CHECK_THAT(few.objective, WithinRel(half_squared_residual(v, few), 1e-12));

    const auto cancel = [](const nmf::Progress& progress) {
        return progress.iteration == 5 ? nmf::Signal::cancel : nmf::Signal::proceed;
    };
    const auto cancelled = nmf::factorize_mixed(v, 4, cancel, nmf::Seed{3});
    CHECK(cancelled.status == nmf::Status::cancelled);
    CHECK(cancelled.iterations == 5);
    CHECK(is_continuous(cancelled));
    CHECK_THAT(cancelled.objective, WithinRel(half_squared_residual(v, cancelled), 1e-12));

    const auto late = nmf::factorize_mixed(v, 4, nmf::TimeLimit{0});
    CHECK(late.status == nmf::Status::time_limit);
    CHECK_THAT(late.objective, WithinRel(half_squared_residual(v, late), 1e-12));
}

#ifdef __cpp_lib_jthread
TEST_CASE("A mixed run that is stopped within an iteration returns what there is", "[mixed]") {
    const SparseMatrix v = sparse_problem();
    std::stop_source source;
    const auto stop = [&](const nmf::Progress& progress) {
        if (progress.iteration == 5) source.request_stop();
    };
    const auto fit = nmf::factorize_mixed(v, 4, nmf::Cancel{source.get_token()}, stop);
    CHECK(fit.status == nmf::Status::cancelled);
    CHECK(fit.iterations == 5);
    CHECK_THAT(fit.objective, WithinRel(half_squared_residual(v, fit), 1e-12));
}
#endif

TEST_CASE("A mixed run that is long over its time returns what there is", "[mixed]") {
    const SparseMatrix v = sparse_problem();
    const auto sleep = [](const nmf::Progress& progress) {
        if (progress.iteration == 3) std::this_thread::sleep_for(std::chrono::milliseconds(900));
    };
    const auto fit = nmf::factorize_mixed(v, 4, nmf::TimeLimit{0.2}, sleep);
    CHECK(fit.status == nmf::Status::time_limit);
    CHECK(fit.iterations == 3);
    CHECK_THAT(fit.objective, WithinRel(half_squared_residual(v, fit), 1e-12));
}

TEST_CASE("What single precision cannot do is done in double", "[mixed]") {
    const SparseMatrix v = sparse_problem();
    const nmf::CustomInit far(1e40 * uniform(1, 90, 3), 1e-40 * uniform(2, 3, 70));
    check_plain(v, far);
    check_plain(v, nmf::CustomInit(1e25 * uniform(1, 90, 3), 1e25 * uniform(2, 3, 70), false));
    // The error is that of the user's V.
    SparseMatrix negative = v;
    negative.valuePtr()[7] = -0.1;
    double value = 0;
    try {
        static_cast<void>(nmf::factorize_mixed(negative, 3));
    } catch (const nmf::InputError& error) {
        value = error.value;
    }
    CHECK(value == -0.1);
}

TEST_CASE("The history of a mixed run does not rise", "[mixed]") {
    const nmf::Matrix<double> product = uniform(1, 60, 4) * uniform(2, 4, 50);
    const SparseMatrix exact = product.sparseView();
    for (const SparseMatrix& v : {exact, sparse_problem()}) {
        const auto fit = nmf::factorize_mixed(v, 4, nmf::KktTolerance{1e-8},
                                              nmf::MaxIterations{3000}, nmf::Seed{3});
        REQUIRE(fit.iterations > 10);
        const double noise = 1e-15 * v.squaredNorm();
        for (std::size_t i = 1; i < fit.history.size(); ++i) {
            CHECK(fit.history[i].objective <= fit.history[i - 1].objective + noise);
        }
    }
}

TEST_CASE("The second part of a mixed run has the number of its start", "[mixed][starts]") {
    const SparseMatrix v = sparse_problem();
    Index last = -1;
    const auto see = [&](const nmf::Progress& progress) { last = progress.start; };
    const auto best = nmf::factorize_mixed(v, 4, nmf::Starts{5, 4}, nmf::Seed{40}, see);
    CHECK(last == static_cast<Index>(best.seed - 40));
    CHECK(last > 0);
}

TEST_CASE("The best of several mixed starts is the mixed run from its seed", "[mixed][starts]") {
    const SparseMatrix v = sparse_problem();
    const auto best = nmf::factorize_mixed(v, 4, nmf::Starts{5, 4}, nmf::Seed{40});
    const auto alone = nmf::factorize_mixed(v, 4, nmf::Seed{best.seed});
    CHECK(best.W == alone.W);
    CHECK(best.H == alone.H);
    CHECK(best.objective == alone.objective);
    REQUIRE(best.starts.size() == 5);
    const auto& line = best.starts[best.seed - 40];
    CHECK(line.seed == best.seed);
    CHECK(line.objective == best.objective);
    CHECK(line.iterations == best.iterations);
}

TEST_CASE("Several inits share the starts of a mixed run", "[mixed][starts]") {
    const SparseMatrix v = sparse_problem();
    const auto best = nmf::factorize_mixed(v, 4, nmf::Nndsvd{}, nmf::RandomInit{},
                                           nmf::Starts{4, 4}, nmf::Seed{40});
    REQUIRE(best.starts.size() == 4);
    CHECK(best.starts[0].init == "nndsvd");
    CHECK(best.starts[3].init == "random");
    const nmf::Seed seed{best.seed};
    const auto alone = best.init == "random" ? nmf::factorize_mixed(v, 4, nmf::RandomInit{}, seed)
                                             : nmf::factorize_mixed(v, 4, nmf::Nndsvd{}, seed);
    CHECK((best.W == alone.W && best.H == alone.H));
    CHECK(best.init == alone.init);
}

TEST_CASE("A mixed run is the same for any number of threads", "[mixed]") {
    const SparseMatrix v = sparse_problem();
    const auto one = nmf::factorize_mixed(v, 4, nmf::Threads{1});
    const auto three = nmf::factorize_mixed(v, 4, nmf::Threads{3});
    CHECK(one.W == three.W);
    CHECK(one.H == three.H);
}

TEST_CASE("A mixed run by options is the one by types", "[mixed][any]") {
    const SparseMatrix v = sparse_problem();
    nmf::Options options{.rank = 4};
    options.seed = 3;
    const auto by_options = nmf::factorize_mixed(v, options);
    const auto by_types = nmf::factorize_mixed(v, 4, nmf::Seed{3});
    CHECK(by_options.W == by_types.W);
    CHECK(by_options.H == by_types.H);
    CHECK(by_options.iterations == by_types.iterations);

    options.loss = "kl";
    const auto kl = nmf::factorize_mixed(v, options);
    options.solver = "cd";
    const Eigen::SparseMatrix<double, Eigen::RowMajor> rows = v;
    CHECK(nmf::factorize_mixed(rows, options).W == kl.W);
    options.stopping = nmf::Only{nmf::MaxIterations{9}};
    CHECK(nmf::factorize_mixed(v, options).W == nmf::factorize(v, options).W);
}

TEST_CASE("Frozen entries of a mixed run have all their digits", "[mixed][constraints]") {
    const SparseMatrix v = sparse_problem();
    nmf::Matrix<double> known = uniform(9, 90, 4);
    known.rightCols(2).setConstant(std::numeric_limits<double>::quiet_NaN());
    nmf::Options options{.rank = 4};
    options.frozen.w = known;
    const auto fit = nmf::factorize_mixed(v, options);
    CHECK(fit.W.leftCols(2) == known.leftCols(2));
    CHECK_THAT(fit.objective, WithinRel(half_squared_residual(v, fit), 1e-12));
}

TEST_CASE("Dead components of a mixed run are dropped at its end", "[mixed]") {
    // A rank above that of V, whose spare components die by the penalty.
    const nmf::Matrix<double> rank_one = uniform(2, 40, 1) * uniform(3, 1, 30);
    const SparseMatrix v = rank_one.sparseView();
    const auto drop = nmf::DeadComponents::drop;
    const nmf::L1 penalty{.w = 0.5, .h = 0.5};
    const auto fit = nmf::factorize_mixed(v, 3, penalty, drop, nmf::MaxIterations{3000});
    const auto plain = nmf::factorize(v, 3, penalty, drop, nmf::MaxIterations{3000});
    REQUIRE(plain.W.cols() < 3);
    CHECK(fit.W.cols() == plain.W.cols());
    CHECK_THAT(fit.objective, WithinRel(plain.objective, 1e-6));
}
