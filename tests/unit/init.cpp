// SPDX-License-Identifier: MIT
// Initialisations, and what a run makes of a start.

#include <cmath>

#include "support/catch.hpp"
#include "support/measure.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;
using nmf::Nndsvd;

namespace {

constexpr nmf::Only start_only{nmf::MaxIterations{0}};

/// The factors as the policy makes them, not rescaled.
template <class P>
std::pair<Matrix<double>, Matrix<double>> raw(const P& init, const Matrix<double>& data, Index rank,
                                              std::uint64_t seed = 0) {
    const auto view = nmf::make_view(data);
    nmf::Factor<double> w(rank, data.rows());
    nmf::Factor<double> h(rank, data.cols());
    AnyInit(init).start(view, view.summary(), nmf::CounterRandom(seed), w, h);
    return {w.matrix().transpose(), h.matrix()};
}

/// The first columns of a Householder reflection.
Matrix<double> orthonormal_columns(Index rows, Index cols) {
    const nmf::Vector<double> axis = uniform(1, rows, 1).array() - 0.4;
    Matrix<double> reflection = -2.0 / axis.squaredNorm() * axis * axis.transpose();
    reflection.diagonal().array() += 1.0;
    return reflection.leftCols(cols);
}

Index zeros(const Matrix<double>& x) { return (x.array() == 0).count(); }

}  // namespace

TEST_CASE("RandomInit draws uniform entries that its seed determines") {
    const auto [w, h] = raw(nmf::RandomInit{}, uniform(1, 300, 200), 7, 3);
    CHECK(w.minCoeff() >= 0);
    CHECK(w.maxCoeff() < 1);
    CHECK_THAT(w.mean(), WithinAbs(0.5, 5 * std::sqrt(1.0 / 12 / 2100)));
    CHECK_THAT(h.mean(), WithinAbs(0.5, 5 * std::sqrt(1.0 / 12 / 1400)));
    CHECK(w.topRows(200) != h.transpose());
    CHECK(raw(nmf::RandomInit{}, uniform(1, 300, 200), 7, 4).first != w);
}

// An independent program gives the half error of NNDSVD from the exact SVD, and its zeros.
TEST_CASE("Nndsvd is the golden NNDSVD") {
    const auto [w, h] = raw(Nndsvd{}, golden_v(), 5);
    CHECK_THAT(0.5 * measure::squared_residual(golden_v(), w, h), WithinRel(20.291077, 1e-6));
    CHECK(zeros(w) == 64);
    CHECK(zeros(h) == 43);
}

TEST_CASE("Nndsvd fills its zeros") {
    const auto [w, h] = raw(Nndsvd{}, golden_v(), 5);
    const double average = std::sqrt(golden_v().mean() / 5);
    const auto [filled, filled_h] = raw(Nndsvd{Nndsvd::Fill::average}, golden_v(), 5);
    const auto [noisy, noisy_h] = raw(Nndsvd{Nndsvd::Fill::random}, golden_v(), 5);
    CHECK(zeros(filled) + zeros(filled_h) + zeros(noisy) + zeros(noisy_h) == 0);
    for (Index i = 0; i < w.size(); ++i) {
        const double entry = w.data()[i];
        if (entry > 0) {
            CHECK(filled.data()[i] == entry);
            CHECK(noisy.data()[i] == entry);
        } else {
            CHECK_THAT(filled.data()[i], WithinRel(average, 1e-12));
            CHECK(noisy.data()[i] <= 0.01 * average);
        }
    }
}

TEST_CASE("Nndsvd does not depend on the storage of V, nor on the seed where the SVD is exact") {
    const Matrix<double> data = scattered(25, 18, 0.3);
    const Options options{.init = Nndsvd{}, .stopping = start_only};
    const auto dense = fit(data, 6, options);
    CHECK(measure::distance(fit(sparse(data), 6, options).W, dense.W) <= 1e-10);
    Options other = options;
    other.seed = nmf::Seed{9};
    // 6 + 10 directions are not all 18, but 4 iterations leave little of the rest.
    CHECK(measure::distance(fit(data, 6, other).W, dense.W) <= 1e-3);
    const Matrix<double> small = data.leftCols(12);
    CHECK(measure::distance(fit(small, 6, other).W, fit(small, 6, options).W) <= 1e-10);
}

TEST_CASE("The truncated SVD finds the leading singular triplets") {
    // Singular values that fall by half: subspace iteration is exact to rounding.
    const Matrix<double> left = orthonormal_columns(60, 40);
    const Matrix<double> right = orthonormal_columns(40, 40);
    nmf::Vector<double> values(40);
    for (Index i = 0; i < 40; ++i) values[i] = std::pow(0.5, static_cast<double>(i));
    const Matrix<double> data = left * values.asDiagonal() * right.transpose();
    const auto svd = truncated_svd(data, 5, nmf::CounterRandom(3));
    const auto again = truncated_svd(sparse(data), 5, nmf::CounterRandom(3));
    for (Index a = 0; a < 5; ++a) {
        CHECK_THAT(svd.s[a], WithinRel(values[a], 1e-12));
        CHECK_THAT(again.s[a], WithinRel(values[a], 1e-12));
        CHECK_THAT(std::abs(svd.u.col(a).dot(left.col(a))), WithinRel(1.0, 1e-12));
        CHECK_THAT(std::abs(svd.z.col(a).dot(right.col(a))), WithinRel(1.0, 1e-12));
        CHECK(svd.u.col(a).dot(left.col(a)) * svd.z.col(a).dot(right.col(a)) > 0);
    }
}

TEST_CASE("Nndsvd starts components beyond the sides of V at random") {
    const auto [w, h] = raw(Nndsvd{}, uniform(1, 6, 4), 7);
    for (Index a = 4; a < 7; ++a) {
        CHECK(w.col(a).minCoeff() >= 0);
        CHECK(w.col(a).maxCoeff() > 0);
        CHECK(h.row(a).maxCoeff() > 0);
    }
}

TEST_CASE("RandomColumns averages columns of V") {
    Matrix<double> data = Matrix<double>::Zero(12, 9);
    for (Index j = 0; j < 9; ++j) data(j, j) = 1;
    const auto [w, h] = raw(nmf::RandomColumns{.columns = 4}, data, 20);
    CHECK(h.minCoeff() >= 0);
    CHECK(h.maxCoeff() < 1);
    for (Index a = 0; a < 20; ++a) {
        CHECK_THAT(w.col(a).sum(), WithinRel(1.0, 1e-12));
        CHECK((4 * w.col(a)).cwiseEqual((4 * w.col(a)).array().round().matrix()).all());
        CHECK((w.col(a).tail(3).array() == 0).all());
    }
    const auto single = raw(nmf::RandomColumns{.columns = 1}, data, 20).first;
    for (Index a = 0; a < 20; ++a) CHECK(single.col(a).maxCoeff() == 1);
    // Fewer than one column is one.
    CHECK(raw(nmf::RandomColumns{.columns = 0}, data, 20).first == single);
}

TEST_CASE("RandomColumns replaces a component of zero columns") {
    Matrix<double> data = Matrix<double>::Zero(12, 9);
    data(3, 4) = 2;
    const auto w = raw(nmf::RandomColumns{.columns = 1}, data, 10).first;
    for (Index a = 0; a < 10; ++a) CHECK(w.col(a).maxCoeff() > 0);
}

TEST_CASE("A run scales its start to V and balances the components") {
    for (const auto& [name, init] : all_inits()) {
        INFO(name);
        const auto run = fit(golden_v(), 4, {.init = init, .stopping = start_only});
        // The best scale makes V - W H orthogonal to W H.
        const Matrix<double> product = run.W * run.H;
        CHECK_THAT(product.cwiseProduct(golden_v()).sum(), WithinRel(product.squaredNorm(), 1e-10));
        for (Index a = 0; a < 4; ++a) {
            CHECK_THAT(run.W.col(a).norm(), WithinRel(run.H.row(a).norm(), 1e-10));
        }
    }
}

TEST_CASE("A custom start is taken as it is on demand") {
    const Matrix<double> w = 7 * uniform(2, 30, 4);
    const Matrix<double> h = 3 * uniform(3, 4, 20);
    const auto run =
        fit(golden_v(), 4, {.init = nmf::CustomInit(w, h, false), .stopping = start_only});
    CHECK(run.W == w);
    CHECK(run.H == h);
    const auto scaled = fit(golden_v(), 4, {.init = nmf::CustomInit(w, h), .stopping = start_only});
    CHECK(scaled.objective < run.objective);
    CHECK(measure::distance(scaled.W * scaled.H / (scaled.W * scaled.H).norm(),
                            w * h / (w * h).norm()) <= 1e-12);
}

TEST_CASE("A custom start comes from expressions and from the other precision") {
    const Matrix<float> w = uniform(2, 30, 4).cast<float>();
    const Matrix<float> h = uniform(3, 4, 20).cast<float>();
    const auto run =
        fit(golden_v(), 4,
            {.init = nmf::CustomInit((2 * w).cast<double>(), (h + h).cast<double>(), false),
             .stopping = start_only});
    CHECK(run.W == 2 * w.cast<double>());
    CHECK(run.H == 2 * h.cast<double>());
    const Matrix<double> h_wide = h.cast<double>();
    const auto mixed = fit(
        golden_v(), 4,
        {.init = nmf::CustomInit((2 * w).cast<double>(), h_wide, false), .stopping = start_only});
    CHECK(mixed.H == h_wide);
    const Matrix<float> single = golden_v().cast<float>();
    const auto narrow = fit(single, 4,
                            {.init = nmf::CustomInit(uniform(2, 30, 4), uniform(3, 4, 20), false),
                             .stopping = start_only});
    CHECK(narrow.W == w);
}
