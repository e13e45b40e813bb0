// SPDX-License-Identifier: MIT
// Coordinate descent for Kullback-Leibler: that it falls, also from starts that it has to mend.

#include <cstdint>

#include <nmf/factorize.hpp>

#include "support/catch.hpp"
#include "support/descent.hpp"
#include "support/divergence.hpp"
#include "support/penalties.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;

namespace {

constexpr Index rank = 4;

/// Entries below 1, more than half of them 0.
Matrix<double> holed(std::uint64_t seed, Index rows, Index cols) {
    return (uniform(seed + 1000, rows, cols).array() < 0.6).select(0.0, uniform(seed, rows, cols));
}

Matrix<double> planted_counts(std::uint64_t seed) {
    return (20 * holed(10 * seed + 1, 60, rank) * holed(10 * seed + 2, rank, 50)).array().floor();
}

}  // namespace

TEST_CASE("Coordinate descent lowers the Kullback-Leibler divergence") {
    constexpr Index k = 5;
    const Matrix<double> v = golden_v();
    const Matrix<double> few = counts(45, 30);
    const Matrix<double> real = real_weights(v.rows(), v.cols());
    for (const auto& [name, penalty] : named_penalties) {
        for (const nmf::KlCoordinateDescent cd : {nmf::KlCoordinateDescent{.after = 0},
                                                  {.sweeps = 2, .after = 0},
                                                  {.relaxation = 1, .newton = true, .after = 0},
                                                  {.relaxation = 1.9, .after = 0},
                                                  {.after = 5}}) {
            INFO(name << ", " << cd.sweeps << " sweeps, relaxed by " << cd.relaxation
                      << (cd.newton ? ", by Newton" : "") << ", after " << cd.after);
            How how{.cd = cd, .penalty = penalty, .stopping = nmf::Only{nmf::MaxIterations{40}}};
            const bool may_rise = cd.after > 0;
            const auto ones = [](const Matrix<double>& of) {
                return Matrix<double>(Matrix<double>::Ones(of.rows(), of.cols()));
            };
            check_descent(1, v, ones(v), fit_cd(v, k, how), penalty, may_rise);
            check_descent(1, few, ones(few), fit_cd(few, k, how), penalty, may_rise);
            check_descent(1, few, ones(few), fit_cd(sparse(few), k, how), penalty, may_rise);
            how.order = nmf::UpdateOrder::wh;
            how.entries = nmf::Weights(real);
            check_descent(1, v, real, fit_cd(v, k, how), penalty, may_rise);
        }
    }
}

TEST_CASE("Starts with zeros end where starts without end") {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        const Matrix<double> v = planted_counts(seed);
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
    const Matrix<TestType> v = planted_counts(1).array().max(1).matrix().cast<TestType>();
    Matrix<TestType> w = uniform(3, 60, rank).cast<TestType>();
    Matrix<TestType> h = uniform(4, rank, 50).cast<TestType>();
    w.row(5).setZero();
    h.col(7).setZero();
    w(8, 2) = 0;
    const auto run =
        nmf::factorize(v, rank, nmf::KullbackLeibler{}, nmf::CustomInit<TestType>(w, h, false),
                       nmf::Only{nmf::MaxIterations{3}});
    CHECK(run.W.minCoeff() > 0);
    CHECK(run.H.minCoeff() > 0);
    CHECK(run.W.row(5).maxCoeff() > 1e-2);
    CHECK(run.H.col(7).maxCoeff() > 1e-2);
}

TEST_CASE("By default one component is found at once") {
    const auto run = nmf::factorize(planted_counts(2), 1, nmf::KullbackLeibler{},
                                    nmf::KktTolerance{1e-9} || nmf::MaxIterations{100});
    CHECK(run.status == nmf::Status::converged);
    CHECK(run.iterations <= 3);
}

TEST_CASE("V = 0 is fitted at the start") {
    const Matrix<double> zero = Matrix<double>::Zero(20, 17);
    const auto run =
        nmf::factorize(zero, 3, nmf::KullbackLeibler{}, nmf::Only{nmf::MaxIterations{0}});
    CHECK(run.objective < 1e-300);
    CHECK(run.kkt_residual == 0);
}

TEST_CASE("Single precision finds the same at any scale of V") {
    constexpr double scales[] = {1, 1e-10, 1e-16, 2e-22};
    const auto fit_scaled = [&](const Matrix<double>& v, double scale, std::uint64_t seed) {
        const Matrix<float> scaled = (scale * v).cast<float>();
        return nmf::factorize(scaled, rank, nmf::KullbackLeibler{},
                              nmf::Only{nmf::MaxIterations{100}}, nmf::Seed{seed});
    };
    // Columns that are worked on as a whole, with packets that are filled up, and columns with many
    // zeros.
    for (const Matrix<double>& v : {uniform(1, 70, 50), holed(2, 83, 40)}) {
        for (std::uint64_t seed = 1; seed <= 3; ++seed) {
            const double objective = fit_scaled(v, 1, seed).objective;
            for (const double scale : scales) {
                INFO("scale " << scale << ", seed " << seed);
                const auto run = fit_scaled(v, scale, seed);
                CHECK_THAT(run.objective / scale, WithinRel(objective, 0.02));
                for (const nmf::HistoryEntry& line : run.history) CHECK(line.kkt_residual >= 0);
            }
        }
    }
}
