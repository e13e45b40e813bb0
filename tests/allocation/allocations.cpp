// SPDX-License-Identifier: MIT
#include "allocation/allocations.hpp"

#include <atomic>
#include <cerrno>

namespace {

std::atomic<long> count{0};
std::atomic<std::size_t> largest{0};
std::atomic<std::size_t> live{0};
std::atomic<std::size_t> peak{0};

[[maybe_unused]] void raise(std::atomic<std::size_t>& to, std::size_t value) {
    std::size_t seen = to.load();
    while (seen < value && !to.compare_exchange_weak(seen, value)) {
    }
}

}  // namespace

Allocations allocations() { return {count, largest, live, peak}; }

void reset_allocations() {
    count = 0;
    largest = 0;
    peak = live.load();
}

#if defined(__SANITIZE_ADDRESS__)
#define NMF_TEST_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define NMF_TEST_SANITIZED
#endif
#endif

// Replaces the functions of the GNU C library, to which C++ new and Eigen come down. A sanitizer
// has replaced them already.
#if defined(__GLIBC__) && !defined(NMF_TEST_SANITIZED)
#include <malloc.h>

bool allocations_are_counted() { return true; }

namespace {

/// Counts a piece, unless there was no memory for it.
void* taken(void* piece) {
    if (piece == nullptr) return piece;
    const std::size_t bytes = malloc_usable_size(piece);
    ++count;
    raise(largest, bytes);
    raise(peak, live += bytes);
    return piece;
}

void returned(void* piece) {
    if (piece != nullptr) live -= malloc_usable_size(piece);
}

}  // namespace

extern "C" {

void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void __libc_free(void*);

void* malloc(std::size_t bytes) { return taken(__libc_malloc(bytes)); }

void* calloc(std::size_t number, std::size_t bytes) { return taken(__libc_calloc(number, bytes)); }

void* realloc(void* old, std::size_t bytes) {
    returned(old);
    return taken(__libc_realloc(old, bytes));
}

void* memalign(std::size_t alignment, std::size_t bytes) {
    return taken(__libc_memalign(alignment, bytes));
}

void* aligned_alloc(std::size_t alignment, std::size_t bytes) { return memalign(alignment, bytes); }

int posix_memalign(void** piece, std::size_t alignment, std::size_t bytes) {
    *piece = memalign(alignment, bytes);
    return *piece != nullptr ? 0 : ENOMEM;
}

void free(void* piece) {
    returned(piece);
    __libc_free(piece);
}

}  // extern "C"

#else

bool allocations_are_counted() { return false; }

#endif
