// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Matrices from and to files: Matrix Market (.mtx), NumPy (.npy), comma-separated values (.csv).

#include <filesystem>
#include <string_view>
#include <variant>

#include <Eigen/Core>
#include <Eigen/SparseCore>

#include "error.hpp"
#include "table_layout.hpp"

namespace io {

using Index = Eigen::Index;

template <class S>
using Dense = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor>;

template <class S>
using Sparse = Eigen::SparseMatrix<S, Eigen::ColMajor, int>;

/// What a file holds: sparse for Matrix Market's coordinate files, dense for all others.
template <class S>
using AnyMatrix = std::variant<Dense<S>, Sparse<S>>;

enum class Format { npy, mtx, csv };

/// The format that the end of the name says, a further .gz apart.
Format format_of(const std::filesystem::path& file);

/// ".npy", ".mtx" or ".csv".
std::string_view extension(Format format);

/// Reads a matrix in the precision asked for, S = float or double. The rules are for tables; `say`
/// is told what they, or the lack of them, made of one.
template <class S>
AnyMatrix<S> read_matrix(const std::filesystem::path& file, const TableRules& rules = {},
                         const Say& say = {});

/// The same, made dense.
template <class S>
Dense<S> read_dense(const std::filesystem::path& file, const Say& say = {});

/// Writes a matrix so that reading it gives back every bit.
template <class S>
void write_matrix(const std::filesystem::path& file, const Dense<S>& matrix);

}  // namespace io
