// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What a program has to be compiled with. Every header includes this one first.
///
/// These flags are not supported either, but Clang announces them by no macro: -fassociative-math,
/// -freciprocal-math and -funsafe-math-optimizations.

#if (defined(_MSVC_LANG) ? _MSVC_LANG : __cplusplus) < 202002L
#error "nmf needs C++20: compile with -std=c++20 or a later standard"
#define NMF_REQUIREMENTS_NOT_MET
#elif defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__) || \
    defined(__ASSOCIATIVE_MATH__) || defined(__RECIPROCAL_MATH__) || defined(_M_FP_FAST)
#error \
    "nmf does not support -ffast-math, -Ofast, -ffinite-math-only, -funsafe-math-optimizations, \
-fassociative-math and -freciprocal-math: its results would be wrong, so compile without these flags"
#define NMF_REQUIREMENTS_NOT_MET
#elif !defined(__cpp_exceptions) && !defined(_CPPUNWIND)
#error "nmf reports errors by exceptions: compile without -fno-exceptions"
#define NMF_REQUIREMENTS_NOT_MET
#endif

// A file that is not there is what ends a compilation at once.
#ifdef NMF_REQUIREMENTS_NOT_MET
#include <nmf_requirements_are_not_met>
#endif
