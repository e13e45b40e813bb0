// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Data sets that are too large to be kept with the sources.

#include <filesystem>
#include <iostream>
#include <optional>
#include <string>

/// The place of `file` under the folder that CMake's NMF_SHARED_DATA names. Nothing if it is not
/// there, with a line that makes ctest count the test as skipped; the test then returns.
inline std::optional<std::filesystem::path> shared_data(const std::string& file) {
    const std::filesystem::path path = std::filesystem::path(NMF_SHARED_DATA) / file;
    if (std::filesystem::exists(path)) return path;
    std::cout << "SKIPPED: " << path.string() << " is not there" << std::endl;
    return std::nullopt;
}
