// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The body of `fit`, for the sources that instantiate it.

#include <nmf/factorize.hpp>

#include "support/fit.hpp"

template <class V>
auto fit_any(const V& v, nmf::Index rank, const Options& options) {
    const auto observer = [&](const nmf::Progress& progress) {
        return options.observer ? options.observer(progress) : nmf::Signal::proceed;
    };
    return nmf::factorize(v, rank, options.solver, options.init, options.stopping, options.penalty,
                          options.order, options.seed, options.threads, options.dead,
                          nmf::AllowNoMinimiser{}, observer);
}
