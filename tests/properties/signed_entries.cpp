// SPDX-License-Identifier: MIT
// A V with negative entries, and choices of entries that are given side by side.

#include <cmath>
#include <limits>

#include <nmf/nmf.hpp>

#include "support/catch.hpp"
#include "support/linear_algebra.hpp"
#include "support/measure.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;
using nmf::Side;
using nmf::Status;

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr Index rank = 4;

/// About a fifth is negative.
Matrix<double> with_signs() {
    return 3.0 * uniform(1, 30, rank) * uniform(2, rank, 40) -
           Matrix<double>::Constant(30, 40, 2.0) + uniform(3, 30, 40);
}

}  // namespace

TEST_CASE("A V with negative entries is taken where that is asked for") {
    const Matrix<double> v = with_signs();
    REQUIRE(v.minCoeff() < 0);
    CHECK_THROWS_AS(nmf::factorize(v, rank), nmf::InputError);
    const auto check = [&](const auto& solver, const auto& init, const auto& data) {
        INFO(solver.name << ", " << init.name);
        const auto fit = nmf::factorize(data, rank, solver, init, nmf::SignedEntries{},
                                        nmf::KktTolerance{1e-6}, nmf::MaxIterations{20000});
        CHECK(fit.status == Status::converged);
        CHECK(measure::acceptable(fit));
        CHECK(measure::largest_rise(fit.history) == 0);
        CHECK_THAT(fit.objective,
                   WithinRel(0.5 * measure::squared_residual(v, fit.W, fit.H), 1e-9));
        CHECK_THAT(fit.kkt_residual, WithinAbs(measure::kkt_residual(v, fit.W, fit.H), 1e-6));
        const auto again = fit.transform(v);
        CHECK(again.objective <= fit.objective * (1 + 1e-6));
        return fit.objective;
    };
    const Sparse<double> stored = sparse(v);
    const double dense = check(nmf::Hals{}, nmf::RandomInit{}, v);
    CHECK_THAT(check(nmf::Hals{}, nmf::RandomInit{}, stored), WithinRel(dense, 1e-6));
    check(nmf::Anls{}, nmf::Nndsvd{}, v);
    check(nmf::Anls{}, nmf::Nndsvd{nmf::Nndsvd::Fill::average}, stored);
    check(nmf::Hals{}, nmf::RandomColumns{}, v);
    check(nmf::Hals{}, nmf::Spa{}, v);
    check(nmf::Hals{}, nmf::AnchorWords{}, stored);
}

TEST_CASE("A factor of any sign makes the best of a V with signs") {
    const Matrix<double> v = with_signs();
    const auto positive = nmf::factorize(v, rank, nmf::SignedEntries{});
    const auto semi = nmf::factorize(v, rank, nmf::SignedEntries{}, nmf::Free{Side::w},
                                     nmf::KktTolerance{1e-7}, nmf::MaxIterations{20000});
    CHECK(semi.status == Status::converged);
    CHECK(semi.objective < positive.objective);
    CHECK(semi.W.minCoeff() < 0);
    CHECK(semi.H.minCoeff() >= 0);
    CHECK(semi.objective >= 0.5 * std::pow(distance_to_rank(v, rank), 2) * (1 - 1e-9));
    CHECK(semi.transform(v).objective <= semi.objective * (1 + 1e-6));
}

TEST_CASE("Where no entry is positive two factors of zeros are the minimum") {
    const Matrix<double> v = -uniform(1, 12, 9);
    const auto fit = nmf::factorize(v, 3, nmf::SignedEntries{});
    CHECK(fit.status == Status::converged);
    CHECK((fit.W * fit.H).norm() <= 1e-3 * v.norm());
    const nmf::CustomInit zeros(Matrix<double>(Matrix<double>::Zero(12, 3)),
                                Matrix<double>(Matrix<double>::Zero(3, 9)));
    CHECK(nmf::factorize(v, 3, nmf::SignedEntries{}, zeros).status == Status::converged);
    Matrix<double> one = v;
    one(3, 4) = 1;
    CHECK(nmf::factorize(one, 3, nmf::SignedEntries{}, zeros).status != Status::converged);
}

TEST_CASE("An entry that is no number, and a bad weight, are refused with signs too") {
    Matrix<double> v = with_signs();
    v(4, 7) = std::numeric_limits<double>::infinity();
    try {
        static_cast<void>(nmf::factorize(v, rank, nmf::SignedEntries{}));
        FAIL("not refused");
    } catch (const nmf::InputError& error) {
        CHECK(error.row == 4);
        CHECK(error.col == 7);
        CHECK_THAT(error.what(), ContainsSubstring("a finite number"));
    }
    const Matrix<double> good = with_signs();
    Matrix<double> weights = real_weights(30, 40);
    weights(2, 3) = -1;
    try {
        static_cast<void>(nmf::factorize(good, rank, nmf::SignedEntries{}, nmf::Weights(weights)));
        FAIL("not refused");
    } catch (const nmf::InputError& error) {
        CHECK_THAT(error.what(), ContainsSubstring("weights(2, 3) is -1"));
    }
}

TEST_CASE("Choices of entries side by side are one choice") {
    Matrix<double> v = uniform(1, 30, rank) * uniform(2, rank, 40) + 0.1 * uniform(3, 30, 40);
    const Matrix<double> weights = real_weights(30, 40);
    Matrix<double> left = weights;
    for (const auto& [i, j] : {std::pair<Index, Index>{3, 4}, {5, 4}, {20, 39}}) {
        v(i, j) = missing;
        left(i, j) = 0;
    }
    const nmf::MaxIterations stop{30};
    const auto same = [](const auto& one, const auto& other) {
        CHECK(one.W == other.W);
        CHECK(one.H == other.H);
        CHECK(one.objective == other.objective);
    };
    const auto check = [&](const auto&... policies) {
        const auto expected = nmf::factorize(v, rank, policies..., nmf::Weights(left), stop);
        same(nmf::factorize(v, rank, policies..., nmf::Weights(weights), nmf::MissingNan{}, stop),
             expected);
        same(nmf::factorize(v, rank, nmf::MissingNan{}, policies..., stop, nmf::Weights(weights)),
             expected);
        const auto view = nmf::make_view(v, nmf::Weights(weights), nmf::MissingNan{});
        same(nmf::factorize(view, rank, policies..., stop), expected);
    };
    check(nmf::Hals{});
    check(nmf::KullbackLeibler{});
    const auto with_signs = nmf::factorize(v, rank, nmf::SignedEntries{}, nmf::Weights(weights),
                                           nmf::MissingNan{}, stop);
    const auto expected = nmf::factorize(v, rank, nmf::Weights(left), stop);
    CHECK_THAT(with_signs.objective, WithinRel(expected.objective, 1e-9));
}

TEST_CASE("Weights of what a sparse V stores, or of what is no NaN in lists, are counted alone") {
    const Matrix<double> v = scattered(30, 40, 0.5);
    const Sparse<double> stored = sparse(v);
    const Matrix<double> weights = real_weights(30, 40);
    const Matrix<double> left = (v.array() > 0).select(weights, 0.0);
    const Sparse<double> listed = sparse(left);
    const nmf::MaxIterations stop{30};
    const auto check = [&](const auto&... policies) {
        const auto expected = nmf::factorize(v, rank, policies..., nmf::Weights(listed), stop);
        const auto fit = nmf::factorize(stored, rank, policies..., nmf::MissingUnstored{},
                                        nmf::Weights(weights), stop);
        CHECK_THAT(fit.objective, WithinRel(expected.objective, 1e-9));
        Matrix<double> holes = v;
        holes(2, 3) = missing;
        Matrix<double> fewer = left;
        fewer(2, 3) = 0;
        const Sparse<double> all_of_them = sparse(fewer);
        const auto without = nmf::factorize(v, rank, policies..., nmf::Weights(all_of_them), stop);
        const auto with =
            nmf::factorize(holes, rank, policies..., nmf::MissingNan{}, nmf::Weights(listed), stop);
        CHECK(with.objective == without.objective);
    };
    check(nmf::Hals{});
    check(nmf::KullbackLeibler{});
}
