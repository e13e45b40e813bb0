// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Matrix Market files (.mtx): https://math.nist.gov/MatrixMarket/formats.html

#include "matrix.hpp"

namespace io {

/// Coordinate files become sparse, array files dense; general or symmetric; real, integer,
/// unsigned-integer or pattern (every entry 1). The first line may begin with one % or two. Entries
/// that are given more than once are added up.
template <class S>
AnyMatrix<S> read_matrix_market(const std::filesystem::path& file);

/// As a real general array.
template <class S>
void write_matrix_market(const std::filesystem::path& file, const Dense<S>& matrix);

}  // namespace io
