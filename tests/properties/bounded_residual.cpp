// SPDX-License-Identifier: MIT
// The KKT residual is a number that means something in every line of a history: at floors, for
// locked zeros, and for V of ten orders of magnitude.

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <nmf/nmf.hpp>

#include "support/catch.hpp"
#include "support/divergence.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;

namespace {

/// Columns of a product whose sizes go over ten orders of magnitude, and rows over five.
Matrix<double> ten_orders(std::uint64_t seed, Index rows, Index cols, Index rank) {
    const nmf::CounterRandom random(seed);
    Matrix<double> w = random.stream(1).uniform_matrix<double>(rows, rank);
    Matrix<double> h = random.stream(2).uniform_matrix<double>(rank, cols);
    const Matrix<double> noise = random.stream(3).uniform_matrix<double>(rows, cols);
    for (Index j = 0; j < cols; ++j) {
        h.col(j) *= std::pow(10.0, -10.0 * random.stream(4).uniform(static_cast<std::uint64_t>(j)));
    }
    for (Index i = 0; i < rows; ++i) {
        w.row(i) *= std::pow(10.0, -5.0 * random.stream(5).uniform(static_cast<std::uint64_t>(i)));
    }
    return (w * h).cwiseProduct((noise.array() + 0.5).matrix());
}

/// Powers of a few tones over a floor at -100 dB.
Matrix<double> power_spectrogram(std::uint64_t seed, Index rows, Index cols, Index rank) {
    const nmf::CounterRandom random(seed);
    const Matrix<double> w = random.stream(1).uniform_matrix<double>(rows, rank).array().pow(12);
    const Matrix<double> h = random.stream(2).uniform_matrix<double>(rank, cols).array().pow(12);
    const Matrix<double> noise = random.stream(3).uniform_matrix<double>(rows, cols);
    return ((w * h).array() + 1e-10) * (noise.array() + 0.5);
}

/// The largest residual after the second iteration.
template <class Run>
double largest_residual(const Run& run) {
    double largest = 0;
    for (std::size_t line = 3; line < run.history.size(); ++line) {
        largest = std::max(largest, run.history[line].kkt_residual);
    }
    return largest;
}

/// By how much of itself the objective fell in the last thousand iterations.
template <class Run>
double late_fall(const Run& run) {
    if (run.history.size() <= 1000) return 0;
    const double before = run.history[run.history.size() - 1001].objective;
    return (before - run.objective) / run.objective;
}

template <class Run>
void check_meaningful(const Run& run) {
    CHECK(largest_residual(run) <= 1e3);
    CHECK((run.kkt_residual < 1e-3 || late_fall(run) > 1e-8));
}

}  // namespace

TEST_CASE("The residual ends low, or the objective still falls, over ten orders of magnitude") {
    constexpr Index rank = 4;
    const How how{.stopping = nmf::KktTolerance{0} || nmf::MaxIterations{5000}};
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
        for (const bool spectrogram : {false, true}) {
            const Matrix<double> v = spectrogram ? power_spectrogram(seed, 24, 20, rank)
                                                 : ten_orders(seed, 24, 20, rank);
            for (const double beta : {0.0, 0.5, 1.0}) {
                INFO("seed " << seed << ", " << spectrogram << ", beta " << beta);
                check_meaningful(fit_beta(beta, v, rank, how));
            }
            check_meaningful(fit_cd(v, rank, how));
        }
    }
}

TEST_CASE("No line of the history of sparse counts has a residual that means nothing") {
    const Matrix<double> v = counts(120, 90);
    const How how{.stopping = nmf::MaxIterations{60}};
    CHECK(largest_residual(fit_cd(sparse(v), 10, how)) <= 10);
    CHECK(largest_residual(fit_beta(1, sparse(v), 10, how)) <= 10);
    CHECK(largest_residual(fit_beta(1.5, sparse(v), 10, how)) <= 10);
}

TEST_CASE("The residual of Itakura-Saito stays when a column of V is scaled") {
    const Matrix<double> v = power_spectrogram(3, 24, 20, 4);
    Matrix<double> scaled = v;
    scaled.col(7) *= 0x1p-30;
    Matrix<double> w = uniform(2, 24, 4);
    Matrix<double> h = uniform(3, 4, 20);
    const auto residual = [&](const Matrix<double>& of, const Matrix<double>& with) {
        const How how{.start = nmf::CustomInit<double>(w, with, false),
                      .stopping = nmf::MaxIterations{0}};
        return fit_beta(0, of, 4, how).kkt_residual;
    };
    const double before = residual(v, h);
    Matrix<double> h_scaled = h;
    h_scaled.col(7) *= 0x1p-30;
    CHECK_THAT(residual(scaled, h_scaled), WithinRel(before, 1e-10));
}

TEST_CASE("A zero that is locked is seen in the residual") {
    // An exact fit but for one entry, which a multiplicative step hardly moves.
    Matrix<double> w = uniform(2, 12, 2);
    const Matrix<double> h = uniform(3, 2, 10);
    w(4, 1) = 0.8;
    const Matrix<double> v = w * h;
    const auto residual = [&](double beta) {
        const How how{.start = nmf::CustomInit<double>(w, h, false),
                      .stopping = nmf::Only{nmf::MaxIterations{0}}};
        return fit_beta(beta, v, 2, how).kkt_residual;
    };
    for (const double beta : {0.0, 0.5, 1.0, 1.5}) {
        INFO("beta " << beta);
        w(4, 1) = 0.8;
        CHECK(residual(beta) < 1e-6);
        w(4, 1) = 1e-30;
        CHECK(residual(beta) > 1e-2);
    }
}
