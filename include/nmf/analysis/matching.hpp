// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Which components of two fits belong together.

#include <vector>

#include <nmf/analysis/assignment.hpp>
#include <nmf/analysis/components.hpp>
#include <nmf/core/errors.hpp>
#include <nmf/core/types.hpp>
#include <nmf/run/factorization.hpp>

namespace nmf {

/// The cosine of each column of A (m x p) with each column of B (m x q), p x q. It is 0 for a
/// column of zeros. Does not depend on the scale of a column. Throws InputError for other shapes.
/// Cost: 2 m p q.
template <RealScalar S>
[[nodiscard]] Matrix<double> cosines(const Matrix<S>& a, const Matrix<S>& b) {
    if (a.rows() != b.rows()) {
        detail::throw_input_error({"components of ", detail::decimal(a.rows()), " and of ",
                                   detail::decimal(b.rows()), " features cannot be compared"});
    }
    const auto unit = [](const Matrix<S>& of) {
        Matrix<double> columns = of.template cast<double>();
        for (Index j = 0; j < columns.cols(); ++j) {
            const double norm = detail::norm_of(columns.col(j), ComponentNorm::l2);
            if (norm > 0) columns.col(j) /= norm;
        }
        return columns;
    };
    return unit(a).transpose() * unit(b);
}

/// Component a of the fit with fewer components belongs to component partner[a] of the other.
struct Matching {
    std::vector<Index> partner{};
    Vector<double> similarity{};  ///< The cosine of each with its partner, in [0, 1].

    /// The mean similarity; 1 for equal models, 0 without components.
    [[nodiscard]] double mean() const { return similarity.size() > 0 ? similarity.mean() : 0.0; }
};

/// The components of two fits of the same features, matched by the columns of W so that the sum of
/// their cosines is the largest. `from` has at most as many components as `to`; throws InputError
/// for more, and for other features. Does not depend on the order and scale of the components.
template <RealScalar S>
[[nodiscard]] Matching matched(const Matrix<S>& from, const Matrix<S>& to) {
    const Matrix<double> similar = cosines(from, to);
    Matching found;
    found.partner = assignment(-similar);
    found.similarity.resize(from.cols());
    for (Index a = 0; a < from.cols(); ++a) {
        found.similarity[a] = similar(a, found.partner[static_cast<std::size_t>(a)]);
    }
    return found;
}
template <RealScalar S>
[[nodiscard]] Matching matched(const Factorization<S>& from, const Factorization<S>& to) {
    return matched(from.W, to.W);
}

}  // namespace nmf
