// SPDX-License-Identifier: MIT
// What follows a step that was taken back, in runs by passes over V.

#include <cstdint>

#include <nmf/factorize.hpp>

#include "support/catch.hpp"
#include "support/divergence.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;

TEST_CASE("A run goes on from a step that was taken back") {
    // Nearly collinear components: an extrapolated step overshoots from the first on, a plain one
    // does not.
    int taken_back = 0;
    for (const Index seed :
         {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19}) {
        const auto random = [&](std::uint64_t stream, Index rows, Index cols) {
            return uniform(100 * stream + static_cast<std::uint64_t>(seed), rows, cols);
        };
        const Index rows = 2 + seed % 4;
        const Index cols = 2 + seed % 5;
        const Index k = 2 + seed % 2;
        const Matrix<double> w =
            random(1, rows, 1)
                .replicate(1, k)
                .cwiseProduct(Matrix<double>::Ones(rows, k) + 0.1 * random(2, rows, k));
        const Matrix<double> peaked = random(3, k, cols).array().pow(4);
        Matrix<double> h = Matrix<double>::Constant(k, cols, 1e-3);
        h.row(0) = peaked.colwise().sum();
        const Matrix<double> v = w * peaked + 0.01 * random(4, rows, cols);
        const How how{.start = nmf::CustomInit<double>(w, h, false),
                      .stopping = nmf::Only{nmf::MaxIterations{300}}};
        for (const double beta : {1.0, 1.5, 2.0}) {
            const auto run = fit_beta(beta, v, k, how);
            INFO("seed " << seed << ", " << run.steps_taken_back
                         << " steps taken back, KKT residual " << run.kkt_residual);
            CHECK((run.status != nmf::Status::stalled || run.kkt_residual <= 1e-5));
            CHECK(run.objective < run.history.front().objective);
            taken_back += static_cast<int>(run.steps_taken_back);
        }
    }
    CHECK(taken_back > 0);
}

TEST_CASE("A run that can only be taken back is at its end, and says so") {
    Matrix<double> v(4, 2);
    v << 3, 0, 0, 0, 0, 2, 2, 0;
    Matrix<double> w(4, 1);
    w << 0.00145931767693855, 0.014571595506572246, 0.0065176525571351077, 4.5e-13;
    Matrix<double> h(1, 2);
    h << 0.60834216610867853, 0.40510287374018755;
    const How how{.cd = {.after = 10},
                  .start = nmf::CustomInit<double>(w, h, false),
                  .stopping = nmf::KktTolerance{1e-9} || nmf::MaxIterations{2000}};
    const auto run = fit_cd(v, 1, how);
    CHECK(run.status == nmf::Status::converged);
    CHECK(run.kkt_residual <= 1e-9);
}
