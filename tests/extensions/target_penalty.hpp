// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A penalty: 1/2 weight ||H - 1||^2, which pulls the entries of H to 1.

#include <string_view>

#include <nmf/penalty/concept.hpp>

namespace own {

struct TargetPenalty {
    using Axis = nmf::axis::Penalty;
    static constexpr std::string_view name = "target";

    double weight = 1;

    template <nmf::RealScalar S>
    [[nodiscard]] double value(nmf::Side side, const nmf::Factor<S>& x) const {
        if (side == nmf::Side::w) return 0;
        double sum = 0;
        x.for_each([&](S entry) {
            const double gap = static_cast<double>(entry) - 1;
            sum += gap * gap;
        });
        return 0.5 * weight * sum;
    }

    template <nmf::RealScalar S>
    void add_to(const nmf::PenaltyPlace<S>& place, nmf::PenaltyTerms& terms) const {
        if (place.side == nmf::Side::h) terms.add_ridge(weight);
    }

    template <nmf::RealScalar S>
    void pull(const nmf::PenaltyPlace<S>& place, nmf::Index /*first*/, nmf::FactorMap<S> to) const {
        if (place.side == nmf::Side::h) to.array() += static_cast<S>(weight);
    }
};

}  // namespace own
