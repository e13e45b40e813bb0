// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What `factorize` says, when a program is compiled, of entries that are held out, as
/// nmf/arguments/refused_policies.hpp does of each policy.

#include <nmf/arguments/policies.hpp>
#include <nmf/arguments/refused_policies.hpp>
#include <nmf/data/extent.hpp>
#include <nmf/data/held_out.hpp>
#include <nmf/data/together.hpp>
#include <nmf/stopping/concept.hpp>

namespace nmf::detail {

/// What is held out of a view of V with policies.
template <class View, class... Ps>
consteval bool accept_held_out() {
    constexpr bool asked = (false || ... || validates<Ps>());
    constexpr bool given = holds_out<View>;
    constexpr int fault = first_fault(given || !asked, !given || !has_part<View>);
    static_assert(fault != 1,
                  "nmf: ValidationError needs held-out entries: give nmf::HeldOut{} too, or with a "
                  "view nmf::make_view(V, nmf::HeldOut{})");
    static_assert(fault != 2, "nmf: a view that is one part of a larger V has no held-out entries");
    if constexpr (fault == 0) {
        return accept_compressing < given && Compressing < ChosenEntries<Ps...>, View >> ();
    }
    return false;
}

/// Further data of a fit, which is a view or has policies.
template <bool HoldsOut, class... Ps>
consteval bool accept_no_held_out() {
    constexpr bool none = !HoldsOut && (true && ... && !(is_held_out<Ps> || validates<Ps>()));
    static_assert(none,
                  "nmf: transform holds no entries out; leave out HeldOut and ValidationError");
    return none;
}

}  // namespace nmf::detail
