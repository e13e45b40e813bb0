// SPDX-License-Identifier: MIT
// Constraints, and penalties that couple entries, take their memory at first too.

#include <nmf/nmf.hpp>

#include "allocation/allocations.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;

namespace {

/// Allocations after the first iteration.
template <class V, class... Ps>
long late_allocations(const V& v, const Ps&... policies) {
    long after_one = 0;
    long at_end = 0;
    const auto run = nmf::factorize(v, 5, policies..., nmf::Only{nmf::MaxIterations{20}},
                                    nmf::Threads{1}, [&](const nmf::Progress& progress) {
                                        if (progress.iteration == 1) {
                                            after_one = allocations().count;
                                        }
                                        at_end = allocations().count;
                                    });
    CHECK(run.iterations > 10);
    return at_end - after_one;
}

}  // namespace

TEST_CASE("With constraints and with penalties that couple entries nothing is allocated later") {
    if (!counted()) return;
    const Matrix<double> v = scattered(70, 170, 0.6);
    const Matrix<double> weights = real_weights(70, 170);
    const nmf::L2 ridge{.w = 0.1, .h = 0.1};
    const auto check = [&](const auto&... policies) {
        CHECK(late_allocations(v, policies...) == 0);
        CHECK(late_allocations(sparse(v), policies...) == 0);
        CHECK(late_allocations(v, policies..., nmf::Weights(weights)) == 0);
    };
    check(nmf::Frozen{.w = uniform(1, 70, 2)}, nmf::UpperBound{.h = 0.5});
    check(nmf::Anls{}, nmf::UpperBound{.h = 0.5});
    check(nmf::KullbackLeibler{}, nmf::UpperBound{.h = 0.5});
    check(nmf::Smooth{.w = 0.1, .h = 1}, ridge);
    check(nmf::Orthogonal{.w = 0.1, .h = 0.1}, ridge);
    check(nmf::KullbackLeibler{}, nmf::Smooth{.w = 0.1, .h = 1}, ridge);
    check(nmf::UnitComponents{nmf::Side::w}, nmf::L1{.h = 0.1});
    check(nmf::KullbackLeibler{}, nmf::UnitComponents{nmf::Side::w}, nmf::L1{.h = 0.1});
}
