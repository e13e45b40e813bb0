// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The laws of a schedule of extrapolation.

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <nmf/acceleration/concept.hpp>
#include <nmf/core/types.hpp>
#include <nmf/testing/broken_laws.hpp>

namespace nmf::testing {

namespace detail {

/// Which iterations of a run are taken back, in turn.
inline std::vector<std::function<bool(Index)>> courses() {
    return {[](Index) { return false; }, [](Index) { return true; },
            [](Index i) { return i % 2 == 1; }, [](Index i) { return i % 7 == 6; },
            [](Index i) { return i > 40 && i < 60; }};
}

[[nodiscard]] inline double length(const Pace& pace) { return pace.beta + pace.start.momentum; }

[[nodiscard]] inline bool of_a_kind(const Pace& pace, bool goes_ahead) {
    return goes_ahead ? pace.start.momentum == 0 && pace.start.power == 1 : pace.beta == 0;
}

[[nodiscard]] inline bool in_range(const Pace& pace) {
    return pace.beta >= 0 && pace.beta <= 1 && pace.start.momentum >= 0 &&
           pace.start.momentum < 1 && pace.start.power >= 1 && pace.start.power < 2;
}

[[nodiscard]] inline bool same(const Pace& one, const Pace& two) {
    return one.beta == two.beta && one.start.momentum == two.start.momentum &&
           one.start.power == two.start.power;
}

}  // namespace detail

/// The laws that a schedule breaks over runs of which none, all, or some steps are taken back; none
/// for a good one. They are those of nmf/acceleration/concept.hpp.
template <AccelerationSchedule A>
[[nodiscard]] std::vector<std::string> acceleration_laws(const A& schedule) {
    BrokenLaws broken;
    for (const auto& rejected : detail::courses()) {
        A now = schedule;
        for (Index i = 0; i < 200; ++i) {
            A copy = now;
            const Pace pace = now.next();
            const std::string where = "iteration " + std::to_string(i);
            broken.require(detail::of_a_kind(pace, A::goes_ahead) && detail::in_range(pace),
                           "1. paces are of one kind and within their ranges", where);
            broken.require(detail::same(copy.next(), pace), "3. a copy goes on like its original",
                           where);
            if (!rejected(i)) {
                now.accept();
                continue;
            }
            now.reject();
            A after = now;
            broken.require(detail::length(after.next()) <= detail::length(pace),
                           "2. after reject() the next pace is not longer", where);
        }
    }
    return std::move(broken).reports();
}

}  // namespace nmf::testing
