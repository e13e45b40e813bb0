// SPDX-License-Identifier: MIT
//
// A run on a V that is read by blocks of columns is, to rounding, the run on the same V in memory.

#include <utility>

#include "support/stream_runs.hpp"

using nmf::Index;
using nmf::Matrix;

TEMPLATE_TEST_CASE("A streamed V has the runs of least squares of one in memory", "", float,
                   double) {
    const Matrix<TestType> v = stream_v<TestType>();
    check(v, "hals");
    check(v, "plain hals", plain);
    check(v, "als", nmf::Als{});
    check(v, "anls", nmf::Anls{});
    check(v, "mu", mu);
    check(v, "plain mu", plain_mu);
}

TEMPLATE_TEST_CASE("A streamed V has the runs of divergences of one in memory", "", float, double) {
    const Matrix<TestType> v = stream_v<TestType>();
    const nmf::KullbackLeibler kl;
    const nmf::ItakuraSaito is;
    check(v, "kullback-leibler", kl, mu);
    check(v, "kullback-leibler, plain", kl, plain_mu);
    check(v, "kullback-leibler, joint", kl, joint_mu);
    check(v, "itakura-saito", is, mu);
    check(v, "itakura-saito, joint", is, joint_mu);
    check(v, "beta 0.5", nmf::BetaDivergence{0.5}, mu);
    check(v, "beta 1.5", nmf::BetaDivergence{1.5}, mu);
    check(v, "beta 1.5, joint", nmf::BetaDivergence{1.5}, joint_mu);
    check(v, "beta 3", nmf::BetaDivergence{3}, mu);
}

TEST_CASE("A streamed V may have any shape") {
    for (const auto& [rows, cols] :
         {std::pair<Index, Index>{83, 1}, {1, 83}, {20, 64}, {20, 65}, {64, 128}, {65, 300}}) {
        const Matrix<double> v = stream_v<double>(rows, cols);
        const std::string shape = nmf::detail::shape(rows, cols);
        // Without penalties a V of one column is fitted exactly, and all that is left is rounding.
        const nmf::L2 ridge{.w = 0.5, .h = 0.5};
        check(v, "plain hals, " + shape, plain, ridge);
        check(v, "anls, " + shape, nmf::Anls{.extrapolation = {.enabled = false}}, ridge);
        check(v, "mu, " + shape, mu, nmf::KullbackLeibler{}, ridge);
        check(v, "beta 0.5, " + shape, nmf::BetaDivergence{0.5}, ridge);
    }
}

TEST_CASE("A streamed V has the same bits for any number of threads and kind of calls") {
    const Matrix<double> v = stream_v<double>(90, 1000);
    const auto same = [&](const auto&... policies) {
        const auto one =
            nmf::factorize(stream_of(v), stream_rank, few, policies..., nmf::Threads{1});
        for (const auto calls : {nmf::Calls::one_at_a_time, nmf::Calls::concurrent}) {
            const auto view = nmf::streamed(
                v.rows(), v.cols(),
                [&](Index first, Index count, auto to) { to = v.middleCols(first, count); }, calls);
            const auto more = nmf::factorize(view, stream_rank, few, policies..., nmf::Threads{4});
            CHECK(more.W == one.W);
            CHECK(more.H == one.H);
            CHECK(more.objective == one.objective);
        }
    };
    same();
    same(nmf::Nndsvd{});
    same(nmf::KullbackLeibler{});
    same(nmf::ItakuraSaito{});
}
