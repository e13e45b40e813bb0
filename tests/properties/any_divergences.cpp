// SPDX-License-Identifier: MIT
// factorize(V, options) is factorize(V, rank, policies...): divergences.

#include <limits>

#include <Eigen/SparseCore>

#include <nmf/any.hpp>
#include <nmf/nmf.hpp>

#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/same_fit.hpp"

namespace {

nmf::Options base(const nmf::AnyLoss& loss) {
    return {.rank = 3, .loss = loss, .tolerance = 0, .max_iterations = 12, .seed = 5, .threads = 1};
}

template <class V, class... Ps>
nmf::Factorization<typename V::Scalar> typed(const V& v, const Ps&... policies) {
    return nmf::factorize(v, 3, nmf::Seed{5}, nmf::Threads{1},
                          nmf::StopWhen{[](const nmf::Progress&) { return false; }},
                          nmf::MaxIterations{12}, policies...);
}

Eigen::SparseMatrix<double> sparse() { return scattered(30, 20, 0.4).sparseView(); }

}  // namespace

TEST_CASE("Each divergence and solver of the options is that of the types", "[any]") {
    const nmf::Matrix<double> v = golden_v().array() + 0.01;
    const auto run = [&](const nmf::AnyLoss& loss, const nmf::AnySolver& solver) {
        nmf::Options options = base(loss);
        options.solver = solver;
        return nmf::factorize(v, options);
    };
    check_same(run("kl", "cd"), typed(v, nmf::KullbackLeibler{}));
    check_same(run("kl", "mu"), typed(v, nmf::KullbackLeibler{}, nmf::MultiplicativeUpdate{}));
    check_same(run("is", "mu"), typed(v, nmf::ItakuraSaito{}));
    check_same(run("beta:0.5", "mu"), typed(v, nmf::BetaDivergence{0.5}));
    check_same(run("beta:2", "mu"), typed(v, nmf::BetaDivergence{2}));
    nmf::MultiplicativeUpdate joint;
    joint.joint = true;
    check_same(run("beta:1.5", joint), typed(v, nmf::BetaDivergence{1.5}, joint));
}

TEST_CASE("The loss has the same default solver in both", "[any]") {
    CHECK(nmf::factorize(golden_v(), base("kl")).solver == "cd");
    CHECK(nmf::factorize(golden_v(), base("beta:0.5")).solver == "mu");
    CHECK(nmf::factorize(golden_v(), base("frobenius")).solver == "hals");
}

TEST_CASE("A divergence of a sparse V, with zeros or holes", "[any]") {
    const auto v = sparse();
    nmf::Options options = base("kl");
    check_same(nmf::factorize(v, options), typed(v, nmf::KullbackLeibler{}));
    options.missing = "unstored";
    check_same(nmf::factorize(v, options),
               typed(v, nmf::KullbackLeibler{}, nmf::MissingUnstored{}));
    options.missing = {};
    options.solver = "mu";
    check_same(nmf::factorize(v, options),
               typed(v, nmf::KullbackLeibler{}, nmf::MultiplicativeUpdate{}));
    check_same(nmf::factorize(v, base("beta:0.5")), typed(v, nmf::BetaDivergence{0.5}));
}

TEST_CASE("A divergence with weights, missing entries and bounds", "[any]") {
    constexpr double nan_entry = std::numeric_limits<double>::quiet_NaN();
    const nmf::Matrix<double> weights = uniform(7, 30, 20);
    nmf::Options options = base("kl");
    options.weights = weights;
    check_same(nmf::factorize(golden_v(), options),
               typed(golden_v(), nmf::KullbackLeibler{}, nmf::Weights(weights)));
    // Weights that are all 1 are none.
    const nmf::Matrix<double> ones = nmf::Matrix<double>::Ones(30, 20);
    options.weights = ones;
    check_same(nmf::factorize(golden_v(), options), typed(golden_v(), nmf::KullbackLeibler{}));
    const nmf::Matrix<double> holes =
        (uniform(4, 30, 20).array() < 0.7).select(golden_v(), nan_entry);
    options = base("kl");
    options.missing = "nan";
    options.upper_bound.w = 0.4;
    options.l2 = {.w = 0.1, .h = 0.1};
    check_same(nmf::factorize(holes, options),
               typed(holes, nmf::KullbackLeibler{}, nmf::MissingNan{}, nmf::UpperBound{.w = 0.4},
                     nmf::L2{.w = 0.1, .h = 0.1}));
    options = base("beta:0.5");
    options.unit_components = nmf::Side::w;
    options.l1.h = 0.2;
    check_same(nmf::factorize(golden_v(), options),
               typed(golden_v(), nmf::BetaDivergence{0.5}, nmf::UnitComponents{nmf::Side::w},
                     nmf::L1{.h = 0.2}));
}
