// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What `factorize` and `transform` say, when a program is compiled, of what needs whole rows of a
/// V that is known by its columns alone.

#include <concepts>

#include <nmf/arguments/refused_policies.hpp>
#include <nmf/core/types.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/entries.hpp>
#include <nmf/half_step/former_of.hpp>
#include <nmf/solvers/concept.hpp>

namespace nmf::detail {

/// A view of V with a loss and a solver.
template <class View, class L, class P>
consteval bool accept_rows() {
    if constexpr (!OneSidedView<View>) {
        return true;
    } else {
        using S = typename View::Scalar;
        constexpr int fault =
            first_fault(!View::weighted, !NamesFormer<L>, !UpdatesColumns<P, L, S>, !is_part<View>);
        static_assert(fault != 1,
                      "nmf: weights and missing entries need whole rows of V, which a one-sided "
                      "view does not give");
        static_assert(fault != 2,
                      "nmf: a loss with half-steps of its own kind needs whole rows of V, which a "
                      "one-sided view does not give");
        static_assert(fault != 3,
                      "nmf: KlCoordinateDescent, and any solver that updates columns of entries, "
                      "needs whole rows of V, which a one-sided view does not give; it has "
                      "MultiplicativeUpdate");
        static_assert(fault != 4,
                      "nmf: a view that is one part of a larger V has transposed(), too");
        return fault == 0;
    }
}

/// A view of V with a choice of entries.
template <class View, class E>
consteval bool accept_entries_of() {
    constexpr bool all = std::same_as<E, AllEntries> || !OneSidedView<View>;
    static_assert(all,
                  "nmf: all entries of a one-sided view count, and are >= 0: it goes without "
                  "Weights, MissingNan, MissingUnstored, HeldOut, SignedEntries and Compressed");
    return all;
}

/// A view of further rows of V.
template <class View, Side side>
consteval bool accept_further() {
    constexpr bool columns = side == Side::h || !OneSidedView<View>;
    static_assert(
        columns,
        "nmf: transform_rows needs whole rows of V, which a one-sided view does not give; "
        "it has transform");
    return columns;
}

}  // namespace nmf::detail
