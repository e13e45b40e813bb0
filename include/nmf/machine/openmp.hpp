// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Calls to the OpenMP that a program may have. They are resolved when the program is linked, so
/// this header is the same with and without -fopenmp. Without weak symbols, a program is taken to
/// have no OpenMP.

#include <nmf/core/compiler.hpp>

#ifdef NMF_IF_LINKED
// Under names of their own, so that they do not clash with how omp.h declares them.
extern "C" {
int nmf_omp_in_parallel() noexcept NMF_IF_LINKED("omp_in_parallel");
int nmf_omp_get_max_threads() noexcept NMF_IF_LINKED("omp_get_max_threads");
void nmf_omp_set_num_threads(int) noexcept NMF_IF_LINKED("omp_set_num_threads");
}
#endif

namespace nmf::detail {

/// Whether this thread is inside of a parallel region.
[[nodiscard]] inline bool in_openmp_region() {
#ifdef NMF_IF_LINKED
    return nmf_omp_in_parallel != nullptr && nmf_omp_in_parallel() != 0;
#else
    return false;
#endif
}

/// While it lives, parallel regions that this thread begins have one thread. For Eigen's products
/// in a program with -fopenmp.
class OneOpenMpThread {
public:
    OneOpenMpThread() {
#ifdef NMF_IF_LINKED
        if (nmf_omp_get_max_threads == nullptr || nmf_omp_set_num_threads == nullptr) return;
        before_ = nmf_omp_get_max_threads();
        if (before_ > 1) nmf_omp_set_num_threads(1);
#endif
    }
    OneOpenMpThread(const OneOpenMpThread&) = delete;
    OneOpenMpThread& operator=(const OneOpenMpThread&) = delete;
    ~OneOpenMpThread() {
#ifdef NMF_IF_LINKED
        if (before_ > 1) nmf_omp_set_num_threads(before_);
#endif
    }

private:
    int before_ = 1;
};

}  // namespace nmf::detail
