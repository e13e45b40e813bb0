// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Memory that is set up faster.

#include <cstddef>
#include <cstdint>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace io {

/// Advises the system to use large pages between `begin` and `begin + count`, as NumPy does for its
/// arrays. That memory should not have been written yet. Does nothing for less than a page.
template <class T>
void prefer_large_pages([[maybe_unused]] T* begin, [[maybe_unused]] std::size_t count) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
    constexpr std::uintptr_t page = std::uintptr_t{1} << 21U;
    const auto address = reinterpret_cast<std::uintptr_t>(begin);
    const std::uintptr_t first = (address + page - 1) / page * page;
    const std::uintptr_t last = (address + count * sizeof(T)) / page * page;
    if (first < last) madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
#endif
}

}  // namespace io
