// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// NumPy's files of one array (.npy):
/// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html

#include "matrix.hpp"

namespace io {

/// A matrix. Formats 1.0 to 3.0; bool, float16, float32, float64 and the integers of 8 to 64 bits,
/// either byte order; C or Fortran order.
template <class S>
Dense<S> read_npy(const std::filesystem::path& file);

/// Images of one size, one a row: count x (height width), each row by row.
struct ImageStack {
    Dense<double> images;
    Index height = 0;
    Index width = 0;
};

/// An array count x height x width.
ImageStack read_npy_stack(const std::filesystem::path& file);

/// In Fortran order, float32 or float64 as S is.
template <class S>
void write_npy(const std::filesystem::path& file, const Dense<S>& matrix);

}  // namespace io
