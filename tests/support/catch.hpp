// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Catch2, version 2 or 3, whichever the build found. The tests use what both have, and from here:
/// the matchers below, which version 2 has elsewhere or by another name.

#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_message.hpp>
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_adapters.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;
#else
#include <string>

#include <catch2/catch.hpp>

inline auto ContainsSubstring(const std::string& text) { return Catch::Matchers::Contains(text); }
inline auto StartsWith(const std::string& text) { return Catch::Matchers::StartsWith(text); }
#endif

using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;
