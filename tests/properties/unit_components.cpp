// SPDX-License-Identifier: MIT
// Components of norm 1: a penalty on the other factor has a minimiser, and means what it says.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <string>
#include <type_traits>

#include <nmf/nmf.hpp>

#include "support/by_options.hpp"
#include "support/catch.hpp"
#include "support/measure.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;
using nmf::Side;
using nmf::Status;

namespace {

constexpr Index rank = 4;

template <class S>
Matrix<S> data() {
    const Matrix<double> v =
        scattered(30, rank, 0.7) * uniform(2, rank, 40) + 0.1 * uniform(3, 30, 40);
    return v.cast<S>();
}

/// The loss of W H, and l sum ||w_a|| sum(h_a) + r/2 sum ||w_a||^2 ||h_a||^2.
struct Objective {
    double l1;
    double l2;

    [[nodiscard]] double operator()(const Matrix<double>& v, const Matrix<double>& w,
                                    const Matrix<double>& h, double beta) const {
        const Matrix<double> y = w * h;
        double sum = 0.5 * (v - y).squaredNorm();
        if (beta == 1) {
            sum = 0;
            for (Index e = 0; e < v.size(); ++e) {
                const double x = v.data()[e];
                sum += y.data()[e] - x + (x > 0 ? x * std::log(x / y.data()[e]) : 0.0);
            }
        }
        for (Index a = 0; a < w.cols(); ++a) {
            sum += l1 * w.col(a).norm() * h.row(a).sum() +
                   0.5 * l2 * w.col(a).squaredNorm() * h.row(a).squaredNorm();
        }
        return sum;
    }
};

/// A minimum along every entry.
void check_stationary(const Matrix<double>& v, const Matrix<double>& w, const Matrix<double>& h,
                      double beta, const Objective& objective) {
    const double here = objective(v, w, h, beta);
    Matrix<double> left = w;
    Matrix<double> right = h;
    const auto check = [&](Matrix<double>& x) {
        for (Index e = 0; e < x.size(); e += 5) {
            const double entry = x.data()[e];
            for (const double by : {-1e-3, 1e-3}) {
                x.data()[e] = std::max(0.0, entry + by);
                CHECK(objective(v, left, right, beta) >= here * (1 - 1e-8));
            }
            x.data()[e] = entry;
        }
    };
    check(left);
    check(right);
}

template <class Loss>
constexpr double beta_of = std::same_as<Loss, nmf::Frobenius> ? 2 : 1;

}  // namespace

TEST_CASE("With unit components a penalty on H alone is at a minimum, in every solver") {
    const Matrix<double> v = data<double>();
    const auto check = [&](const auto& loss, const auto& solver) {
        INFO(solver.name << ", " << loss.name);
        const double beta = beta_of<std::decay_t<decltype(loss)>>;
        const Objective objective{0.3, 0.2};
        const auto fit =
            nmf::factorize(v, rank, loss, solver, nmf::UnitComponents{Side::w}, nmf::L1{.h = 0.3},
                           nmf::L2{.h = 0.2}, nmf::KktTolerance{1e-6}, nmf::MaxIterations{20000});
        CHECK(fit.status == Status::converged);
        CHECK(measure::largest_rise(fit.history) == 0);
        for (Index a = 0; a < rank; ++a) CHECK_THAT(fit.W.col(a).norm(), WithinRel(1.0, 1e-12));
        CHECK_THAT(fit.objective, WithinRel(objective(v, fit.W, fit.H, beta), 1e-9));
        check_stationary(v, fit.W, fit.H, beta, objective);
        const auto again = fit.transform(v);
        CHECK(again.objective <= fit.objective * (1 + 1e-6));
        CHECK((again - fit.H).norm() <= 1e-3 * fit.H.norm());
    };
    check(nmf::Frobenius{}, nmf::Hals{});
    check(nmf::Frobenius{}, nmf::Anls{});
    check(nmf::Frobenius{}, nmf::MultiplicativeUpdate{});
    check(nmf::KullbackLeibler{}, nmf::KlCoordinateDescent{});
    check(nmf::KullbackLeibler{}, nmf::MultiplicativeUpdate{});
}

TEST_CASE("The roles of W and H can change") {
    const Matrix<double> v = data<double>();
    const auto of_w =
        by_options::factorize(v, rank, nmf::UnitComponents{Side::w}, nmf::L1{.h = 0.3});
    const Matrix<double> turned = v.transpose();
    const auto of_h = by_options::factorize(
        turned, rank, nmf::UnitComponents{Side::h}, nmf::L1{.w = 0.3}, nmf::UpdateOrder::wh,
        nmf::CustomInit(of_w.H.transpose(), of_w.W.transpose()));
    CHECK(of_h.objective <= of_w.objective * (1 + 1e-9));
    for (Index a = 0; a < rank; ++a) CHECK_THAT(of_h.H.row(a).norm(), WithinRel(1.0, 1e-12));
}

TEMPLATE_TEST_CASE("Unit components without a penalty are the plain run, scaled", "", float,
                   double) {
    const Matrix<TestType> v = data<TestType>();
    const auto check = [&](const auto&... policies) {
        const auto plain = by_options::factorize(v, rank, policies..., nmf::MaxIterations{30});
        const auto unit = by_options::factorize(v, rank, policies..., nmf::UnitComponents{Side::w},
                                                nmf::MaxIterations{30});
        CHECK(unit.iterations == plain.iterations);
        CHECK_THAT(unit.objective, WithinRel(plain.objective, 1e-6));
        const Matrix<TestType> gap = unit.W * unit.H - plain.W * plain.H;
        CHECK(static_cast<double>(gap.norm()) <= 1e-3 * static_cast<double>(v.norm()));
    };
    check(nmf::Hals{});
    check(nmf::KullbackLeibler{});
    check(nmf::ItakuraSaito{});
}

TEST_CASE("An L1 penalty on H makes H sparser the larger it is, and W H stays of use") {
    const Matrix<double> v = data<double>();
    const auto check = [&](const auto&... policies) {
        double before = -1;
        for (const double weight : {0.0, 0.2, 1.0}) {
            const auto fit = by_options::factorize(v, 8, policies..., nmf::UnitComponents{Side::w},
                                                   nmf::L1{.h = weight}, nmf::MaxIterations{3000});
            const double zeros = (fit.H.array() <= 1e-12).template cast<double>().mean();
            CHECK(zeros > before);
            CHECK(fit.relative_error < 0.4);
            before = zeros;
        }
    };
    check();
    const Matrix<double> weights = real_weights(30, 40);
    check(nmf::Weights(weights));
    check(nmf::KullbackLeibler{});
}

TEST_CASE("A penalty on the factor of norm 1 is refused, and what is frozen keeps its norm") {
    const Matrix<double> v = data<double>();
    try {
        static_cast<void>(nmf::factorize(v, rank, nmf::UnitComponents{Side::w}, nmf::L1{.w = 1}));
        FAIL("not refused");
    } catch (const nmf::InputError& error) {
        CHECK_THAT(error.what(), ContainsSubstring("the components of W have norm 1"));
        CHECK_THAT(error.what(), ContainsSubstring("L1"));
    }
    CHECK_THROWS_AS(nmf::factorize(v, rank, nmf::UnitComponents{Side::w}, nmf::L1{.w = 1, .h = 1},
                                   nmf::AllowNoMinimiser{}),
                    nmf::InputError);
    const Matrix<double> known = 3.0 * uniform(5, 30, 1);
    const auto fit = nmf::factorize(v, rank, nmf::UnitComponents{Side::w}, nmf::L1{.h = 0.3},
                                    nmf::Frozen{.w = known}, nmf::MaxIterations{200});
    CHECK(fit.W.col(0) == known);
    for (Index a = 1; a < rank; ++a) CHECK_THAT(fit.W.col(a).norm(), WithinRel(1.0, 1e-12));
    // The penalty is of H as it is.
    const double expected = 0.5 * (v - fit.W * fit.H).squaredNorm() + 0.3 * fit.H.sum();
    CHECK_THAT(fit.objective, WithinRel(expected, 1e-9));
    CHECK(fit.transform(v).objective <= fit.objective * (1 + 1e-6));
    CHECK_THROWS_AS(nmf::factorize(v, rank, nmf::UnitComponents{Side::w}, nmf::L1{.h = 0.3},
                                   nmf::UpperBound{.h = 1}),
                    nmf::InputError);
    // Sizes that are given are no sign of components that grow without bound.
    CHECK(nmf::factorize(Matrix<double>(1e9 * v), rank, nmf::UnitComponents{Side::w})
              .warnings.empty());
}
