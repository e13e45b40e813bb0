// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The error that the library throws for invalid arguments.

#include <cstdio>
#include <initializer_list>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include <nmf/core/compiler.hpp>
#include <nmf/core/types.hpp>

namespace nmf {
namespace detail {

/// Joins texts to a message. A chain of + would be compiled again at each place.
NMF_COLD NMF_NOINLINE inline std::string joined(std::initializer_list<std::string_view> texts) {
    std::string all;
    for (const std::string_view text : texts) all.append(text);
    return all;
}

/// A number as text for messages.
NMF_COLD NMF_NOINLINE inline std::string scientific(double x) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%.9g", x);
    return buffer;
}

/// A whole number as text for messages.
NMF_COLD NMF_NOINLINE inline std::string decimal(Index x) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%lld", static_cast<long long>(x));
    return buffer;
}

/// "m x n", for messages.
inline std::string shape(Index rows, Index cols) {
    return joined({decimal(rows), " x ", decimal(cols)});
}

}  // namespace detail

/// An argument is not valid. The error says which one, and where.
class InputError : public std::invalid_argument {
public:
    explicit InputError(const std::string& message) : std::invalid_argument(message) {}

    /// `what` names a matrix, and `expected` says what its entries have to be.
    NMF_COLD InputError(const std::string& what, Index at_row, Index at_col, double bad_value,
                        const std::string& expected)
        : std::invalid_argument(
              detail::joined({what, "(", detail::decimal(at_row), ", ", detail::decimal(at_col),
                              ") is ", detail::scientific(bad_value), "; ", expected})),
          row(at_row),
          col(at_col),
          value(bad_value) {}

    Index row = -1;  ///< Row of the offending entry, from 0; -1 when no single entry is to blame.
    Index col = -1;  ///< Its column.
    double value = std::numeric_limits<double>::quiet_NaN();  ///< Its value.
};

namespace detail {

[[noreturn]] NMF_COLD NMF_NOINLINE inline void throw_input_error(
    std::initializer_list<std::string_view> message) {
    throw InputError(joined(message));
}

/// For the member check() of a policy. Throws unless the parameter is in its range, for example:
///
///     Hals.inner_iterations is -3; it has to be >= 0
template <class T>
void check_parameter(bool in_range, std::string_view parameter, T value, std::string_view range) {
    if (in_range) return;
    std::string number;
    if constexpr (std::is_floating_point_v<T>) {
        number = scientific(value);
    } else {
        number = decimal(static_cast<Index>(value));
    }
    throw_input_error({parameter, " is ", number, "; it has to be ", range});
}

}  // namespace detail
}  // namespace nmf
