// SPDX-License-Identifier: MIT
#include "support/fit_divergence.hpp"

using nmf::AllEntries;
using nmf::Index;
using nmf::Matrix;
using nmf::MissingUnstored;
using DenseWeights = nmf::Weights<Matrix<double>>;
using SparseWeights = nmf::Weights<Sparse<double>>;

Outcome<double> fit_cd(const Matrix<double>& v, Index rank, const How& how) {
    return with_entries<double, AllEntries, DenseWeights>(how.entries, [&](const auto& entries) {
        return outcome_of(v, rank, how, nmf::KullbackLeibler{}, how.cd, entries);
    });
}

Outcome<double> fit_cd(const Sparse<double>& v, Index rank, const How& how) {
    return with_entries<double, AllEntries, MissingUnstored>(how.entries, [&](const auto& entries) {
        return outcome_of(v, rank, how, nmf::KullbackLeibler{}, how.cd, entries);
    });
}

Outcome<double> fit_weighted(const Matrix<double>& v, Index rank, const How& how) {
    return with_entries<double, AllEntries, DenseWeights, SparseWeights>(
        how.entries, [&](const auto& entries) {
            return outcome_of(v, rank, how, how.counted, how.least_squares, entries);
        });
}

Outcome<double> fit_weighted(const Sparse<double>& v, Index rank, const How& how) {
    return with_entries<double, MissingUnstored>(how.entries, [&](const auto& entries) {
        return outcome_of(v, rank, how, how.counted, how.least_squares, entries);
    });
}
