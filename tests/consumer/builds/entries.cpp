// SPDX-License-Identifier: MIT
// A sparse V, and one with holes. The values are of the project's golden.json, or of a plain NumPy
// program for the same steps.

#include <limits>

#include "check.hpp"

int main() {
    const nmf::Hals one_sweep{
        .inner_iterations = 1, .inner_tolerance = 0, .extrapolation = {.enabled = false}};
    const nmf::MaxIterations twenty{20};

    check::Plain<double> scattered = check::Plain<double>::Zero(200, 150);
    for (int i = 0; i < 200; ++i) {
        for (int j = 0; j < 150; ++j) {
            if (check::uniform(6, 150, i, j) < 0.05) scattered(i, j) = check::uniform(5, 150, i, j);
        }
    }
    const Eigen::SparseMatrix<double> stored = scattered.sparseView();
    const nmf::CustomInit start(check::numbers<double>(7, 200, 8),
                                check::numbers<double>(8, 8, 150), false);
    const auto sparse = nmf::factorize(stored, 8, one_sweep, start, twenty, nmf::UpdateOrder::wh);
    check::reported("sparse", sparse, 2, scattered);
    check::trajectory("sparse", sparse,
                      {{1, 227.48993643623695}, {10, 197.354503762374}, {20, 195.5195087037485}});
    const auto counts = nmf::factorize(stored, 8, nmf::KullbackLeibler{}, twenty);
    check::reported("sparse Kullback-Leibler", counts, 1, scattered);

    const auto v = check::golden_v<double>();
    check::Plain<double> holes = v;
    check::Plain<double> weights = v;
    for (int i = 0; i < 30; ++i) {
        for (int j = 0; j < 20; ++j) {
            weights(i, j) = check::uniform(4, 20, i, j) < 0.7 ? 1.0 : 0.0;
            if (weights(i, j) == 0) holes(i, j) = std::numeric_limits<double>::quiet_NaN();
        }
    }
    const auto entry = [&](int i, int j) { return v(i, j); };
    const auto weight = [&](int i, int j) { return weights(i, j); };
    const auto masked =
        nmf::factorize(holes, 5, nmf::MissingNan{}, one_sweep, check::start(), twenty);
    check::near("missing", masked.objective, check::objective(masked, 2, entry, weight), 1e-9);
    check::trajectory("missing", masked,
                      {{0, 193.92843932908488},
                       {1, 13.767121128491858},
                       {10, 6.239830451082209},
                       {20, 5.517994562045285}});
    const auto weighted = nmf::factorize(v, 5, nmf::Weights(weights), nmf::BetaDivergence{1.5},
                                         nmf::MaxIterations{20});
    check::near("weighted", weighted.objective, check::objective(weighted, 1.5, entry, weight),
                1e-9);
    return check::verdict("entries");
}
