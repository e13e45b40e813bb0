// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Counts what a program takes from the heap.

#include <cstddef>
#include <iostream>

#include <nmf/core/types.hpp>
#include <nmf/machine/memory.hpp>

struct Allocations {
    long count = 0;           ///< How often since the last reset.
    std::size_t largest = 0;  ///< The largest piece, in bytes.
    std::size_t live = 0;     ///< Bytes in use.
    std::size_t peak = 0;     ///< Most bytes in use since the last reset.
};

/// Whether this platform lets the program see its allocations.
bool allocations_are_counted();

Allocations allocations();

/// Sets count and largest to 0 and peak to what is in use.
void reset_allocations();

/// Prints what makes ctest count the test as skipped.
inline bool counted() {
    if (allocations_are_counted()) return true;
    std::cout << "SKIPPED: this platform or build does not show its allocations" << std::endl;
    return false;
}

/// Bytes of n columns of a factor, each padded to 64 bytes.
template <class S>
std::size_t factor_bytes(nmf::Index rank, nmf::Index columns) {
    const auto bytes = static_cast<std::size_t>(rank) * sizeof(S);
    return (bytes + 63) / 64 * 64 * static_cast<std::size_t>(columns);
}

/// What a big piece that the library takes may be larger than what it holds: rounded up to whole
/// large pages, and its first byte at the beginning of one.
inline constexpr std::size_t page_slack = 2 * nmf::detail::large_page;

struct Use {
    std::size_t largest;
    std::size_t most;
};

/// What a few iterations of a run take at once.
template <class F>
Use use_of(const F& run) {
    reset_allocations();
    const std::size_t before = allocations().live;
    run();
    return {allocations().largest, allocations().peak - before};
}
