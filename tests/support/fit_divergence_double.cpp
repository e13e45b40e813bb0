// SPDX-License-Identifier: MIT
#include "support/fit_divergence.hpp"

using nmf::AllEntries;
using nmf::Index;
using nmf::Matrix;
using nmf::MissingNan;
using nmf::MissingUnstored;
using DenseWeights = nmf::Weights<Matrix<double>>;
using SparseWeights = nmf::Weights<Sparse<double>>;

Outcome<double> fit_beta(double beta, const Matrix<double>& v, Index rank, const How& how) {
    return with_entries<double, AllEntries, DenseWeights, SparseWeights, MissingNan>(
        how.entries, [&](const auto& entries) {
            return outcome_of(v, rank, how, nmf::BetaDivergence{beta}, how.mu, entries);
        });
}

Outcome<double> fit_beta(double beta, const Sparse<double>& v, Index rank, const How& how) {
    return with_entries<double, AllEntries, SparseWeights, MissingUnstored>(
        how.entries, [&](const auto& entries) {
            return outcome_of(v, rank, how, nmf::BetaDivergence{beta}, how.mu, entries);
        });
}
