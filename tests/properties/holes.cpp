// SPDX-License-Identifier: MIT
// Data with weights and with holes: what does not count changes nothing.

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/divergence.hpp"
#include "support/linear_algebra.hpp"
#include "support/measure.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;

namespace {

constexpr Index rows = 30;
constexpr Index cols = 20;
constexpr Index rank = 4;
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
const nmf::MultiplicativeUpdate plain{.extrapolation = {.enabled = false}};

/// 1 for about seven of ten entries.
Matrix<double> mask() { return (uniform(4, rows, cols).array() < 0.7).cast<double>(); }

Matrix<double> real_weights() { return 3.0 * mask().cwiseProduct(uniform(7, rows, cols)); }

/// V where the mask is 1, and `filling` elsewhere.
Matrix<double> filled(const Matrix<double>& v, const Matrix<double>& mask, double filling) {
    return (mask.array() > 0).select(v, filling);
}

/// The entries where `weights` are not 0, also those that are 0 in V.
Sparse<double> stored_where(const Matrix<double>& v, const Matrix<double>& weights) {
    Sparse<double> stored(v.rows(), v.cols());
    for (Index j = 0; j < v.cols(); ++j) {
        for (Index i = 0; i < v.rows(); ++i) {
            if (weights(i, j) > 0) stored.insert(i, j) = v(i, j);
        }
    }
    stored.makeCompressed();
    return stored;
}

/// A loss and a solver on dense V.
struct NamedFit {
    std::string name;
    double beta;
    std::function<Outcome<double>(const Matrix<double>&, How)> fit;
};

const std::vector<NamedFit>& all_fits() {
    static const std::vector<NamedFit> fits = [] {
        std::vector<NamedFit> list;
        for (const double beta : {0.0, 0.5, 1.0, 1.5, 2.5}) {
            list.push_back({"beta " + std::to_string(beta), beta,
                            [beta](const Matrix<double>& v, const How& how) {
                                return fit_beta(beta, v, rank, how);
                            }});
        }
        list.push_back({"cd", 1, [](const Matrix<double>& v, const How& how) {
                            return fit_cd(v, rank, how);
                        }});
        for (const auto& [name, solver, exact] : default_solvers()) {
            list.push_back({name, 2, [chosen = solver](const Matrix<double>& v, How how) {
                                how.least_squares = chosen;
                                return fit_weighted(v, rank, how);
                            }});
        }
        return list;
    }();
    return fits;
}

bool same_bits(const Outcome<double>& one, const Outcome<double>& two) {
    return one.W == two.W && one.H == two.H && one.history.size() == two.history.size() &&
           std::equal(one.history.begin(), one.history.end(), two.history.begin(),
                      [](const auto& a, const auto& b) {
                          return a.objective == b.objective &&
                                 a.relative_error == b.relative_error &&
                                 a.kkt_residual == b.kkt_residual;
                      });
}

bool finite(const Outcome<double>& run) {
    return measure::acceptable(run.W) && measure::acceptable(run.H) && run.objective >= 0 &&
           run.relative_error >= 0 && run.kkt_residual >= 0 && std::isfinite(run.objective) &&
           std::isfinite(run.relative_error) && std::isfinite(run.kkt_residual);
}

double largest_gap(const Outcome<double>& one, const Outcome<double>& two) {
    double gap = 0;
    for (std::size_t line = 0; line < one.history.size(); ++line) {
        gap = std::max(
            gap, std::abs(one.history[line].objective / two.history.at(line).objective - 1.0));
    }
    return gap;
}

}  // namespace

TEST_CASE("Weights that are all 1 are no weights, bit for bit") {
    const Matrix<double> v = golden_v();
    const Matrix<double> ones = Matrix<double>::Ones(rows, cols);
    const Sparse<double> stored_ones = stored_where(ones, ones);
    const Sparse<double> stored = stored_where(v, ones);
    for (const auto& [name, beta, fit] : all_fits()) {
        INFO(name);
        CHECK(same_bits(fit(v, {.entries = nmf::Weights(ones)}), fit(v, {})));
    }
    CHECK(same_bits(fit_beta(1.5, v, rank, {.entries = nmf::Weights(stored_ones)}),
                    fit_beta(1.5, v, rank)));
    CHECK(
        same_bits(fit_beta(1.5, v, rank, {.entries = nmf::MissingNan{}}), fit_beta(1.5, v, rank)));
    CHECK(same_bits(fit_beta(1, stored, rank, {.entries = nmf::Weights(stored_ones)}),
                    fit_beta(1, stored, rank)));
    CHECK(same_bits(fit_beta(1, stored, rank, {.entries = nmf::MissingUnstored{}}),
                    fit_beta(1, stored, rank)));
}

TEST_CASE("What stands under weight 0 is not looked at, whatever it is") {
    for (const Matrix<double>& weights : {mask(), real_weights()}) {
        Sparse<double> stored = stored_where(Matrix<double>::Ones(rows, cols), weights);
        Sparse<double> stored_zeros = stored_where(weights, Matrix<double>::Ones(rows, cols));
        for (const auto& [name, beta, fit] : all_fits()) {
            INFO(name);
            const auto run = fit(golden_v(), {.entries = nmf::Weights(weights)});
            CHECK(finite(run));
            for (const double filling : {0.0, not_a_number, -5.0, 1e300, infinity}) {
                INFO(filling);
                CHECK(same_bits(run, fit(filled(golden_v(), weights, filling),
                                         {.entries = nmf::Weights(weights)})));
            }
        }
        const auto run = fit_beta(1, golden_v(), rank, {.entries = nmf::Weights(stored_zeros)});
        const auto least = fit_weighted(golden_v(), rank, {.entries = nmf::Weights(stored_zeros)});
        for (const double filling : {not_a_number, -5.0, infinity}) {
            const Matrix<double> v = filled(golden_v(), weights, filling);
            CHECK(same_bits(run, fit_beta(1, v, rank, {.entries = nmf::Weights(stored_zeros)})));
            CHECK(same_bits(least, fit_weighted(v, rank, {.entries = nmf::Weights(stored_zeros)})));
        }
    }
}

TEST_CASE("However it is said what is missing, it is the same problem") {
    const Matrix<double> of = mask();
    const Matrix<double> nan = filled(golden_v(), of, not_a_number);
    const Sparse<double> of_stored = stored_where(of, of);
    const Sparse<double> stored = stored_where(golden_v(), of);
    for (const double beta : {0.0, 1.0, 1.5, 2.5}) {
        INFO("beta " << beta);
        const auto run = fit_beta(beta, golden_v(), rank, {.entries = nmf::Weights(of)});
        CHECK(same_bits(run, fit_beta(beta, nan, rank, {.entries = nmf::MissingNan{}})));
        const auto listed = fit_beta(beta, nan, rank, {.entries = nmf::Weights(of_stored)});
        CHECK(largest_gap(listed, run) <= 1e-10);
        CHECK(
            same_bits(listed, fit_beta(beta, stored, rank, {.entries = nmf::Weights(of_stored)})));
        CHECK(largest_gap(fit_beta(beta, stored, rank, {.entries = nmf::MissingUnstored{}}), run) <=
              1e-10);
    }
    const auto run = fit_cd(golden_v(), rank, {.entries = nmf::Weights(of)});
    CHECK(largest_gap(fit_cd(stored, rank, {.entries = nmf::MissingUnstored{}}), run) <= 1e-10);
}

// The objective of the joint problem counts the column twice.
TEST_CASE("A column of weight 2 is a column that is there twice") {
    Matrix<double> twice(rows, cols + 1);
    twice << golden_v(), golden_v().col(3);
    Matrix<double> weights = Matrix<double>::Ones(rows, cols);
    weights.col(3).setConstant(2);
    const Matrix<double> w = uniform(2, rows, rank);
    const Matrix<double> h = uniform(3, rank, cols);
    Matrix<double> h_twice(rank, cols + 1);
    h_twice << h, h.col(3);
    for (const auto& [name, beta, fit] : all_fits()) {
        // Unweighted, Hals and Anls extrapolate another way, and measure exactly.
        if (beta == 2) continue;
        INFO(name);
        const auto one = fit(
            golden_v(), {.entries = nmf::Weights(weights), .start = nmf::CustomInit(w, h, false)});
        const auto two = fit(twice, {.start = nmf::CustomInit(w, h_twice, false)});
        CHECK(largest_gap(one, two) <= 1e-10);
        CHECK(measure::distance(one.W, two.W) <= 1e-9);
        CHECK(measure::distance(one.H, two.H.leftCols(cols)) <= 1e-9);
        CHECK(measure::distance(two.H.col(3), two.H.col(cols)) == 0);
    }
    for (const AnySolver& solver :
         {AnySolver(plain_hals(1)), AnySolver(plain_anls()), AnySolver(plain)}) {
        const auto one = fit_weighted(golden_v(), rank,
                                      {.entries = nmf::Weights(weights),
                                       .least_squares = solver,
                                       .start = nmf::CustomInit(w, h, false)});
        const auto two = fit(twice, rank,
                             {.solver = solver,
                              .init = nmf::CustomInit(w, h_twice, false),
                              .stopping = nmf::Only{nmf::MaxIterations{30}}});
        CHECK_THAT(one.objective, WithinRel(two.objective, 1e-10));
        CHECK(measure::distance(one.W, two.W) <= 1e-9);
    }
}

TEST_CASE("Weights that are all multiplied by a power of two scale the objective alone") {
    const Matrix<double> weights = real_weights();
    for (const double scale : {std::ldexp(1.0, -300), std::ldexp(1.0, 300)}) {
        const Matrix<double> scaled = scale * weights;
        for (const auto& [name, beta, fit] : all_fits()) {
            INFO(name << ", " << scale);
            const auto one = fit(golden_v(), {.entries = nmf::Weights(weights)});
            const auto two = fit(golden_v(), {.entries = nmf::Weights(scaled)});
            CHECK(two.W == one.W);
            CHECK(two.H == one.H);
            CHECK(two.objective / scale == one.objective);
            CHECK(two.kkt_residual == one.kkt_residual);
        }
    }
}

TEST_CASE("The objective of weighted least squares falls and is that of the factors") {
    const nmf::ElasticNet penalties[] = {{}, {nmf::L1{0.1, 0.4}, nmf::L2{1.0, 0.2}}};
    for (const Matrix<double>& weights : {mask(), real_weights()}) {
        for (const auto& [name, solver, exact] : all_solvers()) {
            for (const auto& penalty : penalties) {
                for (const auto order : {nmf::UpdateOrder::hw, nmf::UpdateOrder::wh}) {
                    INFO(name << (penalty.none() ? "" : ", penalties"));
                    const auto run = fit_weighted(golden_v(), rank,
                                                  {.entries = nmf::Weights(weights),
                                                   .least_squares = solver,
                                                   .penalty = penalty,
                                                   .stopping = nmf::Only{nmf::MaxIterations{40}},
                                                   .order = order});
                    CHECK(finite(run));
                    // Sums of 600 terms, each rounded.
                    CHECK(measure::largest_rise(run.history) <=
                          600 * std::numeric_limits<double>::epsilon() *
                              run.history.front().objective);
                    // Als may rise by nature, and so may what is extrapolated.
                    const bool extrapolated =
                        solver.extrapolation.enabled || solver.positive_extrapolation.enabled;
                    if (!extrapolated && name != "als") CHECK(run.steps_taken_back == 0);
                    CHECK(run.objective < run.history.front().objective);
                    CHECK_THAT(run.objective, WithinRel(naive_objective(2, golden_v(), weights,
                                                                        run.W, run.H, penalty),
                                                        1e-12));
                }
            }
        }
    }
}

TEST_CASE("Rows and columns without an observation get zeros, and leave the others alone") {
    Matrix<double> weights = real_weights();
    weights.row(7).setZero();
    weights.row(29).setZero();
    weights.col(0).setZero();
    weights.col(12).setZero();
    const auto without = [](const Matrix<double>& x) {
        Matrix<double> kept(rows - 2, cols - 2);
        Index to = 0;
        for (Index i = 0; i < rows; ++i) {
            if (i == 7 || i == 29) continue;
            kept.row(to++) << x.row(i).segment(1, 11), x.row(i).segment(13, 7);
        }
        return kept;
    };
    const Matrix<double> small = without(golden_v());
    const Matrix<double> small_weights = without(weights);
    const Matrix<double> w = uniform(2, rows, rank);
    const Matrix<double> h = uniform(3, rank, cols);
    Matrix<double> small_w(rows - 2, rank);
    small_w << w.topRows(7), w.middleRows(8, 21);
    Matrix<double> small_h(rank, cols - 2);
    small_h << h.middleCols(1, 11), h.rightCols(7);
    const nmf::ElasticNet penalties[] = {{}, {nmf::L1{0.1, 0.2}, nmf::L2{0.3, 0.1}}};
    for (const auto& [name, beta, fit] : all_fits()) {
        for (const auto& penalty : penalties) {
            INFO(name << (penalty.none() ? "" : ", penalties"));
            const auto run = fit(golden_v(), {.entries = nmf::Weights(weights),
                                              .penalty = penalty,
                                              .start = nmf::CustomInit(w, h, false)});
            CHECK(finite(run));
            CHECK(run.unobserved_rows == std::vector<Index>{7, 29});
            CHECK(run.unobserved_columns == std::vector<Index>{0, 12});
            CHECK(run.W.row(7).maxCoeff() == 0);
            CHECK(run.W.row(29).maxCoeff() == 0);
            CHECK(run.H.col(0).maxCoeff() == 0);
            CHECK(run.H.col(12).maxCoeff() == 0);
            const auto alone = fit(small, {.entries = nmf::Weights(small_weights),
                                           .penalty = penalty,
                                           .start = nmf::CustomInit(small_w, small_h, false)});
            CHECK_THAT(run.objective, WithinRel(alone.objective, 1e-10));
        }
    }
}

TEST_CASE("Nothing observed at all is a defined result") {
    const Matrix<double> zero = Matrix<double>::Zero(rows, cols);
    const Sparse<double> empty(rows, cols);
    const auto check = [](const Outcome<double>& run) {
        CHECK(run.objective == 0);
        CHECK(run.relative_error == 0);
        CHECK((run.W.array() == 0).all());
        CHECK((run.H.array() == 0).all());
        CHECK(run.unobserved_rows.size() == rows);
        CHECK(run.unobserved_columns.size() == cols);
    };
    for (const auto& [name, beta, fit] : all_fits()) {
        INFO(name);
        check(fit(golden_v(), {.entries = nmf::Weights(zero)}));
    }
    check(fit_beta(1, empty, rank, {.entries = nmf::MissingUnstored{}}));
    check(fit_cd(empty, rank, {.entries = nmf::MissingUnstored{}}));
    check(fit_weighted(empty, rank, {.entries = nmf::MissingUnstored{}}));
}

// After the half-step that was last, each column solves its own ridge problem.
TEST_CASE("A count-scaled ridge is lambda times the observations for each column") {
    const Matrix<double> v = golden_v();
    const nmf::CountScaledL2 counted{0.2, 0.05};
    const How exact{.least_squares = plain_anls(),
                    .counted = counted,
                    .stopping = nmf::Only{nmf::MaxIterations{3}},
                    .order = nmf::UpdateOrder::wh};
    for (const Matrix<double>& weights :
         {mask(), real_weights(), Matrix<double>(Matrix<double>::Ones(rows, cols))}) {
        How how = exact;
        how.entries = nmf::Weights(weights);
        const auto run = fit_weighted(v, rank, how);
        double penalty = 0;
        for (Index i = 0; i < rows; ++i) {
            const auto count = static_cast<double>((weights.row(i).array() > 0).count());
            penalty += 0.5 * counted.w * count * run.W.row(i).squaredNorm();
        }
        for (Index j = 0; j < cols; ++j) {
            const auto count = static_cast<double>((weights.col(j).array() > 0).count());
            penalty += 0.5 * counted.h * count * run.H.col(j).squaredNorm();
            const Matrix<double> gram = run.W.transpose() * weights.col(j).asDiagonal() * run.W +
                                        counted.h * count * Matrix<double>::Identity(rank, rank);
            const nmf::Vector<double> gradient =
                gram * run.H.col(j) - run.W.transpose() * weights.col(j).cwiseProduct(v.col(j));
            const auto step = run.H.col(j).array().min(gradient.array() / gram.diagonal().array());
            CHECK(step.abs().maxCoeff() <= 1e-12);
        }
        CHECK_THAT(run.objective,
                   WithinRel(naive_objective(2, v, weights, run.W, run.H) + penalty, 1e-12));
    }
}

// V near a product of positive factors: its best H is positive, and a gradient of relative size
// 1e-9 leaves H within the condition of the problem of it.
TEST_CASE("transform of V is H at a converged fit, and a fit that starts there stays") {
    const Matrix<double> w = 0.2 + uniform(2, rows, 3).array();
    const Matrix<double> h = 0.2 + uniform(3, 3, cols).array();
    const Matrix<double> v =
        (w * h).cwiseProduct((0.95 + 0.1 * uniform(9, rows, cols).array()).matrix());
    const Matrix<double> of = mask();
    const Sparse<double> stored = stored_where(v, of);
    constexpr double tolerance = 1e-9;
    How how{.stopping = nmf::KktTolerance{tolerance} || nmf::MaxIterations{50000}};
    const auto check = [&](const auto& call) {
        how.start = nmf::CustomInit(w, h);
        const auto run = call(how);
        REQUIRE(run.status == nmf::Status::converged);
        const nmf::Vector<double> singular = singular_values(run.W);
        const double condition = singular.maxCoeff() / singular.minCoeff();
        // Curvatures differ by the weights v y^(b-2) too, by less than 100 here.
        CHECK(measure::distance(run.transform_v(), run.H) <=
              100 * condition * condition * tolerance);
        how.start = nmf::CustomInit(run.W, run.H, false);
        how.stopping = nmf::KktTolerance{2 * tolerance} || nmf::MaxIterations{10};
        CHECK(call(how).iterations == 0);
        how.stopping = nmf::KktTolerance{tolerance} || nmf::MaxIterations{50000};
    };
    for (const double beta : {0.0, 1.0, 1.5}) {
        INFO("beta " << beta);
        check([&](const How& chosen) { return fit_beta(beta, v, 3, chosen); });
        how.entries = nmf::MissingUnstored{};
        check([&](const How& chosen) { return fit_beta(beta, stored, 3, chosen); });
        how.entries = nmf::AllEntries{};
    }
    check([&](const How& chosen) { return fit_cd(v, 3, chosen); });
    how.entries = nmf::Weights(of);
    check([&](const How& chosen) { return fit_weighted(v, 3, chosen); });
    how.entries = nmf::MissingUnstored{};
    check([&](const How& chosen) { return fit_weighted(stored, 3, chosen); });
    check([&](const How& chosen) { return fit_cd(stored, 3, chosen); });
}
