// SPDX-License-Identifier: MIT
#pragma once

#include <nmf/factorize.hpp>
#include <nmf/penalty/elastic_net.hpp>

/// A fit with the factor W, as if it had been found.
template <class S, class Loss, class Entries = nmf::AllEntries>
nmf::Factorization<S, nmf::Penalties<nmf::ElasticNet>, Loss, Entries> fit_with(
    const nmf::Matrix<S>& w, const Loss& loss, const Entries& entries = {},
    const nmf::ElasticNet& penalty = {}) {
    nmf::Factorization<S, nmf::Penalties<nmf::ElasticNet>, Loss, Entries> fit{
        .loss = loss, .entries = entries, .penalties = {{penalty}}};
    fit.W = w;
    return fit;
}
