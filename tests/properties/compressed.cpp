// SPDX-License-Identifier: MIT
// V~ of low rank in the place of V: what is promised of it, and of a run on it.

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <nmf/data/compressed.hpp>
#include <nmf/factorize.hpp>
#include <nmf/testing/data_view_laws.hpp>

#include "support/any_init_start.hpp"
#include "support/catch.hpp"
#include "support/linear_algebra.hpp"
#include "support/problems.hpp"

using nmf::Compressed;
using nmf::Factor;
using nmf::Index;
using nmf::Matrix;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

struct How {
    AnyRule stopping = nmf::Only{nmf::MaxIterations{40}};
    int threads = 1;
    std::uint64_t seed = 0;
    AnyInit init = nmf::RandomInit{};
    nmf::Hals solver{};
};

/// Compiled once for all tests.
auto compressed(const Matrix<double>& v, Index rank, const Compressed& entries,
                const How& how = {}) {
    return nmf::factorize(v, rank, entries, how.stopping, how.init, how.solver,
                          nmf::Threads{how.threads}, nmf::Seed{how.seed});
}

double relative_error(const Matrix<double>& v, const auto& fit) {
    return (v - fit.W * fit.H).norm() / v.norm();
}

/// Rank 12 and noise.
Matrix<double> noisy(Index rows, Index cols) {
    return uniform(1, rows, 12) * uniform(2, 12, cols) + 0.5 * uniform(3, rows, cols);
}

nmf::LowRankView<double> low_rank_view(const Matrix<double>& left, const Matrix<double>& right) {
    return nmf::LowRankView<double>({Factor<double>(left), Factor<double>(right)});
}

}  // namespace

TEST_CASE("A view of low rank keeps the laws of a view") {
    // Whole numbers: the entries are exact. As many zeros as make fewer entries than l (m + n).
    for (const auto& [rows, cols] : {std::pair<Index, Index>{70, 300}, {37, 29}, {150, 9}}) {
        const Index rank = 4;
        const auto whole = [](const Matrix<double>& x) {
            return Matrix<double>((8.0 * x.array()).floor());
        };
        const Matrix<double> left = whole(scattered(rank, rows, 0.1));
        const Matrix<double> right = whole(scattered(rank, cols, 0.1));
        const Matrix<double> v = left.transpose() * right;
        const nmf::detail::RunScope two(2);
        const auto reports = nmf::testing::data_view_laws(low_rank_view(left, right), v);
        INFO(rows << " x " << cols);
        CHECK(reports == std::vector<std::string>{});
    }
}

TEST_CASE("A view of low rank may have entries of any sign") {
    const Index rank = 21;
    const Matrix<double> left = uniform(1, rank, 90).array() - 0.5;
    const Matrix<double> right = uniform(2, rank, 140).array() - 0.5;
    const Matrix<double> v = left.transpose() * right;
    const auto view = low_rank_view(left, right);
    const Factor<double> a(uniform(3, 5, 90));
    const Factor<double> x(uniform(4, 5, 140));
    // Rounding of sums of products, whatever their order.
    const double terms = eps * static_cast<double>(90 + rank + 5);
    const Matrix<double> sizes = left.cwiseAbs().transpose() * right.cwiseAbs();

    Factor<double> product(5, 140);
    view.product(a, product);
    const Matrix<double> most = a.matrix() * sizes;
    CHECK(((product.matrix() - a.matrix() * v).array().abs() <= terms * most.array()).all());

    const Matrix<double> model = a.matrix().transpose() * x.matrix();
    const double residual = (v - model).squaredNorm();
    nmf::detail::Scratch<double> scratch;
    CHECK(std::abs(view.squared_residual(a, x, 0, scratch) - residual) <=
          2.0 * terms * (sizes + model).squaredNorm());
    CHECK(std::abs(view.squared_norm() - v.squaredNorm()) <= 2.0 * terms * sizes.squaredNorm());
    CHECK(std::abs(view.summary().largest - v.maxCoeff()) <= terms * sizes.maxCoeff());

    Matrix<double> visited(90, 140);
    for (Index j = 0; j < 140; ++j) {
        view.visit(j, [&](Index i, double entry, double) { visited(i, j) = entry; });
    }
    CHECK(((visited - v).array().abs() <= terms * sizes.array()).all());
}

TEST_CASE("Exact data of low rank is fitted as without compression") {
    // The case of the authors' own test.
    const Matrix<double> v = uniform(1, 100, 10) * uniform(2, 10, 100);
    const auto fit =
        compressed(v, 10, {}, {.stopping = nmf::KktTolerance{1e-8} || nmf::MaxIterations{3000}});
    CHECK(relative_error(v, fit) < 1e-4);
    // Only rounding: of products of 100 terms, and of their combination.
    CHECK(fit.compression_error < 200 * eps);
    CHECK(fit.compression_error > 0);
}

TEST_CASE("The objective is that of the compressed V, and does not rise") {
    const Matrix<double> v = noisy(90, 70);
    for (const Index oversampling : {0, 4, 20}) {
        const auto fit = compressed(v, 8, {.oversampling = oversampling});
        INFO("oversampling " << oversampling);
        double before = std::numeric_limits<double>::infinity();
        bool falls = true;
        for (const nmf::HistoryEntry& line : fit.history) {
            falls = falls && line.objective <= before;
            before = line.objective;
        }
        CHECK(falls);
        CHECK(fit.compression_error > 0);
        CHECK(relative_error(v, fit) <= fit.relative_error + fit.compression_error + 100 * eps);
        CHECK(fit.W.minCoeff() >= 0);
        CHECK(fit.H.minCoeff() >= 0);
    }
}

TEST_CASE("The compression error is that of a projection near the best one") {
    const Matrix<double> v = noisy(90, 70);
    const auto stream = nmf::CounterRandom(1).stream(nmf::detail::compression_stream);
    const double best = distance_to_rank(v, 15) / v.norm();
    double before = 1;
    for (const int power_iterations : {0, 2, 12}) {
        const Compressed entries{.oversampling = 10, .power_iterations = power_iterations};
        const auto low = entries.compress(nmf::make_view(v), 5, stream);
        REQUIRE(low.left().rows() == 15);
        const Matrix<double> projected = low.left().matrix().transpose() * low.right().matrix();
        const double lost = (v - projected).norm() / v.norm();
        const double told = compressed(v, 5, entries, {.seed = 1}).compression_error;
        INFO(power_iterations << " power iterations");
        // A difference of squared norms, which are right to the rounding of sums of 90 terms.
        CHECK(std::abs(told * told - lost * lost) <= 90 * eps);
        CHECK(lost >= best * (1 - 90 * eps));
        CHECK(lost < before);
        before = lost;
    }
    CHECK(before <= 1.01 * best);
}

TEST_CASE("At full rank compression changes nothing but rounding") {
    const Matrix<double> v = uniform(1, 60, 50);
    const How how{.solver = {.inner_iterations = 1}};
    const auto fit = compressed(v, 5, {.oversampling = 45}, how);
    const auto plain = ::fit(v, 5, {.solver = how.solver, .stopping = how.stopping});
    CHECK(std::abs(fit.objective - plain.objective) <= 1e-10 * plain.objective);
    CHECK((fit.H - plain.H).norm() <= 1e-8 * plain.H.norm());
}

TEST_CASE("Compression gives the same bits for the same seed and any number of threads") {
    const Matrix<double> v = noisy(300, 260);
    const auto one = compressed(v, 6, {}, {.seed = 3});
    const auto two = compressed(v, 6, {}, {.threads = 2, .seed = 3});
    CHECK(two.W == one.W);
    CHECK(two.H == one.H);
    CHECK(two.objective == one.objective);
    CHECK(two.compression_error == one.compression_error);
    const auto other = compressed(v, 6, {}, {.seed = 4});
    CHECK(other.compression_error != one.compression_error);
}

TEST_CASE("Every start serves a compressed V") {
    const Matrix<double> v = scattered(60, 50, 0.1);
    for (const auto& [name, init] : all_inits()) {
        INFO(name);
        const auto start = compressed(v, 5, {.oversampling = 0},
                                      {.stopping = nmf::Only{nmf::MaxIterations{0}}, .init = init});
        CHECK(start.W.minCoeff() >= 0);
        CHECK(start.H.minCoeff() >= 0);
        CHECK(std::isfinite(start.objective));
    }
}

TEST_CASE("Compressed: transform takes new columns as they are") {
    const Matrix<double> v = noisy(90, 70);
    const auto fit = compressed(v, 8, {.oversampling = 0});
    const Matrix<double> h = fit.transform(v);
    // Half the gradient of the squared residual of V itself.
    const Matrix<double> gradient = fit.W.transpose() * fit.W * h - fit.W.transpose() * v;
    const double rounding = 1e3 * eps * (fit.W.transpose() * v).maxCoeff();
    CHECK(h.minCoeff() >= 0);
    CHECK(gradient.minCoeff() >= -rounding);
    CHECK((h.array() > 0).select(gradient, 0.0).cwiseAbs().maxCoeff() <= rounding);
}

TEST_CASE("Compressed: entries that are no numbers >= 0 are errors with their place") {
    for (const double bad : {-1.0, std::numeric_limits<double>::quiet_NaN(),
                             std::numeric_limits<double>::infinity()}) {
        Matrix<double> v = uniform(1, 30, 20);
        v(7, 3) = bad;
        try {
            static_cast<void>(compressed(v, 3, {}));
            FAIL("no error");
        } catch (const nmf::InputError& error) {
            CHECK(error.row == 7);
            CHECK(error.col == 3);
        }
    }
    Matrix<double> large = uniform(1, 30, 20);
    large(2, 2) = 1e200;
    CHECK_THROWS_AS(compressed(large, 3, {}), nmf::InputError);
}

TEST_CASE("Compressed: a V of zeros, and ranks and sizes beyond those of V") {
    const auto zero = compressed(Matrix<double>::Zero(7, 5), 3, {});
    CHECK(zero.objective == 0);
    CHECK(zero.compression_error == 0);
    const Matrix<double> v = uniform(1, 9, 4);
    const auto wide = compressed(v, 6, {.oversampling = std::numeric_limits<Index>::max()});
    CHECK(wide.W.cols() == 6);
    CHECK(wide.compression_error < 100 * eps);
    const auto narrow = compressed(v, 1, {.oversampling = 0, .power_iterations = 0});
    CHECK(narrow.compression_error > 0);
    CHECK(compressed(Matrix<double>::Ones(1, 6), 1, {}).relative_error < 1e-7);
}
