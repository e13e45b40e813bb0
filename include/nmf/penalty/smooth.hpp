// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Neighbouring columns that differ little.

#include <string_view>

#include <nmf/penalty/concept.hpp>

namespace nmf {

/// Adds w/2 sum_i ||W(i+1,:) - W(i,:)||^2 + h/2 sum_j ||H(:,j+1) - H(:,j)||^2 to the objective, w,
/// h >= 0. For samples in order of time, or features in order of frequency.
///
/// @par Step
/// For neighbours x and z with the mean m_0 before the step, entry by entry,
///
///     1/2 (x - z)^2 <= (x - m_0)^2 + (z - m_0)^2,
///
/// with equality there. So the columns of a half-step do not depend on each other, and f falls.
///
/// @par Source
/// T. Virtanen, "Monaural sound source separation by nonnegative matrix factorization with temporal
/// continuity and sparseness criteria", IEEE Trans. Audio, Speech, and Language Processing 15(3),
/// 2007, for the aim. S. Essid and C. Fevotte, "Smooth nonnegative matrix factorization for
/// unsupervised audiovisual document structuring", IEEE Trans. Multimedia 15(2), 2013.
struct Smooth {
    using Axis = axis::Penalty;
    static constexpr std::string_view name = "smooth";

    double w = 0;
    double h = 0;

    [[nodiscard]] constexpr double weight(Side side) const { return side == Side::w ? w : h; }
    [[nodiscard]] constexpr bool none() const { return w == 0 && h == 0; }
    void check() const { detail::check_weights("Smooth", w, h); }

    template <RealScalar S>
    [[nodiscard]] double value(Side side, const Factor<S>& x) const {
        if (weight(side) == 0) return 0;
        double sum = 0;
        for (Index j = 0; j + 1 < x.cols(); ++j) {
            const S* const here = x.data() + j * x.stride();
            for (Index a = 0; a < x.rows(); ++a) {
                const auto step = static_cast<double>(here[x.stride() + a] - here[a]);
                sum += step * step;
            }
        }
        return 0.5 * weight(side) * sum;
    }

    /// All columns are treated as if they had two neighbours. A column at an end is its own
    /// neighbour.
    template <RealScalar S>
    void add_to(const PenaltyPlace<S>& place, PenaltyTerms& terms) const {
        terms.add_ridge(4.0 * weight(place.side));
    }

    template <RealScalar S>
    void pull(const PenaltyPlace<S>& place, Index first, FactorMap<S> to) const {
        const auto by = static_cast<S>(weight(place.side));
        const Index last = place.factor->cols() - 1;
        for (Index c = 0; c < to.cols(); ++c) {
            const Index j = first + c;
            const Index before = j > 0 ? j - 1 : j;
            const Index after = j < last ? j + 1 : j;
            for (Index a = 0; a < to.rows(); ++a) {
                to(a, c) += by * (place.entry(a, before) + S(2) * place.entry(a, j) +
                                  place.entry(a, after));
            }
        }
    }
};

static_assert(Penalty<Smooth>);

}  // namespace nmf
