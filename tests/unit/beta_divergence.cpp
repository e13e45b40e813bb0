// SPDX-License-Identifier: MIT
// The cost of an entry to the last digits, and what the losses and choices of entries refuse.

#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <type_traits>
#include <vector>

#include <nmf/core/errors.hpp>
#include <nmf/factorize.hpp>
#include <nmf/loss/beta_divergence.hpp>

#include "support/catch.hpp"
#include "support/divergence.hpp"
#include "support/problems.hpp"

using nmf::BetaDivergence;
using nmf::Index;
using nmf::InputError;
using nmf::Matrix;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

/// d_b(v | v + v t) / v^b as a series in t: t^2 times the sum of binomial(b - 2, n) t^n / (n + 2).
long double series(long double b, long double t) {
    long double sum = 0;
    long double term = 1;
    for (int n = 0; n < 60; ++n) {
        sum += term / (n + 2);
        term *= (b - 2 - n) / (n + 1) * t;
    }
    return t * t * sum;
}

std::optional<InputError> error_of(const std::function<void()>& call) {
    try {
        call();
    } catch (const InputError& error) {
        return error;
    }
    return std::nullopt;
}

void check_entry(const std::function<void()>& call, const std::string& name, Index row, Index col,
                 const std::string& expected) {
    const auto error = error_of(call);
    REQUIRE(error);
    CHECK(error->row == row);
    CHECK(error->col == col);
    CHECK_THAT(error->what(),
               StartsWith(name + "(" + std::to_string(row) + ", " + std::to_string(col) + ") is "));
    CHECK_THAT(error->what(), ContainsSubstring(expected));
}

}  // namespace

TEST_CASE("The cost of an entry near its model has all its digits") {
    for (const double b :
         {-2.0, -1.0, 0.0, 1e-9, 0.5, 1 - 1e-9, 1.0, 1 + 1e-9, 1.5, 2.0, 2.5, 3.0}) {
        for (const double v : {1e-3, 1.0, 700.0}) {
            for (const double step : {1e-15, 1e-12, 1e-9, 1e-6, 1e-3, 0.02, 0.0624, 0.0626, 0.08}) {
                for (const double t : {step, -step}) {
                    const double y = v * (1 + t);
                    INFO("beta " << b << ", v " << v << ", t " << t);
                    const long double exact_t = (static_cast<long double>(y) - v) / v;
                    const long double exact =
                        std::pow(static_cast<long double>(v), static_cast<long double>(b)) *
                        series(b, exact_t);
                    CHECK_THAT(BetaDivergence{b}.entry(v, y),
                               WithinRel(static_cast<double>(exact), 1e-13));
                }
            }
        }
    }
}

TEST_CASE("The cost of an entry far from its model has all its digits") {
    for (const double b : {-2.0, -1.0, 0.0, 0.3, 0.5, 0.8, 1.0, 1.3, 1.5, 2.0, 2.5, 3.0}) {
        for (const double v : {1e-3, 1.0, 700.0}) {
            for (const double ratio : {1e-6, 0.01, 0.5, 0.9, 1.2, 3.0, 1e4}) {
                INFO("beta " << b << ", v " << v << ", y / v " << ratio);
                const double y = v * ratio;
                CHECK_THAT(BetaDivergence{b}.entry(v, y),
                           WithinRel(static_cast<double>(divergence(b, v, y)), 1e-13));
            }
        }
    }
    CHECK(BetaDivergence{1}.entry(0, 3) == 3);
    CHECK(BetaDivergence{2.5}.entry(0, 4) == 12.8);
    CHECK(BetaDivergence{1}.entry(0, 0) == 0);
}

// Between neighbouring beta the divergence changes by less than |d/db d_b| times their distance.
TEST_CASE("The divergence goes over into its limits at beta 0 and 1") {
    for (const double limit : {0.0, 1.0}) {
        for (const double v : {0.3, 1.0, 5.0}) {
            for (const double y : {0.01, 0.9, 1.1, 40.0}) {
                const double at = BetaDivergence{limit}.entry(v, y);
                const auto slope =
                    static_cast<double>((divergence(limit + 1e-3, v, y) - at) / 1e-3L);
                for (const double step : {1e-6, 1e-9, 1e-12, 1e-15}) {
                    INFO(limit << " + " << step << ", v " << v << ", y " << y);
                    for (const double b : {limit + step, limit - step}) {
                        CHECK_THAT(BetaDivergence{b}.entry(v, y),
                                   WithinAbs(at, 1.1 * std::abs(slope * step) + 1e-13 * at));
                    }
                }
            }
        }
    }
}

TEST_CASE("Both sides of a step are numbers where V and its model are 0") {
    for (const double typical : {0.0, 1.0, 1e-30}) {
        for (const double beta : {0.5, 1.0, 1.3, 1.5, 3.0}) {
            INFO("beta " << beta << ", typical entry " << typical);
            std::vector<double> v(8, 0.0);
            std::vector<double> y(8, 0.0);
            std::vector<double> p(8);
            std::vector<double> q(8);
            const BetaDivergence loss{beta};
            nmf::detail::EntryTerms<BetaDivergence, double> terms(loss, typical);
            terms(v.data(), y.data(), nullptr, 8, p.data(), q.data());
            for (std::size_t e = 0; e < 8; ++e) {
                CHECK(p[e] == 0);
                CHECK(q[e] >= 0);
                CHECK(q[e] <= std::numeric_limits<double>::max());
            }
        }
    }
}

TEST_CASE("A power that the compiler knows changes no bit") {
    const Matrix<double> v = uniform(1, 20, 3) * uniform(2, 3, 30) + 0.1 * uniform(3, 20, 30);
    const nmf::MultiplicativeUpdate solver;
    const nmf::MaxIterations few{10};
    const auto check = [&](const auto& constant, double beta) {
        const auto known = nmf::factorize(v, 3, constant, solver, few);
        const auto asked = nmf::factorize(v, 3, nmf::BetaDivergence{beta}, solver, few);
        CHECK(known.W == asked.W);
        CHECK(known.H == asked.H);
        CHECK(known.objective == asked.objective);
        CHECK(known.kkt_residual == asked.kkt_residual);
    };
    check(nmf::KullbackLeibler{}, 1);
    check(nmf::ItakuraSaito{}, 0);
}

TEST_CASE("A beta that is no number, or far out, is refused") {
    for (const double beta : {not_a_number, infinity, -infinity, 65.0}) {
        CHECK_THROWS_AS(BetaDivergence{beta}, InputError);
    }
}

TEST_CASE("A zero in V is found where the loss has no place for it") {
    Matrix<double> v = uniform(1, 12, 9);
    v(4, 6) = 0;
    v(7, 1) = 0;
    const std::string expected = "this loss needs entries > 0";
    for (const double beta : {0.0, -1.0}) {
        check_entry([&] { fit_beta(beta, v, 2); }, "V", 4, 6, expected);
        check_entry([&] { fit_beta(beta, sparse(v), 2); }, "V", 4, 6, expected);
        Sparse<double> stored = sparse(v);
        stored.coeffRef(4, 6) = 0;
        check_entry([&] { fit_beta(beta, stored, 2); }, "V", 4, 6, expected);
        // The only entry of a column that is stored nowhere else, and the last one of V.
        Matrix<double> last = uniform(1, 12, 9);
        last(11, 8) = 0;
        check_entry([&] { fit_beta(beta, sparse(last), 2); }, "V", 11, 8, expected);
        // What is missing may be 0.
        Matrix<double> weights = Matrix<double>::Ones(12, 9);
        weights(4, 6) = 0;
        check_entry([&] { fit_beta(beta, v, 2, {.entries = nmf::Weights(weights)}); }, "V", 7, 1,
                    expected);
        weights(7, 1) = 0;
        CHECK_NOTHROW(fit_beta(beta, v, 2, {.entries = nmf::Weights(weights)}));
        CHECK_NOTHROW(fit_beta(beta, sparse(v), 2, {.entries = nmf::MissingUnstored{}}));
        check_entry([&] { fit_beta(beta, stored, 2, {.entries = nmf::MissingUnstored{}}); }, "V", 4,
                    6, expected);
    }
    CHECK_NOTHROW(fit_beta(0.5, v, 2));
}

TEST_CASE("transform refuses of V what its loss refuses") {
    Matrix<double> v = uniform(1, 12, 9).array() + 0.1;
    const auto strict = fit_beta(0, v, 2);
    const auto lenient = fit_beta(1, v, 2);
    CHECK_NOTHROW(strict.transform_v());
    v(4, 6) = 0;
    check_entry([&] { strict.transform_v(); }, "V", 4, 6, "this loss needs entries > 0");
    CHECK_NOTHROW(lenient.transform_v());
    v(4, 6) = 1e300;
    const auto error = error_of([&] { lenient.transform_v(); });
    REQUIRE(error);
    CHECK_THAT(error->what(), ContainsSubstring("scale V"));
}

TEST_CASE("Weights are not taken from a matrix that would be gone before the run") {
    using Dense = nmf::Weights<Matrix<double>>;
    STATIC_REQUIRE(std::is_constructible_v<Dense, const Matrix<double>&>);
    STATIC_REQUIRE(std::is_constructible_v<Dense, Matrix<double>&>);
}

TEST_CASE("Weights that are no finite numbers >= 0, or of another shape, are refused") {
    const Matrix<double> v = uniform(1, 12, 9);
    const std::string expected = "every entry has to be a finite number >= 0";
    for (const double bad : {-0.5, infinity, not_a_number}) {
        INFO(bad);
        Matrix<double> weights = Matrix<double>::Ones(12, 9);
        weights(3, 8) = bad;
        weights(5, 0) = bad;
        const Sparse<double> listed = sparse(weights);
        check_entry([&] { fit_beta(1, v, 2, {.entries = nmf::Weights(weights)}); }, "weights", 3, 8,
                    expected);
        check_entry([&] { fit_beta(1, v, 2, {.entries = nmf::Weights(listed)}); }, "weights", 3, 8,
                    expected);
        check_entry([&] { fit_weighted(v, 2, {.entries = nmf::Weights(weights)}); }, "weights", 3,
                    8, expected);
    }
    const Matrix<double> turned = Matrix<double>::Ones(9, 12);
    const Sparse<double> turned_list = sparse(turned);
    for (const AnyEntries& entries :
         {AnyEntries(nmf::Weights(turned)), AnyEntries(nmf::Weights(turned_list))}) {
        const auto error = error_of([&] { fit_beta(1, v, 2, {.entries = entries}); });
        REQUIRE(error);
        CHECK_THAT(error->what(), ContainsSubstring("the weights are 9 x 12; V is 12 x 9"));
    }
}

TEST_CASE("Entries that count are checked, also behind weights") {
    const std::string expected = "every entry has to be a finite number >= 0";
    for (const double bad : {-2.0, infinity, not_a_number}) {
        INFO(bad);
        Matrix<double> v = uniform(1, 12, 9);
        v(2, 5) = bad;
        v(6, 1) = bad;
        const Matrix<double> halves = Matrix<double>::Constant(12, 9, 0.5);
        const Sparse<double> listed = sparse(halves);
        check_entry([&] { fit_beta(1, v, 2); }, "V", 2, 5, expected);
        check_entry([&] { fit_beta(1, v, 2, {.entries = nmf::Weights(halves)}); }, "V", 2, 5,
                    expected);
        check_entry([&] { fit_beta(1, v, 2, {.entries = nmf::Weights(listed)}); }, "V", 2, 5,
                    expected);
        check_entry([&] { fit_beta(1, sparse(v), 2, {.entries = nmf::MissingUnstored{}}); }, "V", 2,
                    5, expected);
        if (std::isnan(bad)) {
            CHECK_NOTHROW(fit_beta(1, v, 2, {.entries = nmf::MissingNan{}}));
        } else {
            check_entry([&] { fit_beta(1, v, 2, {.entries = nmf::MissingNan{}}); }, "V", 2, 5,
                        expected);
        }
    }
}
