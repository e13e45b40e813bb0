// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The laws of a loss.

#include <cmath>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <nmf/loss/concept.hpp>
#include <nmf/testing/broken_laws.hpp>

namespace nmf::testing {

/// The laws of nmf/loss/concept.hpp that a loss breaks; none for a good one. They are tested on
/// pairs of numbers between 0 and 1e300, including very small and neighbouring ones.
template <Loss L>
[[nodiscard]] std::vector<std::string> loss_laws(const L& loss) {
    BrokenLaws broken;
    const std::vector<double> numbers{0.0, 5e-324,      1e-310, 1e-150,      1e-8,
                                      0.1, 0.1 + 1e-16, 1.0,    1.0 + 1e-12, 1.0 + 1e-6,
                                      3.0, 1e6,         1e150,  1e300};
    for (const double v : numbers) {
        if constexpr (requires { loss.allows_zeros(); }) {
            if (v == 0 && !loss.allows_zeros()) continue;
        }
        for (const double y : numbers) {
            const double cost = loss.entry(v, y);
            std::ostringstream where;
            where << "v = " << v << ", y = " << y;
            broken.require(!std::isnan(cost), "1. entry(v, y) is never NaN", where.str());
            broken.require(std::isnan(cost) || cost >= 0, "2. entry(v, y) >= 0", where.str());
            broken.require(v != y || cost == 0, "3. entry(v, v) = 0", where.str());
        }
    }
    return std::move(broken).reports();
}

}  // namespace nmf::testing
