// SPDX-License-Identifier: MIT
// A run in a function called NMF_UNIT, with all that is compiled for it: a part of a program, or of
// a shared library.
#include "check.hpp"

extern "C" double NMF_UNIT() {
    const auto v = check::numbers<double>(1, 400, 300);
    return nmf::factorize(v, 5, nmf::MaxIterations{20}, nmf::Threads{2}).objective;
}
