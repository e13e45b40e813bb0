// SPDX-License-Identifier: MIT
// What runs with held-out entries take: nothing of the size of a sparse V as a whole.

#include <vector>

#include <nmf/nmf.hpp>

#include "allocation/allocations.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using nmf::Index;

namespace {

constexpr Index side = 200'000;
constexpr Index stored = 100'000;
constexpr Index rank = 3;

/// A few entries all over a huge V.
Sparse<double> huge() {
    const nmf::CounterRandom random(5);
    std::vector<Eigen::Triplet<double>> entries;
    for (std::uint64_t t = 0; t < static_cast<std::uint64_t>(stored); ++t) {
        entries.emplace_back(static_cast<int>(random.below(3 * t, side)),
                             static_cast<int>(random.below(3 * t + 1, side)),
                             1.0 + random.uniform(3 * t + 2));
    }
    Sparse<double> v(side, side);
    v.setFromTriplets(entries.begin(), entries.end());
    return v;
}

/// The late allocations of a run, from the end of the first iteration on.
template <class... Ps>
long late_allocations(const Ps&... policies) {
    long after_one = 0;
    long at_end = 0;
    const auto watch = [&](const nmf::Progress& progress) {
        if (progress.iteration == 1) after_one = allocations().count;
        at_end = allocations().count;
    };
    const nmf::Only stop{nmf::MaxIterations{8} || nmf::ValidationError{.window = 9}};
    const auto fit = nmf::factorize(policies..., stop, watch, nmf::HeldOut{0.2, 1});
    CHECK(fit.iterations == 8);
    return at_end - after_one;
}

}  // namespace

// A pass over all of V would be 4e10 entries.
TEST_CASE("Runs on a huge sparse V with held-out entries take no more than V and the factors") {
    const Sparse<double> v = huge();
    const std::size_t of_v = static_cast<std::size_t>(stored) * 16 + (side + 1) * sizeof(Index);
    const auto check = [&](const auto&... policies) {
        nmf::Validation found;
        const Use use = use_of([&] {
            found = nmf::factorize(v, rank, nmf::HeldOut{0.1, 3}, policies...,
                                   nmf::Only{nmf::MaxIterations{3} || nmf::ValidationError{}})
                        .validation;
        });
        // A tenth of those stored, and as many zeros as V stores.
        CHECK(found.entries > stored);
        CHECK(found.entries < static_cast<Index>(1.2 * stored));
        if (!allocations_are_counted()) return;
        CHECK(use.largest <= factor_bytes<double>(rank, 8 * side) + page_slack);
        CHECK(use.most <= factor_bytes<double>(rank, 10 * side) + 12 * of_v + page_slack);
    };
    check();
    check(nmf::KullbackLeibler{});
    check(nmf::KullbackLeibler{}, nmf::MultiplicativeUpdate{});
}

TEST_CASE("Runs with held-out entries allocate nothing after the first iteration") {
    if (!counted()) return;
    const nmf::Matrix<double> dense = scattered(90, 70, 0.3);
    const Sparse<double> v = sparse(dense);
    CHECK(late_allocations(dense, rank) == 0);
    CHECK(late_allocations(v, rank) == 0);
    CHECK(late_allocations(v, rank, nmf::MissingUnstored{}) == 0);
    CHECK(late_allocations(v, rank, nmf::KullbackLeibler{}) == 0);
    CHECK(late_allocations(v, rank, nmf::KullbackLeibler{}, nmf::MultiplicativeUpdate{}) == 0);
    CHECK(late_allocations(v, rank, nmf::BetaDivergence{0.5}) == 0);
}
