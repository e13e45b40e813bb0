// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "io/matrix.hpp"
#include "io_message.hpp"
#include "support/catch.hpp"
#include "temporary_directory.hpp"

/// Reads a matrix from a file of this name and content.
template <class S = double>
io::AnyMatrix<S> read_as(const std::string& name, std::string_view bytes) {
    const TemporaryDirectory directory;
    return io::read_matrix<S>(directory.write(name, bytes));
}

/// The same, which has to be dense.
template <class S = double>
io::Dense<S> read_dense_as(const std::string& name, std::string_view bytes) {
    return std::get<io::Dense<S>>(read_as<S>(name, bytes));
}

/// The same, which has to be sparse.
template <class S = double>
io::Sparse<S> read_sparse_as(const std::string& name, std::string_view bytes) {
    return std::get<io::Sparse<S>>(read_as<S>(name, bytes));
}

/// The message of the Error that reading such a file ends in, without the path of the file; empty
/// if reading succeeds.
template <class S = double>
std::string error_of(const std::string& name, std::string_view bytes) {
    const TemporaryDirectory directory;
    const auto file = directory.write(name, bytes);
    return message_of(file, [&] { io::read_matrix<S>(file); });
}

/// The matrix with these rows.
inline io::Dense<double> dense(std::initializer_list<std::initializer_list<double>> rows) {
    return io::Dense<double>(rows);
}
