// SPDX-License-Identifier: MIT
// Runs with entries held out and other policies.

#include <cmath>
#include <cstddef>
#include <limits>
#include <string>

#include <nmf/nmf.hpp>

#include "support/catch.hpp"
#include "support/held_out.hpp"
#include "support/held_out_problem.hpp"
#include "support/problems.hpp"

using nmf::HeldOut;
using nmf::Index;
using nmf::make_view;
using nmf::Matrix;
using namespace held_out_problem;

TEST_CASE("The relative error of a run with held-out entries is that of the rest") {
    for (const double density : {0.3, 1.0}) {
        const Matrix<double> v = noisy().cwiseProduct(
            (uniform(9, rows, cols).array() < density).cast<double>().matrix());
        const Sparse<double> stored = v.sparseView();
        const Matrix<double> kept = held_entries(nmf::make_view(stored, out)).kept();
        const auto check = [&](const char* name, const auto& fit) {
            INFO(name << ", density " << density);
            const double gap = (v - fit.W * fit.H).cwiseProduct(kept).norm();
            CHECK_THAT(fit.relative_error, WithinRel(gap / v.cwiseProduct(kept).norm(), 1e-6));
        };
        const nmf::Only few{nmf::MaxIterations{20}};
        check("hals", nmf::factorize(stored, rank, out, few));
        check("kl, cd", nmf::factorize(stored, rank, out, few, nmf::KullbackLeibler{}));
        check("kl, mu", nmf::factorize(stored, rank, out, few, nmf::KullbackLeibler{},
                                       nmf::MultiplicativeUpdate{}));
        check("beta", nmf::factorize(stored, rank, out, few, nmf::BetaDivergence{0.5}));
    }
}

TEST_CASE("Held-out entries of a sparse V that is full are missing for losses without zeros") {
    const Matrix<double> dense = noisy();
    const Sparse<double> v = sparse(dense);
    const Matrix<double> kept = kept_of(make_view(v, out));
    const auto stop = after(15);
    const auto fit = nmf::factorize(v, rank, out, nmf::ItakuraSaito{}, stop);
    CHECK(largest_gap(fit, nmf::factorize(dense, rank, nmf::Weights(kept), nmf::ItakuraSaito{},
                                          stop)) <= 1e-9);
}

TEST_CASE("With penalties, bounds and signs what is held out is missing") {
    const Matrix<double> dense = scattered(rows, cols, 0.3);
    const Sparse<double> v = sparse(dense);
    const Matrix<double> kept = kept_of(make_view(v, out));
    const auto stop = after(15);
    const auto check = [&](auto... policies) {
        const auto fit = nmf::factorize(v, rank, out, policies..., stop);
        CHECK(largest_gap(
                  fit, nmf::factorize(dense, rank, nmf::Weights(kept), policies..., stop)) <= 1e-9);
    };
    check(nmf::CountScaledL2{0.1, 0.2});
    check(nmf::KullbackLeibler{}, nmf::MultiplicativeUpdate{}, nmf::L1{0.1, 0.2},
          nmf::UpperBound{.h = 0.5});
    const Sparse<double> centred =
        sparse(Matrix<double>((dense.array() > 0).select(dense.array() - 0.4, 0.0)));
    const Matrix<double> of_signs = centred;
    const auto fit = nmf::factorize(centred, rank, nmf::SignedEntries{}, out, stop);
    const auto expected =
        nmf::factorize(of_signs, rank, nmf::SignedEntries{}, nmf::Weights(kept), stop);
    CHECK(largest_gap(fit, expected) <= 1e-9);
}

TEST_CASE("A run with entries held out has the same bits for any number of threads") {
    const Matrix<double> dense = scattered(300, 260, 0.3);
    const Sparse<double> v = sparse(dense);
    const nmf::Only stop{nmf::MaxIterations{5} || nmf::ValidationError{}};
    const auto check = [&](const auto& of, auto... policies) {
        const auto one = nmf::factorize(of, rank, out, policies..., stop, nmf::Threads{1});
        const auto two = nmf::factorize(of, rank, out, policies..., stop, nmf::Threads{2});
        CHECK(same_bits(one, two));
        CHECK(one.validation.error == two.validation.error);
        CHECK(one.validation.entries == two.validation.entries);
        for (std::size_t line = 0; line < one.history.size(); ++line) {
            CHECK(one.history[line].validation_error == two.history[line].validation_error);
        }
    };
    check(dense);
    check(v);
    check(v, nmf::KullbackLeibler{});
    check(v, nmf::KullbackLeibler{}, nmf::MultiplicativeUpdate{});
    check(v, nmf::MissingUnstored{});
}
