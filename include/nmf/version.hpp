// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The version of the library. The build files read it from here.

#include <string_view>

#define NMF_VERSION_MAJOR 0
#define NMF_VERSION_MINOR 1
#define NMF_VERSION_PATCH 0

#define NMF_VERSION_TEXT_OF(number) #number
#define NMF_VERSION_JOIN(major, minor, patch) \
    NMF_VERSION_TEXT_OF(major) "." NMF_VERSION_TEXT_OF(minor) "." NMF_VERSION_TEXT_OF(patch)

namespace nmf {

/// major.minor.patch
inline constexpr std::string_view version =
    NMF_VERSION_JOIN(NMF_VERSION_MAJOR, NMF_VERSION_MINOR, NMF_VERSION_PATCH);

}  // namespace nmf

#undef NMF_VERSION_JOIN
#undef NMF_VERSION_TEXT_OF
