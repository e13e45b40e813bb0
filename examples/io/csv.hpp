// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Tables of numbers, a row a line (.csv).

#include "matrix.hpp"

namespace io {

/// Fields are separated by tabs, semicolons or commas: the first of these that the first line
/// has. Empty lines are skipped, and so is a first line in which no field is a number. A number
/// may stand in double quotes.
template <class S>
Dense<S> read_csv(const std::filesystem::path& file);

/// With commas and without a header.
template <class S>
void write_csv(const std::filesystem::path& file, const Dense<S>& matrix);

}  // namespace io
