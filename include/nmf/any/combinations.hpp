// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Which options go together.

#include <limits>
#include <string>
#include <string_view>

#include <nmf/any/options.hpp>

namespace nmf::detail {

[[noreturn]] NMF_COLD NMF_NOINLINE inline void refuse_options(std::string_view one,
                                                              std::string_view other,
                                                              std::string_view instead) {
    throw_input_error({one, " does not go with ", other, instead.empty() ? "" : "; ", instead});
}

/// Throws InputError for a solver that is not the loss's.
NMF_COLD inline void check_solver(const AnySolver& solver, const AnyLoss& loss) {
    const bool mu = solver.get_if<MultiplicativeUpdate>() != nullptr;
    const bool cd = solver.get_if<KlCoordinateDescent>() != nullptr;
    const std::string one = "the solver '" + solver.full_name() + "'";
    const std::string other = "the loss '" + loss.full_name() + "'";
    if (loss.is_least_squares()) {
        if (cd) refuse_options(one, other, "it has hals, mu, als and anls");
    } else if (loss.beta == 1) {
        if (!cd && !mu) refuse_options(one, other, "it has cd and mu");
    } else if (!mu) {
        refuse_options(one, other, "it has mu");
    }
}

/// The solver that is asked for, or the loss's best, with the options that are about it.
[[nodiscard]] NMF_COLD inline AnySolver solver_of(const Options& options) {
    const AnyLoss& loss = options.loss;
    const auto best = [&]() -> AnySolver {
        if (loss.is_least_squares()) return Hals{};
        if (loss.beta == 1) return KlCoordinateDescent{};
        return MultiplicativeUpdate{};
    };
    AnySolver solver = options.solver ? *options.solver : best();
    if (options.inner_iterations) {
        const Index count = *options.inner_iterations;
        check_parameter(count >= 1, "Options.inner_iterations", count, ">= 1");
        if (const auto* hals = solver.get_if<Hals>()) {
            Hals with = *hals;
            with.inner_iterations = count;
            solver = with;
        } else if (const auto* mu = solver.get_if<MultiplicativeUpdate>();
                   mu != nullptr && loss.is_least_squares()) {
            MultiplicativeUpdate with = *mu;
            with.inner_iterations = count;
            solver = with;
        } else {
            refuse_options(
                "Options.inner_iterations",
                "the solver '" + solver.full_name() + "' and the loss '" + loss.full_name() + "'",
                "hals and mu have them, for frobenius");
        }
    }
    if (!options.extrapolation) solver = solver.without_extrapolation();
    return solver;
}

/// Whether a run needs bounds, signs or components of norm 1.
[[nodiscard]] inline bool is_constrained(const Options& options) {
    constexpr double infinite = std::numeric_limits<double>::infinity();
    return options.frozen.w.size() > 0 || options.frozen.h.size() > 0 ||
           options.upper_bound.w != infinite || options.upper_bound.h != infinite ||
           options.free_w || options.free_h || options.unit_components.has_value();
}

/// Throws InputError for options that do not go together. Returns the solver.
[[nodiscard]] NMF_COLD inline AnySolver check_combination(const Options& options, bool sparse) {
    AnySolver solver = solver_of(options);
    check_solver(solver, options.loss);
    const std::string by = "the solver '" + solver.full_name() + "'";
    const std::string loss = "the loss '" + options.loss.full_name() + "'";
    const bool free = options.free_w || options.free_h;
    if (!options.loss.is_least_squares()) {
        constexpr std::string_view only = "it is for frobenius";
        if (options.signed_entries) refuse_options("Options.signed_entries", loss, only);
        if (free) refuse_options("Options.free_w or free_h", loss, only);
        if (options.compress) refuse_options("Options.compress", loss, only);
        if (!options.count_scaled_l2.none()) refuse_options("CountScaledL2", loss, only);
    }
    if ((options.signed_entries || free) && !solver.takes_any_sign()) {
        refuse_options(
            options.signed_entries ? "Options.signed_entries" : "Options.free_w or free_h", by,
            "hals, als and anls take any sign");
    }
    if (options.unit_components && !options.count_scaled_l2.none()) {
        refuse_options("CountScaledL2", "Options.unit_components", "L1 and L2 do");
    }
    if (options.missing.unstored() && !sparse) {
        refuse_options("missing 'unstored'", "a dense V", "'nan' does");
    }
    if (options.compress) {
        constexpr std::string_view compress = "Options.compress";
        if (sparse) refuse_options(compress, "a sparse V", "");
        if (!options.weights.none()) refuse_options(compress, "weights", "");
        if (!options.missing.none()) refuse_options(compress, "missing entries", "");
        if (options.signed_entries) refuse_options(compress, "Options.signed_entries", "");
        options.compress->check();
    }
    return solver;
}

}  // namespace nmf::detail
