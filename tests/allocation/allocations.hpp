// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Counts what a program takes from the heap.

#include <cstddef>

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
