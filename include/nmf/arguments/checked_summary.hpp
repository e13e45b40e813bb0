// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What a run refuses of V.

#include <cmath>
#include <limits>
#include <vector>

#include <nmf/core/errors.hpp>
#include <nmf/core/interrupt.hpp>
#include <nmf/core/precision.hpp>
#include <nmf/data/complete_columns.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/summary.hpp>
#include <nmf/loss/separable.hpp>
#include <nmf/machine/sums.hpp>

namespace nmf::detail {

/// Throws where sums of products of entries would leave the range of S.
template <RealScalar S>
void check_range(const Summary& sums) {
    const bool in_range = sums.largest == 0 || (sums.largest <= extreme_entry<S> &&
                                                sums.largest >= 1 / extreme_entry<S>);
    if (in_range && sums.squared_norm <= std::numeric_limits<double>::max()) return;
    throw_input_error({"the largest entry of V is ", scientific(sums.largest),
                       ", too far from 1 for sums of products in this precision; scale V"});
}

/// Throws where the objective, or a power of the largest entry that the updates take, would leave
/// the range of numbers.
template <RealScalar S, class Loss>
void check_powers(const Loss& loss, double typical, const Summary& sums, double entries) {
    if constexpr (requires { loss.degree(); }) {
        if (!(typical > 0)) return;
        constexpr double largest_objective = 290;
        const double b = loss.degree();
        const double objective = b * std::log10(typical) + std::log10(entries);
        const double power = (b - 1.0) * std::log10(sums.largest / typical);
        if (std::abs(objective) <= largest_objective && (b <= 2 || power <= largest_power<S>)) {
            return;
        }
        throw_input_error({"powers of the entries of V, ", scientific(typical),
                           " on average and up to ", scientific(sums.largest),
                           ", leave the range of numbers for beta = ", scientific(b),
                           std::abs(objective) <= largest_objective ? "" : "; scale V"});
    }
}

/// Throws for the first entry of V in reading order that counts and is 0. All entries are visited.
template <OneSidedView View>
void refuse_zeros(const View& view) {
    Parts<FirstOffender> first;
    view.for_each_block([&](Index begin, Index cols, Index chunk, int) {
        for (Index j = begin; j < begin + cols; ++j) {
            view.visit(j, [&](Index i, auto v, auto) {
                if (!(v > 0)) first[chunk].see(i, j, 0);
            });
        }
    });
    first.total().throw_if_any("V", "this loss needs entries > 0");
}
template <TransposableView View>
void refuse_zeros(const View& view) {
    FirstOffender first;
    const auto rows = view.transposed();
    for (Index i = 0; i < view.rows(); ++i) {
        check_interrupt();
        std::vector<Index> missing;
        if constexpr (has_missing_zeros<View>) {
            rows.visit_differing(i, [&](Index j, auto) { missing.push_back(j); });
        }
        auto next = missing.begin();
        Index expected = 0;
        const auto pass_to = [&](Index j) {
            for (; next != missing.end() && *next < j; ++next)
                if (*next == expected) ++expected;
            if (view.has_unstored_zeros() && j > expected) first.see(i, expected, 0);
            expected = j + 1;
        };
        rows.visit(i, [&](Index j, auto v, auto) {
            pass_to(j);
            if (!(v > 0)) first.see(i, j, 0);
        });
        pass_to(view.cols());
        first.throw_if_any("V", "this loss needs entries > 0");
    }
}

/// The sums over V. Throws InputError for the first entry that is not a finite number >= 0. Throws
/// it also for entries whose products or powers leave the range, and for a zero that the loss
/// cannot have.
template <DataView View, class Loss>
[[nodiscard]] Summary checked_summary(const View& view, const Loss& loss) {
    const Summary sums = view.summary();
    check_range<typename View::Scalar>(sums);
    check_powers<typename View::Scalar>(loss, mean_entry(view, sums), sums,
                                        counted_entries(view, sums));
    if (!allows_zeros(loss)) refuse_zeros(view);
    return sums;
}

}  // namespace nmf::detail
