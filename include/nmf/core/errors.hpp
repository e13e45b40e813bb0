// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The one error that the library throws on its own.

#include <cstdio>
#include <limits>
#include <stdexcept>
#include <string>

#include <nmf/core/types.hpp>

namespace nmf {
namespace detail {

/// A number for messages.
inline std::string scientific(double x) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%.9g", x);
    return buffer;
}

/// "m x n", for messages.
inline std::string shape(Index rows, Index cols) {
    return std::to_string(rows) + " x " + std::to_string(cols);
}

}  // namespace detail

/// An argument that cannot be factorized or used, and where it is wrong.
class InputError : public std::invalid_argument {
public:
    explicit InputError(const std::string& message) : std::invalid_argument(message) {}

    /// `what` names a matrix, `expected` what its entries have to be.
    InputError(const std::string& what, Index at_row, Index at_col, double bad_value,
               const std::string& expected)
        : std::invalid_argument(what + "(" + std::to_string(at_row) + ", " +
                                std::to_string(at_col) + ") is " + detail::scientific(bad_value) +
                                "; " + expected),
          row(at_row),
          col(at_col),
          value(bad_value) {}

    Index row = -1;  ///< Row of the offending entry, from 0; -1 when no single entry is to blame.
    Index col = -1;  ///< Its column.
    double value = std::numeric_limits<double>::quiet_NaN();  ///< Its value.
};

}  // namespace nmf
