// SPDX-License-Identifier: MIT
// What runs from several starts take from the heap: a start that is given up gives it back.

#include <nmf/nmf.hpp>

#include "allocation/allocations.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

TEST_CASE("Starts that are given up give their memory back", "[starts]") {
    if (!counted()) return;
    const nmf::Matrix<double> v = uniform(1, 4000, 500);
    constexpr nmf::Index rank = 8;
    const auto factors = factor_bytes<double>(rank, v.rows() + v.cols());
    std::size_t of_all = 0;
    std::size_t of_last = 0;
    const auto fit =
        nmf::factorize(v, rank, nmf::Starts{6, 2}, nmf::Threads{1},
                       nmf::Only{nmf::MaxIterations{12}}, [&](const nmf::Progress& progress) {
                           if (progress.start == 5 && progress.iteration == 2)
                               of_all = allocations().live;
                           if (progress.iteration == 12) of_last = allocations().live;
                       });
    CHECK(fit.iterations == 12);
    // Each run holds its pair and more.
    CHECK(of_all >= of_last + 5 * 2 * factors);
}
