// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The laws of a constraint.

#include <string>
#include <utility>
#include <vector>

#include <nmf/constraint/concept.hpp>
#include <nmf/testing/broken_laws.hpp>

namespace nmf::testing {

/// The laws that a constraint on factors of a rows x cols matrix breaks; none for a good one. They
/// are the laws of nmf/constraint/concept.hpp, and that the bounds of every entry leave a number.
template <RealScalar S, Constraint P>
[[nodiscard]] std::vector<std::string> constraint_laws(const P& constraint, Index rank, Index rows,
                                                       Index cols) {
    BrokenLaws broken;
    for (const Side side : {Side::w, Side::h}) {
        const std::string where = side == Side::w ? "W" : "H";
        const Index columns = side == Side::w ? rows : cols;
        const bool any_sign = Constraints<P>{{constraint}}.any_sign(side);
        const Bounds<S> before(rank, columns, any_sign);
        Bounds<S> after = before;
        constraint.bound(side, after);
        Bounds<S> again = before;
        constraint.bound(side, again);
        Bounds<S> twice = after;
        constraint.bound(side, twice);
        const auto same = [&](const Bounds<S>& other, Index a, Index j) {
            return other.lower(a, j) == after.lower(a, j) && other.upper(a, j) == after.upper(a, j);
        };
        broken.require(after.rank() == rank && after.columns() == columns,
                       "1. the shape of the bounds stays", where);
        for (Index j = 0; j < columns; ++j) {
            for (Index a = 0; a < rank; ++a) {
                broken.require(after.lower(a, j) >= before.lower(a, j) &&
                                   after.upper(a, j) <= before.upper(a, j),
                               "2. bounds only get narrower", where);
                broken.require(same(again, a, j), "3. they are the same each time", where);
                broken.require(same(twice, a, j), "4. a second time changes nothing", where);
                broken.require(after.lower(a, j) <= after.upper(a, j) &&
                                   after.lower(a, j) < Bounds<S>::infinite &&
                                   after.upper(a, j) > -Bounds<S>::infinite,
                               "5. every entry has a finite number left", where);
            }
        }
    }
    return std::move(broken).reports();
}

}  // namespace nmf::testing
