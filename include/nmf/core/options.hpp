// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// How a policy says what it is: `using Axis = nmf::axis::Solver;`.
///
/// A policy is a small copyable struct of its parameters. The axis is what `factorize` sorts its
/// arguments by, so that they can be given in any order; the concept of the axis says which members
/// the policy needs besides.
///
/// Optional for every policy: `void check() const` throws InputError for a parameter out of range.
/// `factorize` asks all policies before it does anything else.

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

/// Asks the policies that have a member check() for an InputError on their parameters.
template <class... Ps>
void check_parameters(const Ps&... policies) {
    [[maybe_unused]] const auto ask = [](const auto& policy) {
        if constexpr (requires { policy.check(); }) policy.check();
    };
    (ask(policies), ...);
}

}  // namespace detail

/// Threads of a run. 0: as many as there is work for, and never more than the process may use by
/// its affinity, the quota of its control group and OMP_NUM_THREADS. A small V has one thread.
/// Another number is taken as it is. A run that a policy begins in the middle of another one's
/// pass, or that begins inside of a parallel region of OpenMP, has one. The result is the same, bit
/// for bit, for every number of threads. Threads begin with the run and end with it.
struct Threads {
    int count = 0;  ///< 0 .. 4096
};

/// What becomes of components that are zero at the end: they stay, as zero columns of W and rows of
/// H, or they are left out, so that the rank falls. The result lists them either way.
enum class DeadComponents { keep, drop };

/// Runs a problem without a minimiser, which is refused else: a penalty on one factor alone, which
/// the run evades by scaling the other one up. For comparisons with other programs.
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
