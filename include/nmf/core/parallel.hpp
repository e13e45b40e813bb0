// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Work in numbered chunks, by OpenMP where the including program is compiled with it.

#ifdef _OPENMP
#include <atomic>

#include <omp.h>
#endif

#include <nmf/core/types.hpp>

namespace nmf::detail {

/// The number of threads of a run that asks for `wanted` (0: as many as OpenMP offers).
inline int resolve_threads(int wanted) {
#ifdef _OPENMP
    if (omp_in_parallel() != 0) return 1;
    return wanted > 0 ? wanted : omp_get_max_threads();
#else
    static_cast<void>(wanted);
    return 1;
#endif
}

/// Calls body(chunk, thread) for chunk = 0 .. chunks - 1, with thread < threads. A chunk must write
/// to places of its own only; that makes the outcome independent of the number of threads. The body
/// must not throw.
template <class Body>
void for_each_chunk(Index chunks, int threads, const Body& body) {
#ifdef _OPENMP
    if (threads > 1 && chunks > 1) {
        std::atomic<Index> next{0};
#pragma omp parallel num_threads(threads)
        for (Index chunk = next++; chunk < chunks; chunk = next++)
            body(chunk, omp_get_thread_num());
        return;
    }
#else
    static_cast<void>(threads);
#endif
    for (Index chunk = 0; chunk < chunks; ++chunk) body(chunk, 0);
}

}  // namespace nmf::detail
