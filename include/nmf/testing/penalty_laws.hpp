// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The laws of a penalty.

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <nmf/penalty/concept.hpp>
#include <nmf/testing/broken_laws.hpp>
#include <nmf/testing/half_step_value.hpp>
#include <nmf/testing/known_problems.hpp>
#include <nmf/testing/padding.hpp>

namespace nmf::testing {

/// The laws that a penalty breaks; none for a good one. The first is that of
/// nmf/penalty/concept.hpp; the others are what an objective that is >= 0, several penalties of one
/// run, and the solvers rest on.
template <RealScalar S, Penalty P>
[[nodiscard]] std::vector<std::string> penalty_laws(const P& penalty) {
    BrokenLaws broken;
    constexpr auto eps = static_cast<double>(std::numeric_limits<S>::epsilon());
    for (const Side side : {Side::w, Side::h}) {
        for (const Index rank : {1, 3, 17}) {
            const std::string where =
                std::string(side == Side::w ? "W" : "H") + ", k = " + std::to_string(rank);
            const auto problem = known_half_step<S>({.rank = rank, .columns = 30, .linear = 0.5});
            NormalEquations<S> with = problem.equations;
            penalty.add_to(side, with);

            const auto added = [&](const Factor<S>& x) {
                return detail::half_step_value(with, x).value -
                       detail::half_step_value(problem.equations, x).value;
            };
            const Factor<S>& one = problem.solution;
            const Factor<S>& two = problem.other;
            const double change = penalty.value(side, two) - penalty.value(side, one);
            const double size =
                detail::half_step_value(with, one).size + detail::half_step_value(with, two).size;
            broken.require(std::abs(added(two) - added(one) - change) <= 16.0 * eps * size,
                           "1. what add_to adds to f is value, up to a constant", where);
            broken.require(penalty.value(side, one) >= 0 && penalty.value(side, two) >= 0,
                           "2. value is never negative", where);

            const auto& before = problem.equations;
            broken.require(
                (with.gram.matrix().array() == with.gram.matrix().transpose().array()).all(),
                "3. G stays symmetric", where);
            broken.require(
                detail::padding_is_zero(with.gram) && detail::padding_is_zero(with.cross),
                "4. the padding of G and C stays 0", where);
            broken.require(with.linear >= before.linear, "5. the linear weight does not fall",
                           where);
        }
    }
    return std::move(broken).reports();
}

}  // namespace nmf::testing
