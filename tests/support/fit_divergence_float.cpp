// SPDX-License-Identifier: MIT
#include "support/fit_divergence.hpp"

using nmf::Index;
using nmf::Matrix;
using DenseWeights = nmf::Weights<Matrix<double>>;

Outcome<float> fit_beta(double beta, const Matrix<float>& v, Index rank, const How& how) {
    return with_entries<float, nmf::AllEntries, DenseWeights>(
        how.entries, [&](const auto& entries) {
            return outcome_of(v, rank, how, nmf::BetaDivergence{beta}, how.mu, entries);
        });
}

Outcome<float> fit_beta(double beta, const Sparse<float>& v, Index rank, const How& how) {
    return outcome_of(v, rank, how, nmf::BetaDivergence{beta}, how.mu);
}

Outcome<float> fit_cd(const Matrix<float>& v, Index rank, const How& how) {
    return outcome_of(v, rank, how, nmf::KullbackLeibler{}, how.cd);
}

Outcome<float> fit_weighted(const Matrix<float>& v, Index rank, const How& how) {
    return with_entries<float, DenseWeights>(how.entries, [&](const auto& entries) {
        return outcome_of(v, rank, how, how.counted, how.least_squares, entries);
    });
}
