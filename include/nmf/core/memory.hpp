// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Memory that is shared and not written before it is needed.

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

/// Room for `count` numbers that are not set, aligned for vectors. Where the system has large pages
/// a big room asks for them: a run is over before small ones would all have been set up, and the
/// kernels jump about in it. What is never written takes no memory.
template <class T>
requires std::is_trivial_v<T>
[[nodiscard]] std::shared_ptr<T> make_room(Index count) {
    const std::size_t wanted = sizeof(T) * static_cast<std::size_t>(count);
    const bool large = wanted >= large_page / 8;
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
