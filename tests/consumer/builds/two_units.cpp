// SPDX-License-Identifier: MIT
// Calls the functions of two units, one compiled with OpenMP and one without.
#include <cstdio>

extern "C" double with_openmp();
extern "C" double without_openmp();

int main() {
    const double with = with_openmp();
    const double without = without_openmp();
    std::printf("%.17g with OpenMP, %.17g without\n", with, without);
    return with == without && with > 0 ? 0 : 1;
}
