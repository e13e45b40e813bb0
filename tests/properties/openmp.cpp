// SPDX-License-Identifier: MIT
// In a program that has OpenMP, of which this file alone is compiled with it. Without OpenMP it has
// no tests.

#ifdef _OPENMP
#include <algorithm>
#include <array>
#include <cstddef>

#include <omp.h>

#include <nmf/factorize.hpp>
#include <nmf/machine/parallel.hpp>
#include <nmf/machine/thread_count.hpp>

#include "support/catch.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;

TEST_CASE("Runs inside a parallel region are what they are outside, on one thread") {
    const Matrix<double> v = uniform(1, 60, 50);
    // `fit` is compiled elsewhere, without OpenMP.
    const Options options{.stopping = nmf::MaxIterations{5}, .threads = {4}};
    const auto expected = fit(v, 5, options);
    int same = 0;
#pragma omp parallel num_threads(2) reduction(+ : same)
    {
        const auto run = fit(v, 5, options);
        const bool equal = run.W == expected.W && run.H == expected.H;
        same += equal && run.threads == 1 && run.history.size() == expected.history.size() ? 1 : 0;
    }
    CHECK(expected.threads == 4);
    CHECK(same == 2);
}

TEST_CASE("Translation units with and without OpenMP run alike") {
    const Matrix<double> v = uniform(1, 60, 50);
    const nmf::MaxIterations few{5};
    const auto without = fit(v, 5, {.stopping = few, .threads = {3}});
    const auto with = nmf::factorize(v, 5, few, nmf::Threads{3});
    CHECK(with.threads == without.threads);
    CHECK(with.W == without.W);
    CHECK(with.H == without.H);
    CHECK(nmf::detail::resolve_threads({}, 1e18) == nmf::detail::available_processors());
}

TEST_CASE("A run leaves OpenMP's number of threads as it was, and is alone on its own") {
    const int before = omp_get_max_threads();
    omp_set_num_threads(3);
    std::array<int, 8> most{};
    {
        const nmf::detail::RunScope run(4);
        nmf::detail::for_each_chunk(8, [&](Index chunk, int) {
            most[static_cast<std::size_t>(chunk)] = omp_get_max_threads();
        });
    }
    const int after = omp_get_max_threads();
    omp_set_num_threads(before);
    CHECK(std::count(most.begin(), most.end(), 1) == 8);
    CHECK(after == 3);
}
#endif
