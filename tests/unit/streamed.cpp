// SPDX-License-Identifier: MIT
//
// What is made of a V that is read by blocks of columns.

#include <concepts>
#include <string>
#include <type_traits>

#include "support/stream_runs.hpp"

using nmf::Index;
using nmf::Matrix;

TEST_CASE("The solver that a loss has by default depends on the view") {
    const Matrix<double> v = stream_v<double>();
    const auto solver = [&](const auto&... policies) {
        return nmf::factorize(stream_of(v), stream_rank, few, policies...).solver;
    };
    CHECK(solver() == "hals");
    CHECK(solver(nmf::KullbackLeibler{}) == "mu");
    CHECK(solver(nmf::ItakuraSaito{}) == "mu");
    CHECK(nmf::factorize(v, stream_rank, few, nmf::KullbackLeibler{}).solver !=
          solver(nmf::KullbackLeibler{}));
    const nmf::NMF model(stream_rank, nmf::KullbackLeibler{}, few);
    CHECK(model.fit(stream_of(v)).solver == "mu");
    CHECK(model.fit(v).solver == nmf::KlCoordinateDescent::name);
}

TEST_CASE("Coefficients of a streamed V2 are those of one in memory") {
    const Matrix<double> v = stream_v<double>();
    const Matrix<double> v2 = stream_v<double>(83, 70).array().sqrt();
    const auto compare = [&](const auto& fit, const auto&... policies) {
        const auto streamed = fit.transform(stream_of(v2), policies...);
        const auto in_memory = fit.transform(v2, policies...);
        CHECK(streamed.status == in_memory.status);
        CHECK_THAT(streamed.objective, WithinRel(in_memory.objective, 1e-9));
        CHECK((streamed - in_memory).norm() <= 1e-6 * in_memory.norm());
    };
    compare(nmf::factorize(v, stream_rank, few));
    compare(nmf::factorize(v, stream_rank, few), nmf::Hals{}, few);
    compare(nmf::factorize(stream_of(v), stream_rank, few, nmf::L1{.w = 0.1, .h = 0.1}));
    compare(nmf::factorize(v, stream_rank, few, nmf::UpperBound{.h = 0.2}));
    compare(nmf::factorize(v, stream_rank, few, nmf::KullbackLeibler{}));
    compare(nmf::factorize(v, stream_rank, few, nmf::KullbackLeibler{}), mu, few);
    compare(nmf::factorize(v, stream_rank, few, nmf::BetaDivergence{1.5}));
    compare(nmf::factorize(v, stream_rank, few, nmf::ItakuraSaito{}));
    const Matrix<float> in_float = v.cast<float>();
    const auto fit = nmf::factorize(in_float, stream_rank, few);
    CHECK((fit.transform(stream_of(in_float)) - fit.transform(in_float)).norm() <=
          1e-5 * fit.H.norm());
}

TEST_CASE("What a callable takes says which numbers a streamed V has") {
    const auto scalar = [](const auto& view) {
        return std::string(std::same_as<typename std::decay_t<decltype(view)>::Scalar, float>
                               ? "float"
                               : "double");
    };
    const auto any = [](Index, Index, auto to) { to.setOnes(); };
    CHECK(scalar(nmf::streamed(3, 4, any)) == "double");
    CHECK(scalar(nmf::streamed<float>(3, 4, any)) == "float");
    CHECK(scalar(nmf::streamed(
              3, 4, [](Index, Index, Eigen::Map<Matrix<float>> to) { to.setOnes(); })) == "float");
    CHECK(scalar(nmf::streamed(3, 4, [](Index, Index, Eigen::Ref<Matrix<double>> to) {
              to.setOnes();
          })) == "double");
    CHECK(scalar(nmf::streamed(3, 4, [](Index, Index, auto& to) { to.setOnes(); })) == "double");
}
