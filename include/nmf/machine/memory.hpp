// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Uninitialised memory.

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>

#ifdef __linux__
#include <sys/mman.h>
#endif

#include <nmf/core/types.hpp>

namespace nmf::detail {

inline constexpr std::size_t vector_alignment = 64;
inline constexpr std::size_t large_page = std::size_t{1} << 21U;

/// The kind of memory pages that the system is asked for.
enum class Pages { usual, large };

/// The kind for data beside a V of this many bytes. Large pages are set up faster, which counts in
/// a run of milliseconds. Beside a large V they made iterations several times slower on a virtual
/// machine; see benchmarks/README.md.
[[nodiscard]] constexpr Pages pages_beside(double bytes) {
    return bytes <= 16.0 * static_cast<double>(large_page) ? Pages::large : Pages::usual;
}

/// Uninitialised memory for `count` numbers, aligned for vectors.
template <class T>
requires std::is_trivial_v<T>
[[nodiscard]] std::shared_ptr<T> make_room(Index count, Pages pages = Pages::usual) {
    const std::size_t wanted = sizeof(T) * static_cast<std::size_t>(count);
    const bool large = pages == Pages::large && wanted >= large_page / 8;
    const std::align_val_t alignment{large ? large_page : vector_alignment};
    const auto unit = static_cast<std::size_t>(alignment);
    const std::size_t bytes = (wanted + unit - 1) / unit * unit;
    void* const memory = ::operator new(bytes, alignment);
#if defined(__linux__) && defined(MADV_HUGEPAGE)
    // Advice: it may be left unheeded.
    if (large) madvise(memory, bytes, MADV_HUGEPAGE);
#endif
    return {static_cast<T*>(memory), [alignment](T* room) { ::operator delete(room, alignment); }};
}

}  // namespace nmf::detail
