// SPDX-License-Identifier: MIT
// Problems whose answer is published, or known exactly.

#include <algorithm>
#include <cmath>

#include <nmf/testing/known_problems.hpp>

#include "reference/iris.hpp"
#include "support/catch.hpp"
#include "support/digits.hpp"
#include "support/linear_algebra.hpp"
#include "support/measure.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;

namespace {

/// The smallest relative error of runs from some random starts.
double best_error(const Matrix<double>& v, Index rank, std::uint64_t starts,
                  const AnySolver& solver = nmf::Hals{}) {
    double best = 1;
    for (std::uint64_t seed = 1; seed <= starts; ++seed) {
        const auto run = fit(v, rank,
                             {.solver = solver,
                              .stopping = nmf::KktTolerance{1e-12} || nmf::MaxIterations{3000},
                              .seed = {seed}});
        best = std::min(best, run.relative_error);
    }
    return best;
}

/// Thomas' matrix: rank 3, non-negative rank 4 (L. B. Thomas, SIAM Review 16(3), 1974).
Matrix<double> thomas() {
    return (Matrix<double>(4, 4) << 1, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 1).finished();
}

/// The swimmers of D. Donoho and V. Stodden, "When does non-negative matrix factorization give a
/// correct decomposition into parts?", NIPS 16, 2003, without the empty background: 256 images of a
/// torso of 12 pixels and four limbs of 13, each in one of four positions. 220 x 256.
Matrix<double> swimmers() {
    constexpr Index torso = 12;
    constexpr Index limb = 13;
    Matrix<double> v = Matrix<double>::Zero(torso + 16 * limb, 256);
    for (Index image = 0; image < 256; ++image) {
        v.col(image).head(torso).setOnes();
        Index positions = image;
        for (Index which = 0; which < 4; ++which) {
            v.col(image).segment(torso + limb * (4 * which + positions % 4), limb).setOnes();
            positions /= 4;
        }
    }
    return v;
}

/// Squared distances of the points 1 .. n of a line: rank 3.
Matrix<double> squared_distances(Index n) {
    Matrix<double> v(n, n);
    for (Index i = 0; i < n; ++i) {
        for (Index j = 0; j < n; ++j) v(i, j) = static_cast<double>((i - j) * (i - j));
    }
    return v;
}

}  // namespace

TEST_CASE("Iris at rank 2 reaches the bound of the SVD from every start") {
    const Matrix<double> v = reference::iris();
    const double bound = distance_to_rank(v, 2);
    CHECK_THAT(bound, WithinRel(3.9408898878793743, 1e-13));
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        const auto run =
            fit(v, 2,
                {.stopping = nmf::KktTolerance{1e-11} || nmf::MaxIterations{5000}, .seed = {seed}});
        CHECK_THAT(run.relative_error * v.norm(), WithinRel(bound, 1e-11));
    }
}

// MATLAB's documentation of nnmf(meas, 2) prints this H.
TEST_CASE("transform gives the best W for a published H of iris") {
    const Matrix<double> v = reference::iris();
    const Matrix<double> h = (Matrix<double>(2, 4) << 0.6945, 0.2856, 0.6220, 0.2218,  //
                              0.8020, 0.5683, 0.1834, 0.0149)
                                 .finished();
    const Matrix<double> turned = v.transpose();
    const auto start = fit(turned, 2,
                           {.init = nmf::CustomInit(h.transpose(), uniform(1, 2, 150), false),
                            .stopping = nmf::Only{nmf::MaxIterations{0}}});
    const Matrix<double> w = start.transform(turned).transpose();
    CHECK_THAT((v - w * h).norm(), WithinRel(3.95374, 2e-6));
}

TEST_CASE("Thomas' matrix has rank 3 and non-negative rank 4") {
    const Matrix<double> v = thomas();
    CHECK(distance_to_rank(v, 3) <= 1e-12);
    CHECK(best_error(v, 4, 20) <= 1e-10);
    CHECK(best_error(v, 4, 20, nmf::Anls{}) <= 1e-10);
    const double best = best_error(v, 3, 40);
    CHECK_THAT(best * best * v.squaredNorm(), WithinRel(2 - std::sqrt(2.0), 1e-9));
}

TEST_CASE("The swimmers have rank 13 and are 16 parts") {
    const Matrix<double> v = swimmers();
    CHECK(distance_to_rank(v.leftCols(64), 10) <= 1e-10);
    CHECK(best_error(v, 16, 5) <= 1e-9);
    CHECK(best_error(v, 13, 3) >= 0.05);
}

TEST_CASE("Squared distances on a line need non-negative rank 5") {
    const Matrix<double> v = squared_distances(6);
    CHECK(distance_to_rank(v, 3) <= 1e-12);
    CHECK_THAT(best_error(v, 3, 40), WithinRel(0.0499898682, 1e-8));
    CHECK_THAT(best_error(v, 4, 100), WithinRel(0.0138332137, 1e-8));
    CHECK(best_error(v, 5, 40) <= 1e-6);
}

// The acceptance test of ristretto, a Python package for randomized factorizations.
TEST_CASE("A product of rank 10 is found") {
    const Matrix<double> v = uniform(1, 100, 10) * uniform(2, 10, 100);
    for (const AnySolver& solver : {AnySolver(nmf::Hals{}), AnySolver(nmf::Anls{})}) {
        const auto run = fit(
            v, 10,
            {.solver = solver, .stopping = nmf::KktTolerance{1e-7} || nmf::MaxIterations{5000}});
        CHECK(run.relative_error < 1e-4);
    }
}

// One of the local minima; the error is that of an independent program.
TEST_CASE("The digits at rank 10 reach the known error from random starts") {
    const Matrix<double> v = digits();
    constexpr double known = 0.32632851873;
    double best = 1;
    int reached = 0;
    for (std::uint64_t seed = 0; seed < 32; ++seed) {
        const auto run =
            fit(v, 10,
                {.stopping = nmf::KktTolerance{1e-7} || nmf::MaxIterations{20000}, .seed = {seed}});
        CHECK(run.status == nmf::Status::converged);
        CHECK(run.relative_error <= 1.01 * known);
        best = std::min(best, run.relative_error);
        reached += std::abs(run.relative_error - known) <= 5e-11 ? 1 : 0;
    }
    CHECK(reached >= 1);
    CHECK(best <= known + 5e-11);
}
