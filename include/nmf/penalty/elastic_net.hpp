// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// L1 and L2 together, and scikit-learn's way of giving their weights.

#include <string_view>

#include <nmf/penalty/l1.hpp>
#include <nmf/penalty/l2.hpp>

namespace nmf {

/// The sum of an L1 and an L2 penalty.
struct ElasticNet {
    using Axis = axis::Penalty;
    static constexpr std::string_view name = "elastic net";

    L1 l1;
    L2 l2;

    [[nodiscard]] constexpr bool none() const { return l1.none() && l2.none(); }
    void check() const {
        l1.check();
        l2.check();
    }

    template <RealScalar S>
    [[nodiscard]] double value(Side side, const Factor<S>& x) const {
        return l1.value(side, x) + l2.value(side, x);
    }

    template <class HalfStep>
    void add_to(Side side, HalfStep& step) const {
        l1.add_to(side, step);
        l2.add_to(side, step);
    }
};

static_assert(Penalty<ElasticNet>);

/// The penalty that scikit-learn (1.0 and later) means by alpha_W, alpha_H and l1_ratio, for V of
/// the given shape with one sample per row: the weights for W are multiplied by the number of
/// features (columns), those for H by the number of samples (rows).
[[nodiscard]] constexpr ElasticNet scikit_learn_penalty(Index rows, Index cols, double alpha_w,
                                                        double alpha_h, double l1_ratio) {
    const double w = alpha_w * static_cast<double>(cols);
    const double h = alpha_h * static_cast<double>(rows);
    return {L1{l1_ratio * w, l1_ratio * h}, L2{(1.0 - l1_ratio) * w, (1.0 - l1_ratio) * h}};
}

}  // namespace nmf
