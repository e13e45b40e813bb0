// SPDX-License-Identifier: MIT
// A run with entries held out is the run in which they are missing.

#include <cmath>
#include <cstddef>
#include <limits>
#include <string>

#include <nmf/nmf.hpp>

#include "support/by_options.hpp"
#include "support/catch.hpp"
#include "support/held_out.hpp"
#include "support/held_out_problem.hpp"
#include "support/problems.hpp"

using nmf::HeldOut;
using nmf::Index;
using nmf::make_view;
using nmf::Matrix;
using namespace held_out_problem;

namespace {

/// By each loss and solver, with the iterations that are compared: what coordinate descent decides
/// by comparisons, rounding may decide otherwise later.
template <class F>
void for_each_loss(const F& f) {
    f("hals", 15, nmf::Hals{}, nmf::Frobenius{});
    f("anls", 15, nmf::Anls{}, nmf::Frobenius{});
    f("kl, mu", 15, nmf::MultiplicativeUpdate{}, nmf::KullbackLeibler{});
    f("kl, cd", 3, nmf::KlCoordinateDescent{}, nmf::KullbackLeibler{});
    f("beta 0.5", 15, nmf::MultiplicativeUpdate{}, nmf::BetaDivergence{0.5});
}

}  // namespace

TEST_CASE("Of a dense V what is held out is missing, bit for bit") {
    const Matrix<double> v = noisy();
    const Matrix<double> kept = kept_of(make_view(v, out));
    const Matrix<double> weights = real_weights(rows, cols);
    const Matrix<double> both = weights.cwiseProduct(kept);
    for_each_loss([&](const std::string& name, Index iterations, const auto&... policies) {
        INFO(name);
        const auto stop = after(iterations);
        CHECK(same_bits(nmf::factorize(v, rank, out, policies..., stop),
                        nmf::factorize(v, rank, nmf::Weights(kept), policies..., stop)));
        CHECK(same_bits(nmf::factorize(v, rank, out, policies..., stop, nmf::Weights(weights)),
                        nmf::factorize(v, rank, nmf::Weights(both), policies..., stop)));
    });
    const auto stop = after(15);
    CHECK(same_bits(nmf::factorize(v, rank, out, nmf::ItakuraSaito{}, stop),
                    nmf::factorize(v, rank, nmf::Weights(kept), nmf::ItakuraSaito{}, stop)));
}

TEST_CASE("Of the stored entries of a sparse V what is held out is missing") {
    const Matrix<double> dense = scattered(rows, cols, 0.5);
    const Sparse<double> v = sparse(dense);
    const auto view = make_view(v, nmf::MissingUnstored{}, out);
    const Sparse<double> kept = sparse(
        Matrix<double>(kept_of(view).cwiseProduct((dense.array() > 0).cast<double>().matrix())));
    for_each_loss([&](const std::string& name, Index iterations, const auto&... policies) {
        INFO(name);
        const auto stop = after(iterations);
        CHECK(largest_gap(nmf::factorize(view, rank, policies..., stop),
                          by_options::factorize(v, rank, nmf::Weights(kept), policies..., stop)) <=
              1e-9);
    });
    CHECK(same_bits(nmf::factorize(view, rank),
                    nmf::factorize(v, rank, nmf::MissingUnstored{}, out)));
}

TEST_CASE("Of a sparse V whose zeros count what is held out is missing") {
    const Matrix<double> dense = scattered(rows, cols, 0.3);
    const Sparse<double> v = sparse(dense);
    const Matrix<double> kept = kept_of(make_view(v, out));
    for_each_loss([&](const std::string& name, Index iterations, const auto&... policies) {
        INFO(name);
        const auto stop = after(iterations);
        for (const auto order : {nmf::UpdateOrder::hw, nmf::UpdateOrder::wh}) {
            const auto fit = nmf::factorize(v, rank, out, policies..., stop, order);
            const auto expected =
                by_options::factorize(dense, rank, nmf::Weights(kept), policies..., stop, order);
            CHECK(largest_gap(fit, expected) <= 1e-9);
            CHECK((fit.W * fit.H - expected.W * expected.H).norm() <= 1e-6 * expected.W.norm());
        }
    });
}
