// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Entries of W and H that stay as they are.

#include <cmath>
#include <string_view>

#include <nmf/constraint/concept.hpp>

namespace nmf {
namespace detail {

/// A matrix of known entries, from any Eigen matrix or expression of real numbers.
struct Known : nmf::Matrix<double> {
    Known() = default;
    template <class Derived>
    Known(const Eigen::MatrixBase<Derived>& values)
        : nmf::Matrix<double>(values.template cast<double>()) {}
};

}  // namespace detail

/// The numbers of w (m x k) and h (k x n) stay, bit for bit; where these are nan, W and H are free.
/// A w of fewer columns, or an h of fewer rows, is about the first components. The init makes the
/// entries that are free.
///
///     nmf::factorize(V, 20, nmf::Frozen{.w = signatures});  // the first ones known, the rest
///     found
struct Frozen {
    using Axis = axis::Constraint;
    static constexpr std::string_view name = "frozen";
    static constexpr bool known_columns = true;

    detail::Known w{};
    detail::Known h{};

    /// Throws InputError for a shape that does not fit, and for an entry that is infinite, or
    /// negative where it has to be >= 0.
    template <RealScalar S>
    void bound(Side side, Bounds<S>& bounds) const {
        const bool of_w = side == Side::w;
        const Matrix<double>& kept = of_w ? w : h;
        if (kept.size() == 0) return;
        const char* const what = of_w ? "Frozen.w" : "Frozen.h";
        const Index components = of_w ? kept.cols() : kept.rows();
        const Index columns = of_w ? kept.rows() : kept.cols();
        if (columns != bounds.columns() || components > bounds.rank()) {
            const std::string most = detail::decimal(bounds.rank());
            const std::string exact = detail::decimal(bounds.columns());
            detail::throw_input_error({what, " is ", detail::shape(kept.rows(), kept.cols()),
                                       "; it has to be ", of_w ? exact : "at most " + most, " x ",
                                       of_w ? "at most " + most : exact});
        }
        for (Index a = 0; a < components; ++a) {
            for (Index j = 0; j < columns; ++j) {
                const double value = of_w ? kept(j, a) : kept(a, j);
                if (std::isnan(value)) continue;
                const auto entry = static_cast<S>(value);
                if (!std::isfinite(entry) || entry < bounds.lower(a, j)) {
                    throw InputError(what, of_w ? j : a, of_w ? a : j, value,
                                     bounds.any_sign()
                                         ? "it has to be a finite number, or nan where the entry "
                                           "is free"
                                         : "it has to be a finite number >= 0, or nan where the "
                                           "entry is free");
                }
                bounds.narrow(a, j, entry, entry);
            }
        }
    }
};

static_assert(Constraint<Frozen>);

}  // namespace nmf
