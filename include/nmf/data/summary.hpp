// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What one pass over V tells, and the check of its entries.

#include <algorithm>
#include <limits>

#include <nmf/core/errors.hpp>
#include <nmf/core/types.hpp>

namespace nmf {

/// Sums over the entries of V, in double.
struct Summary {
    double sum = 0;
    double squared_norm = 0;
    double largest = 0;  ///< The largest entry.

    bool acceptable = true;  ///< Every entry is finite and >= 0.

    Summary& operator+=(const Summary& part) {
        sum += part.sum;
        squared_norm += part.squared_norm;
        largest = std::max(largest, part.largest);
        acceptable = acceptable && part.acceptable;
        return *this;
    }
};

namespace detail {

/// Written as comparisons, so that it holds under -ffast-math for negative entries at least.
template <class S>
[[nodiscard]] constexpr bool acceptable(S x) {
    return x >= S(0) && x <= std::numeric_limits<S>::max();
}

/// Remembers the first offending entry in reading order (row by row).
class FirstOffender {
public:
    void see(Index row, Index col, double value) {
        if (row_ < 0 || row < row_ || (row == row_ && col < col_)) {
            row_ = row;
            col_ = col;
            value_ = value;
        }
    }

    void throw_if_any(const char* name) const {
        if (row_ >= 0) {
            throw InputError(name, row_, col_, value_,
                             "every entry has to be a finite number >= 0");
        }
    }

private:
    Index row_ = -1;
    Index col_ = -1;
    double value_ = 0;
};

}  // namespace detail
}  // namespace nmf
