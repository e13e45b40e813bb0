// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Whether penalties and signs go together.

#include <string_view>
#include <tuple>
#include <type_traits>

#include <nmf/constraint/concept.hpp>
#include <nmf/core/errors.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/penalty/concept.hpp>
#include <nmf/subproblem/penalty_terms.hpp>

namespace nmf::detail {

/// Throws InputError for a penalty on the sum of entries that may have any sign: it has no lower
/// bound.
template <class... Ps, class ConstraintSet>
NMF_COLD void check_signs(const Penalties<Ps...>& penalties, const ConstraintSet& constraints) {
    if constexpr (!ConstraintSet::none) {
        const auto check = [&](const auto& term) {
            for (const Side side : {Side::w, Side::h}) {
                if (!constraints.any_sign(side)) continue;
                using Term = std::decay_t<decltype(term)>;
                const Factor<double> one(Matrix<double>::Ones(1, 1));
                const Matrix<double> gram = Matrix<double>::Ones(1, 1);
                PenaltyTerms added;
                added.clear(1);
                term.add_to(PenaltyPlace<double>{side, 1.0, &one, &gram}, added);
                const bool coupled = couples_components<Term> && added.couples;
                if (!(added.linear[0] > 0) && !coupled) continue;
                constexpr std::string_view advice =
                    ", which may be negative here: use nmf::L2, or leave out nmf::Free";
                throw_input_error({"the penalty ", term.name, " adds up entries, or products, of ",
                                   side == Side::w ? "W" : "H", advice});
            }
        };
        std::apply([&](const Ps&... term) { (check(term), ...); }, penalties.terms);
    }
}

}  // namespace nmf::detail
