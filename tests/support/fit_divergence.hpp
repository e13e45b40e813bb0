// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The bodies of `fit_beta`, `fit_cd` and `fit_weighted`, for the sources that instantiate them.

#include <memory>
#include <stdexcept>

#include <nmf/factorize.hpp>

#include "support/divergence.hpp"
#include "support/problems.hpp"

/// Calls run(entries) for the choice, which has to be one of Kinds.
template <class S, class... Kinds, class Run>
Outcome<S> with_entries(const AnyEntries& entries, const Run& run) {
    Outcome<S> outcome;
    const auto one = [&](const auto* chosen) {
        if (chosen != nullptr) outcome = run(*chosen);
        return chosen != nullptr;
    };
    if (!(false || ... || one(std::get_if<Kinds>(&entries)))) {
        throw std::logic_error("these entries are not instantiated for the tests");
    }
    return outcome;
}

template <class V, class... Ps>
auto outcome_of(const V& v, nmf::Index rank, const How& how, const Ps&... policies) {
    using S = typename V::Scalar;
    const auto observer = [&](const nmf::Progress& progress) {
        if (how.observer) how.observer(progress);
    };
    const auto start =
        how.start ? *how.start
                  : nmf::CustomInit<double>(uniform(2, v.rows(), rank), uniform(3, rank, v.cols()));
    auto run = nmf::factorize(v, rank, how.penalty, start, how.stopping, how.order,
                              nmf::Threads{how.threads}, observer, policies...);
    Outcome<S> outcome{.W = run.W,
                       .H = run.H,
                       .status = run.status,
                       .iterations = run.iterations,
                       .objective = run.objective,
                       .relative_error = run.relative_error,
                       .kkt_residual = run.kkt_residual,
                       .steps_taken_back = run.steps_taken_back,
                       .history = run.history,
                       .unobserved_rows = run.unobserved_rows,
                       .unobserved_columns = run.unobserved_columns,
                       .transform_v = {}};
    auto kept = std::make_shared<const decltype(run)>(std::move(run));
    const auto entries = nmf::detail::pick_entries(policies...);
    outcome.transform_v = [kept, &v, entries] { return kept->transform(v, entries); };
    return outcome;
}
