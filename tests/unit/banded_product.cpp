// SPDX-License-Identifier: MIT
// Products with a sparse V by bands of its rows.

#include <limits>
#include <vector>

#include <nmf/data/view.hpp>

#include "support/catch.hpp"
#include "support/fit.hpp"
#include "support/measure.hpp"
#include "support/problems.hpp"

using nmf::Factor;
using nmf::Index;
using nmf::Matrix;

namespace {

template <class S>
Factor<S> factor(Index rank, Index size) {
    return Factor<S>(Matrix<S>(uniform(3, rank, size).cast<S>()));
}

/// So many entries a column that the view takes it by bands.
Sparse<double> tall() {
    constexpr Index rows = 40000;
    constexpr Index cols = 70;
    std::vector<Eigen::Triplet<double>> entries;
    for (Index j = 0; j < cols; ++j) {
        for (Index i = j % 7; i < rows; i += 500 + 3 * j) {
            entries.emplace_back(i, j, 1.0 + static_cast<double>((3 * i + j) % 11));
        }
    }
    Sparse<double> v(rows, cols);
    v.setFromTriplets(entries.begin(), entries.end());
    return v;
}

}  // namespace

TEMPLATE_TEST_CASE("A product by bands is the product", "", float, double) {
    using S = TestType;
    const Matrix<S> v = scattered(47, 31, 0.4).cast<S>();
    const Sparse<S> stored = sparse(v);
    const auto entries = nmf::detail::stored_entries(stored);
    for (const Index rank : {1, 9, 70}) {
        const Factor<S> a = factor<S>(rank, v.rows());
        const Matrix<double> expected =
            a.matrix().template cast<double>() * v.template cast<double>();
        for (const Index bands : {1, 2, 5, 46, 47, 60}) {
            INFO("rank " << rank << ", " << bands << " bands");
            nmf::detail::BandedProduct<S, int> banded(entries, stored.nonZeros(), bands, rank);
            // Twice, so that nothing of the first product is left in the second.
            for (int round = 0; round < 2; ++round) {
                const Factor<S>& c = banded(a, [&](const auto& f) {
                    f(0, 20);
                    f(20, 11);
                });
                const Matrix<double> got = c.matrix().template cast<double>();
                CHECK((got - expected).norm() <=
                      100.0 * std::numeric_limits<S>::epsilon() * expected.norm());
            }
        }
    }
}

TEST_CASE("Products of a view are the same after they were prepared, by any number of threads") {
    const Sparse<double> v = tall();
    constexpr Index rank = 8;
    REQUIRE(nmf::detail::bands_that_pay<double>(v.rows(), v.cols(), v.nonZeros(), rank) > 2);
    const Factor<double> a = factor<double>(rank, v.rows());
    Factor<double> plain(rank, v.cols());
    nmf::make_view(v).product(a, plain);
    Factor<double> first(rank, v.cols());
    for (const int threads : {1, 2, 4}) {
        const nmf::detail::RunScope scope(threads);
        const auto view = nmf::make_view(v);
        auto products = view.products(rank);
        const auto multiply = [&](const Factor<double>& by, Factor<double>& c) {
            products.begin(by);
            view.for_each_block([&](Index at, Index cols, Index, int) {
                std::as_const(products)(at, cols, c.data() + at * c.stride());
            });
        };
        Factor<double> banded(rank, v.cols());
        // Twice, so that nothing of the first is left in the second.
        multiply(factor<double>(rank, v.rows()), banded);
        multiply(a, banded);
        CHECK((banded.matrix() - plain.matrix()).norm() <= 1e-14 * plain.matrix().norm());
        if (threads == 1) first = banded;
        CHECK(banded.matrix() == first.matrix());
        // By itself.
        const Factor<double> other = factor<double>(3, v.rows());
        Factor<double> narrow(3, v.cols());
        view.product(other, narrow);
        CHECK((narrow.matrix() - other.matrix() * v).norm() <= 1e-13 * narrow.matrix().norm());
    }
}

TEST_CASE("Bands pay where a factor outgrows the cache and columns have entries enough") {
    using nmf::detail::bands_that_pay;
    CHECK(bands_that_pay<double>(4096, 100, 100000, 8) == 0);
    CHECK(bands_that_pay<double>(40960, 100, 100000, 8) == 10);
    CHECK(bands_that_pay<float>(40960, 100, 100000, 8) == 5);
    CHECK(bands_that_pay<double>(40960, 100, 4800, 8) == 3);
    CHECK(bands_that_pay<double>(40960, 100, 3000, 8) == 0);
    // Two bytes count the rows of a band.
    CHECK(bands_that_pay<double>(3 * 65536, 100, 4800, 8) == 3);
    CHECK(bands_that_pay<double>(3 * 65536 + 1, 100, 4800, 8) == 0);
}

TEST_CASE("A run by bands is that on the dense V, by any number of threads") {
    const Sparse<double> v = tall();
    // The number of sweeps would follow the number of entries.
    const Options options{.solver = nmf::Hals{.inner_iterations = 2},
                          .stopping = nmf::Only{nmf::MaxIterations{3}}};
    const auto one = fit(v, 8, options);
    const auto dense = fit(Matrix<double>(v), 8, options);
    CHECK_THAT(one.objective, WithinRel(dense.objective, 1e-10));
    CHECK(measure::distance(one.W, dense.W) <= 1e-8);
    auto in_two = options;
    in_two.threads = nmf::Threads{2};
    const auto two = fit(v, 8, in_two);
    CHECK(one.W == two.W);
    CHECK(one.H == two.H);
}
