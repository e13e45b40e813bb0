// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// All that a run can be asked for, chosen when the program runs.

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>

#include <nmf/any/data.hpp>
#include <nmf/any/inits.hpp>
#include <nmf/any/loss.hpp>
#include <nmf/any/rule.hpp>
#include <nmf/any/solver.hpp>
#include <nmf/constraint/frozen.hpp>
#include <nmf/constraint/upper_bound.hpp>
#include <nmf/core/options.hpp>
#include <nmf/data/compressed.hpp>
#include <nmf/penalty/count_scaled_l2.hpp>
#include <nmf/penalty/l1.hpp>
#include <nmf/penalty/l2.hpp>
#include <nmf/stopping/cancel.hpp>
#include <nmf/stopping/diminishing_returns.hpp>
#include <nmf/stopping/kkt_tolerance.hpp>
#include <nmf/stopping/max_iterations.hpp>
#include <nmf/stopping/relative_decrease.hpp>

namespace nmf {

/// The policies of a run. Defaults are those of factorize(V, rank). Members are named in this
/// order:
///
///     nmf::Options options{.rank = 20, .loss = "kl", .solver = "cd", .init = "nndsvda"};
///     options.seed = 7;
///
/// Names are read at once; an unknown one is an InputError.
struct Options {
    Index rank = 0;
    AnyLoss loss{};
    std::optional<AnySolver> solver{};  ///< Without one the solver is the loss's best.
    AnyInits init{};                    ///< CustomInit(W, H) is a start of yours.

    // Which entries count.
    AnyWeights weights{};
    AnyMissing missing{};
    bool signed_entries = false;           ///< See SignedEntries.
    std::optional<Compressed> compress{};  ///< For a dense V.

    // Penalties.
    L1 l1{};
    L2 l2{};
    CountScaledL2 count_scaled_l2{};
    bool allow_no_minimiser = false;

    // Constraints.
    Frozen frozen{};
    UpperBound upper_bound{};
    bool free_w = false;  ///< See Free.
    bool free_h = false;
    std::optional<Side> unit_components{};  ///< See UnitComponents.

    // Method.
    UpdateOrder update_order = UpdateOrder::hw;
    std::optional<Index> inner_iterations{};  ///< Of "hals" and "mu" for frobenius.
    bool extrapolation = true;                ///< False: plain steps, also for a solver given.

    // End: the first of these that says so.
    std::optional<double> tolerance{};  ///< Of the KKT residual [1e-4]; 0: never.
    std::optional<RelativeDecrease> relative_decrease{};
    /// Without one, that of the default where the two above are not given either.
    std::optional<DiminishingReturns> diminishing_returns{};
    std::optional<AnyRule> stopping{};  ///< A test stands for the three above.
    Index max_iterations = MaxIterations{}.value;
    double time_limit = std::numeric_limits<double>::infinity();  ///< Seconds.
#ifdef __cpp_lib_jthread
    std::stop_token stop{};
#endif

    DeadComponents dead_components = DeadComponents::keep;
    std::uint64_t seed = 0;
    Starts starts{};
    int threads = 0;  ///< See Threads.
    std::function<Signal(const Progress&)> observer{};
};

}  // namespace nmf
