// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// From a command line to the options of nmf::factorize.

#include <type_traits>
#include <variant>

#include <nmf/any.hpp>

#include "input.hpp"
#include "options.hpp"

namespace cli {

/// Refers to the input.
template <class S>
nmf::Options run_options(const Options& options, const Input<S>& input) {
    nmf::Options run;
    run.rank = options.rank;
    run.loss = name(options.loss, options.beta);
    run.solver = name(options.solver);
    run.inner_iterations = options.inner_iterations;
    run.extrapolation = !options.no_extrapolation;
    run.init = name(options.inits);
    if (!options.init_w.empty()) run.init = nmf::CustomInit(input.start.W, input.start.H, false);
    run.seed = options.seed;
    run.starts.count = options.starts;
    if (input.entries.missing == Missing::nan) run.missing = "nan";
    if (input.entries.missing == Missing::unstored) run.missing = "unstored";
    if (input.entries.weights) {
        std::visit([&](const auto& weights) { run.weights = nmf::AnyWeights(weights); },
                   *input.entries.weights);
    }
    run.signed_entries = options.any_sign;
    if (options.compress) run.compress = nmf::Compressed{};
    run.l1 = {options.l1_w, options.l1_h};
    run.l2 = {options.l2_w, options.l2_h};
    run.count_scaled_l2 = {options.count_scaled_l2_w, options.count_scaled_l2_h};
    run.allow_no_minimiser = options.allow_no_minimiser;
    if (input.frozen.W.size() > 0) run.frozen.w = input.frozen.W;
    if (input.frozen.H.size() > 0) run.frozen.h = input.frozen.H;
    run.unit_components = options.unit_components;
    run.update_order =
        options.update_order == Order::hw ? nmf::UpdateOrder::hw : nmf::UpdateOrder::wh;
    run.tolerance = options.tolerance;
    if (options.relative_decrease) {
        run.relative_decrease =
            nmf::RelativeDecrease{*options.relative_decrease, options.decrease_window};
    }
    if (options.returns) run.diminishing_returns = nmf::DiminishingReturns{*options.returns};
    run.max_iterations = options.max_iterations;
    run.time_limit = options.time_limit;
    run.threads = options.threads;
    return run;
}

}  // namespace cli
