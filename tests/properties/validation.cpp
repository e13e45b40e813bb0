// SPDX-License-Identifier: MIT
// The score of held-out entries, against a sum over all entries of V.

#include <algorithm>
#include <cmath>

#include <nmf/nmf.hpp>

#include "support/catch.hpp"
#include "support/held_out.hpp"
#include "support/problems.hpp"

using nmf::HeldOut;
using nmf::Index;
using nmf::make_view;
using nmf::Matrix;

namespace {

constexpr Index rows = 40;
constexpr Index cols = 33;
constexpr Index rank = 3;
const HeldOut out{0.2, 5};
const nmf::Only stop{nmf::MaxIterations{8}};

/// The score of W H by the definition. `weights` are those of all entries that count.
template <class Loss>
nmf::Validation score(const Loss& loss, const Matrix<double>& v, const Matrix<double>& weights,
                      const HeldEntries& held, const Matrix<double>& w, const Matrix<double>& h,
                      bool with_signs = false) {
    const Matrix<double> rest = weights.cwiseProduct(held.kept());
    const double floor = 1e-6 * v.cwiseProduct(rest).sum() / rest.sum();
    double cost = 0;
    double weight = 0;
    nmf::Validation result;
    for (Index i = 0; i < v.rows(); ++i) {
        for (Index j = 0; j < v.cols(); ++j) {
            const bool left = rest.row(i).maxCoeff() > 0 && rest.col(j).maxCoeff() > 0;
            if (held.mask(i, j) == 0 || !left) continue;
            double y = w.row(i).dot(h.col(j));
            if (y < floor && !with_signs) {
                ++result.floored;
                y = floor;
            }
            ++result.entries;
            cost += held.weights(i, j) * loss.entry(v(i, j), y);
            weight += held.weights(i, j);
        }
    }
    result.error = cost / weight;
    return result;
}

template <class Fit>
void check(const Fit& fit, const nmf::Validation& expected) {
    CHECK(fit.validation.entries == expected.entries);
    CHECK(fit.validation.floored == expected.floored);
    CHECK(std::abs(fit.validation.error - expected.error) <= 1e-11 * expected.error);
    CHECK(expected.error > 0);
}

}  // namespace

TEST_CASE("The score is the mean loss over the held-out entries, by their weights") {
    const Matrix<double> v = uniform(1, rows, cols);
    const Matrix<double> ones = Matrix<double>::Ones(rows, cols);
    const Matrix<double> weights = real_weights(rows, cols);
    const HeldEntries held = held_entries(make_view(v, out));
    HeldEntries weighted = held;
    weighted.weights = held.mask.cwiseProduct(weights);
    weighted.mask = (weighted.weights.array() > 0).cast<double>();
    const auto check_loss = [&](const auto& loss) {
        const auto fit = nmf::factorize(v, rank, out, loss, stop);
        check(fit, score(loss, v, ones, held, fit.W, fit.H));
        const auto with = nmf::factorize(v, rank, out, nmf::Weights(weights), loss, stop);
        check(with, score(loss, v, weights, weighted, with.W, with.H));
    };
    check_loss(nmf::Frobenius{});
    check_loss(nmf::KullbackLeibler{});
    check_loss(nmf::BetaDivergence{0.5});
    const nmf::Matrix<float> single = v.cast<float>();
    const auto fit = nmf::factorize(single, rank, out, stop);
    const auto expected = score(nmf::Frobenius{}, single.cast<double>(), ones, held,
                                fit.W.cast<double>(), fit.H.cast<double>());
    CHECK(fit.validation.entries == expected.entries);
    CHECK(std::abs(fit.validation.error - expected.error) <= 1e-5 * expected.error);
}

TEST_CASE("The score of a sparse V weighs zeros for all that would be held out") {
    const Matrix<double> dense = scattered(rows, cols, 0.1);
    const Sparse<double> v = sparse(dense);
    const Matrix<double> ones = Matrix<double>::Ones(rows, cols);
    const auto view = make_view(v, out);
    const HeldEntries held = held_entries(view);
    CHECK(held.weights.maxCoeff() > 1.5);
    const auto check_loss = [&](const auto& loss) {
        const auto fit = nmf::factorize(v, rank, out, loss, stop);
        check(fit, score(loss, dense, ones, held, fit.W, fit.H));
        const auto turned = nmf::factorize(view, rank, loss, stop, nmf::UpdateOrder::wh);
        check(turned, score(loss, dense, ones, held, turned.W, turned.H));
        const auto of_turned = nmf::factorize(view.transposed(), rank, loss, stop);
        check(of_turned,
              score(loss, dense, ones, held, of_turned.H.transpose(), of_turned.W.transpose()));
    };
    check_loss(nmf::Frobenius{});
    check_loss(nmf::KullbackLeibler{});
}

TEST_CASE("Models below a millionth of the mean entry count as that, but for entries with signs") {
    // Two blocks, of which the run makes a model with zeros.
    Matrix<double> v = Matrix<double>::Zero(rows, cols);
    v.topLeftCorner(20, 15) = uniform(3, 20, 15).array() + 1.0;
    v.bottomRightCorner(20, 18) = uniform(4, 20, 18).array() + 1.0;
    const Matrix<double> ones = Matrix<double>::Ones(rows, cols);
    const HeldEntries held = held_entries(make_view(v, out));
    const auto fit = nmf::factorize(v, 2, out, nmf::KullbackLeibler{});
    const auto expected = score(nmf::KullbackLeibler{}, v, ones, held, fit.W, fit.H);
    CHECK(expected.floored > 50);
    check(fit, expected);
    const Matrix<double> centred = v.array() - 0.5;
    const auto with_signs = nmf::factorize(centred, 2, nmf::SignedEntries{}, out);
    CHECK(with_signs.validation.floored == 0);
    check(with_signs,
          score(nmf::Frobenius{}, centred, ones, held, with_signs.W, with_signs.H, true));
}

TEST_CASE("Entries of rows and columns of which nothing is left are not scored") {
    const Matrix<double> v = uniform(1, rows, cols);
    const HeldEntries held = held_entries(make_view(v, out));
    Index row = 0;
    Index col = 0;
    held.mask.maxCoeff(&row, &col);
    Matrix<double> weights = Matrix<double>::Ones(rows, cols);
    // Of this row and of another column only entries count that are held out.
    weights.row(row) = held.mask.row(row);
    const Index other = (col + 7) % cols;
    weights.col(other) = weights.col(other).cwiseProduct(held.mask.col(other));
    HeldEntries counted = held;
    counted.weights = held.mask.cwiseProduct(weights);
    counted.mask = counted.weights;
    const auto fit = nmf::factorize(v, rank, nmf::Weights(weights), out, stop);
    CHECK(fit.unobserved_rows == std::vector<Index>{row});
    CHECK(fit.unobserved_columns == std::vector<Index>{other});
    check(fit, score(nmf::Frobenius{}, v, weights, counted, fit.W, fit.H));
    CHECK(static_cast<double>(fit.validation.entries) ==
          counted.mask.sum() - counted.mask.row(row).sum() - counted.mask.col(other).sum() +
              counted.mask(row, other));
    // Stored in lists.
    const Sparse<double> listed = sparse(weights);
    const auto of_list = nmf::factorize(v, rank, nmf::Weights(listed), out, stop);
    CHECK(of_list.validation.entries == fit.validation.entries);
    CHECK(std::abs(of_list.validation.error - fit.validation.error) <= 1e-9);
}

TEST_CASE("ValidationError ends a run of too high a rank before it fits the noise") {
    Matrix<double> v = uniform(11, 70, 3) * uniform(12, 3, 60);
    v += 0.5 * (uniform(13, 70, 60).array() - 0.3).matrix().cwiseMax(0.0);
    const HeldOut some{0.25, 1};
    constexpr Index high = 20;
    const auto stopped =
        nmf::factorize(v, high, some, nmf::ValidationError{}, nmf::MaxIterations{3000});
    constexpr Index many = 300;
    const auto fitted = nmf::factorize(
        v, high, some, nmf::Only{nmf::MaxIterations{many} || nmf::ValidationError{.window = many}});
    CHECK(stopped.status == nmf::Status::converged);
    CHECK(stopped.relative_error > fitted.relative_error);
    CHECK(stopped.validation.error < 0.75 * fitted.validation.error);
    const auto least = std::min_element(fitted.history.begin(), fitted.history.end(),
                                        [](const auto& one, const auto& other) {
                                            return *one.validation_error < *other.validation_error;
                                        });
    CHECK(least->iteration > 0);
    CHECK(stopped.iterations == least->iteration + nmf::ValidationError{}.window);
}
