// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The beginning of NumPy's files of one array:
/// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace io {

constexpr std::string_view npy_magic{"\x93NUMPY", 6};

constexpr const char* npy_types =
    "expected bool, float16, float32, float64 or an integer of 8 to 64 bits";

struct NpyHeader {
    std::string type;  ///< As '<f8'.
    bool fortran_order = false;
    std::vector<std::size_t> shape;
    std::size_t data = 0;  ///< Where the values begin.
};

/// Of format 1.0 to 3.0. Throws an Error at the byte that is not as it should be.
NpyHeader read_npy_header(const std::filesystem::path& file, std::string_view bytes);

}  // namespace io
