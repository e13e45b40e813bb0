// SPDX-License-Identifier: MIT
#pragma once

#include <nmf/factorize.hpp>
#include <nmf/penalty/elastic_net.hpp>

/// A fit with the factor W, as if it had been found.
template <class S, class Loss, class Entries = nmf::AllEntries>
auto fit_with(const nmf::Matrix<S>& w, const Loss& loss, const Entries& entries = {},
              const nmf::ElasticNet& penalty = {}) {
    using Penalty = nmf::Penalties<nmf::ElasticNet>;
    nmf::Fit<S, Loss, Entries, Penalty> fit(loss, entries, Penalty{{penalty}});
    fit.W = w;
    return fit;
}
