// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// How a policy says what it is: `using Axis = nmf::axis::Solver;`.
///
/// A policy is a small copyable struct of its parameters. `factorize` sorts its arguments by axis,
/// so they can be given in any order. The concept of an axis says which other members a policy
/// needs.
///
/// Every policy may have `void check() const`, which throws InputError for a parameter out of
/// range. `factorize` checks all policies before it does anything else.

#include <concepts>
#include <cstdint>
#include <string_view>

#include <nmf/core/errors.hpp>
#include <nmf/core/random.hpp>
#include <nmf/core/types.hpp>

namespace nmf {

namespace axis {
struct Solver {};
struct Loss {};
struct Init {};
struct Stopping {};
struct Penalty {};
struct Constraint {};
struct Entries {};
struct Observer {};
}  // namespace axis

/// `P::Axis` is the given axis.
template <class P, class A>
concept HasAxis = std::same_as<typename P::Axis, A>;

namespace detail {

/// Calls check() of the policies that have it, which throws InputError for parameters out of range.
template <class... Ps>
void check_parameters(const Ps&... policies) {
    [[maybe_unused]] const auto ask = [](const auto& policy) {
        if constexpr (requires { policy.check(); }) policy.check();
    };
    (ask(policies), ...);
}

}  // namespace detail

/// The number of threads of a run. 0 stands for as many as the work is worth; a small V has one
/// thread. That is never more than the process may use. The limits are its affinity, the quota of
/// its control group and OMP_NUM_THREADS. Any other number is taken as it is.
///
/// A run inside of a pass of another run has one thread. So has a run inside of a parallel region
/// of OpenMP. The result is the same, bit for bit, for every number of threads. Threads begin and
/// end with the run.
struct Threads {
    int count = 0;  ///< 0 .. 4096
};

/// Runs from several starts, of which the best is returned. Start i is the run with Seed{s + i} for
/// the seed s that is given, and the result is that run's, bit for bit. All starts make the first
/// `rung` iterations. The better half of them, by objective, goes on to twice as many, and so on.
/// The last one goes on to its end. A start that is given up gives its memory back.
///
/// Several inits share the starts. Each has one of the first, in the order given. At the others
/// those take turns that draw: RandomInit, RandomColumns, or Nndsvd with Fill::random. Throws
/// InputError where there are more inits than starts, or more starts than inits and none draws.
///
/// @par Cost
/// The memory of `count` runs in the first iterations. About rung (1 + log2(count) / 2) iterations
/// for each start, beside those of the best one.
///
/// @par Source
/// K. Jamieson and A. Talwalkar, "Non-stochastic best arm identification and hyperparameter
/// optimization", AISTATS 2016 (successive halving).
struct Starts {
    Index count = 1;
    Index rung = 20;  ///< Iterations of all starts, at least 1.

    void check() const {
        detail::check_parameter(count >= 1, "Starts.count", count, ">= 1");
        detail::check_parameter(rung >= 1, "Starts.rung", rung, ">= 1");
    }
};

/// What happens to components that are zero at the end. They are kept as zero columns of W and zero
/// rows of H, or dropped, which lowers the rank. The result lists them in both cases.
enum class DeadComponents { keep, drop };

/// Runs a problem without a minimiser, which is refused otherwise. Such a problem has a penalty on
/// one factor alone, and the run evades it by scaling the other one up. For comparisons with other
/// programs.
struct AllowNoMinimiser {
    bool value = true;
};

namespace detail {

inline void check_option(UpdateOrder order) {
    check_parameter(order == UpdateOrder::hw || order == UpdateOrder::wh, "UpdateOrder",
                    static_cast<int>(order), "UpdateOrder::hw or UpdateOrder::wh");
}

inline void check_option(DeadComponents dead) {
    check_parameter(dead == DeadComponents::keep || dead == DeadComponents::drop, "DeadComponents",
                    static_cast<int>(dead), "DeadComponents::keep or DeadComponents::drop");
}

}  // namespace detail

}  // namespace nmf
