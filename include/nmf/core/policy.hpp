// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// How a policy says what it is: `using Axis = nmf::axis::Solver;`.
///
/// A policy is a small copyable struct of its parameters. The axis is what `factorize` sorts its
/// arguments by, so that they can be given in any order; the concept of the axis says which members
/// the policy needs besides.

#include <concepts>
#include <cstdint>
#include <string_view>

#include <nmf/core/random.hpp>
#include <nmf/core/types.hpp>

namespace nmf {

namespace axis {
struct Solver {};
struct Loss {};
struct Init {};
struct Stopping {};
struct Penalty {};
struct Entries {};
struct Observer {};
struct Option {};
}  // namespace axis

/// `P::Axis` is the given axis.
template <class P, class A>
concept HasAxis = std::same_as<typename P::Axis, A>;

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

}  // namespace nmf
