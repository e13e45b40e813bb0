// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Tables of numbers, a row a line (.csv).

#include "matrix.hpp"

namespace io {

/// Reads the numbers of a Table; names are left out, and `say` is told what was taken for names.
/// table_layout.hpp has the rules. A number may stand in double quotes.
template <class S>
Dense<S> read_csv(const std::filesystem::path& file, const TableRules& rules = {},
                  const Say& say = {});

/// With commas and without a header.
template <class S>
void write_csv(const std::filesystem::path& file, const Dense<S>& matrix);

}  // namespace io
