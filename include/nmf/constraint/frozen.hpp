// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Entries of W and H that keep their values.

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

/// W and H keep the numbers of w (m x k) and h (k x n), bit for bit. Where w or h is NaN, the entry
/// is free. A w with fewer columns, or an h with fewer rows, holds the first components. The init
/// sets the free entries.
///
///     nmf::factorize(V, 20, nmf::Frozen{.w = signatures});  // the first ones are known
struct Frozen {
    using Axis = axis::Constraint;
    static constexpr std::string_view name = "frozen";
    static constexpr bool known_columns = true;

    detail::Known w{};
    detail::Known h{};

    /// Throws InputError for a shape that does not fit, and for an infinite entry. Throws also for
    /// a negative entry, unless the factor may have any sign.
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
