// SPDX-License-Identifier: MIT
// Coordinate descent for Kullback-Leibler from starts that it has to mend.

#include <cstdint>

#include <nmf/factorize.hpp>

#include "support/catch.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;

namespace {

constexpr Index rank = 4;

/// Entries below 1, more than half of them 0.
Matrix<double> holed(std::uint64_t seed, Index rows, Index cols) {
    return (uniform(seed + 1000, rows, cols).array() < 0.6).select(0.0, uniform(seed, rows, cols));
}

Matrix<double> counts(std::uint64_t seed) {
    return (20 * holed(10 * seed + 1, 60, rank) * holed(10 * seed + 2, rank, 50)).array().floor();
}

}  // namespace

TEST_CASE("Starts with zeros end where starts without end") {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        const Matrix<double> v = counts(seed);
        const nmf::CustomInit holes(holed(10 * seed + 3, 60, rank), holed(10 * seed + 4, rank, 50));
        const auto run = [&](Index after, const auto& init) {
            return nmf::factorize(v, rank, nmf::KullbackLeibler{},
                                  nmf::KlCoordinateDescent{.after = after}, init);
        };
        const double best = run(2, nmf::RandomInit{}).objective;
        for (const Index after : {0, 2, 3, 10}) {
            INFO("seed " << seed << ", after " << after);
            CHECK(run(after, holes).status == nmf::Status::converged);
            CHECK(run(after, holes).objective <= 1.5 * best);
            CHECK(run(after, nmf::RandomColumns{}).objective <= 1.5 * best);
        }
    }
}

TEMPLATE_TEST_CASE("Zeros of a start do not stay", "", float, double) {
    const Matrix<TestType> v = counts(1).array().max(1).matrix().cast<TestType>();
    Matrix<TestType> w = uniform(3, 60, rank).cast<TestType>();
    Matrix<TestType> h = uniform(4, rank, 50).cast<TestType>();
    w.row(5).setZero();
    h.col(7).setZero();
    w(8, 2) = 0;
    const auto run = nmf::factorize(v, rank, nmf::KullbackLeibler{},
                                    nmf::CustomInit<TestType>(w, h, false), nmf::MaxIterations{3});
    CHECK(run.W.minCoeff() > 0);
    CHECK(run.H.minCoeff() > 0);
    CHECK(run.W.row(5).maxCoeff() > 1e-2);
    CHECK(run.H.col(7).maxCoeff() > 1e-2);
}

TEST_CASE("By default one component is found at once") {
    const auto run = nmf::factorize(counts(2), 1, nmf::KullbackLeibler{},
                                    nmf::KktTolerance{1e-9} || nmf::MaxIterations{100});
    CHECK(run.status == nmf::Status::converged);
    CHECK(run.iterations <= 3);
}
