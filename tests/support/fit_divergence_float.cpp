// SPDX-License-Identifier: MIT
#include "support/fit_divergence.hpp"

Outcome<float> fit_beta(double beta, const nmf::Matrix<float>& v, nmf::Index rank, const How& how) {
    return outcome_of(v, rank, how, nmf::BetaDivergence{beta}, how.mu);
}

Outcome<float> fit_beta(double beta, const Sparse<float>& v, nmf::Index rank, const How& how) {
    return outcome_of(v, rank, how, nmf::BetaDivergence{beta}, how.mu);
}

Outcome<float> fit_cd(const nmf::Matrix<float>& v, nmf::Index rank, const How& how) {
    return outcome_of(v, rank, how, nmf::KullbackLeibler{}, how.cd);
}
