// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Components that do not overlap.

#include <string_view>

#include <nmf/penalty/concept.hpp>

namespace nmf {

/// Adds w times the off-diagonal entries of W'W, each pair once, and h times those of H H':
///
///     w sum_{a < b} <w_a, w_b> + h sum_{a < b} <h_a, h_b>,     w, h >= 0.
///
/// For factors >= 0 this is 0 if the components do not overlap, as parts or clusters. For
/// Frobenius.
///
/// @par Step
/// A column x adds w/2 ((sum x)^2 - ||x||^2), which is not convex. Its concave part is replaced by
/// its tangent -w <x_0, x> at the x_0 before the step. The tangent is an upper bound, so f falls.
///
/// @par Source
/// S. Choi, "Algorithms for orthogonal nonnegative matrix factorization", IJCNN 2008, for the aim.
struct Orthogonal {
    using Axis = axis::Penalty;
    static constexpr std::string_view name = "orthogonal";
    static constexpr bool couples_components = true;

    double w = 0;
    double h = 0;

    [[nodiscard]] constexpr double weight(Side side) const { return side == Side::w ? w : h; }
    [[nodiscard]] constexpr bool none() const { return w == 0 && h == 0; }
    void check() const { detail::check_weights("Orthogonal", w, h); }

    template <RealScalar S>
    [[nodiscard]] double value(Side side, const Factor<S>& x) const {
        if (weight(side) == 0) return 0;
        double value = 0;
        for (Index j = 0; j < x.cols(); ++j) {
            double sum = 0;
            double overlap = 0;
            for (Index a = 0; a < x.rows(); ++a) {
                const auto entry = static_cast<double>(x.data()[j * x.stride() + a]);
                overlap += sum * entry;
                sum += entry;
            }
            value += overlap;
        }
        return weight(side) * value;
    }

    template <RealScalar S>
    void add_to(const PenaltyPlace<S>& place, PenaltyTerms& terms) const {
        if (weight(place.side) > 0) terms.coupled().array() += weight(place.side);
    }

    template <RealScalar S>
    void pull(const PenaltyPlace<S>& place, Index first, FactorMap<S> to) const {
        const auto by = static_cast<S>(weight(place.side));
        for (Index c = 0; c < to.cols(); ++c) {
            for (Index a = 0; a < to.rows(); ++a) to(a, c) += by * place.entry(a, first + c);
        }
    }
};

static_assert(Penalty<Orthogonal>);

}  // namespace nmf
