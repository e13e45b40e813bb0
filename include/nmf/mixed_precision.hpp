// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// factorize_mixed(V, rank, policies...): most of a run in single precision, its end in double.

#include <concepts>

#include <Eigen/SparseCore>

#include <nmf/factorize.hpp>
#include <nmf/run/stage.hpp>

namespace nmf {
namespace detail {

/// A sparse matrix in memory, in double.
template <class V>
inline constexpr bool can_be_mixed = requires(const V& v) {
    v.innerNonZeroPtr();
    requires std::same_as<typename V::Scalar, double>;
};

}  // namespace detail

/// factorize(V, rank, policies...) for a sparse V in double, in two runs. The first one is in
/// single precision, from its start to its end by the same rules. The second one goes on from there
/// in double. It measures the pair, asks the rules again, and makes iterations until they are
/// content. So the result keeps the promises of factorize: its figures are those in double, and
/// `converged` means the same. It throws what factorize throws.
///
/// The history has the lines of the first run before those of the second. They have the digits of
/// single precision, and so has what rules make of them. An observer sees the factors of the first
/// run as float, and the iteration that is taken up twice.
///
/// The entries are copied in single precision, each with its index and in both storage orders. The
/// copies end with the first run. Its factors stay until the second run has taken them.
///
/// It is factorize(V, rank, policies...) itself for a dense V, for V in single precision, and for
/// entries below 1e-18 or above 1e18. So it is with Only{rule}, with policies that say which
/// entries count, and where single precision cannot make the run.
///
///     auto fit = nmf::factorize_mixed(V, 20, nmf::Seed{7});
template <class Derived, class Rank, class... Ps>
[[nodiscard]] auto factorize_mixed(const Eigen::EigenBase<Derived>& of, const Rank& rank,
                                   const Ps&... policies) {
    const Derived& v = of.derived();
    if constexpr (detail::can_be_mixed<Derived> && detail::count_of<axis::Entries, Ps...> == 0) {
        const bool only = detail::is_only(detail::pick_rule(policies...));
        detail::check_order(v, "V");
        if (only || !detail::suit_single_precision(detail::stored_entries(v))) {
            return factorize(v, rank, policies..., detail::Stage{});
        }
        return detail::in_two_stages(
            [&](const detail::Stage& stage) -> Factorization<float> {
                // Its copy of V ends with it.
                constexpr int order = Derived::IsRowMajor ? Eigen::RowMajor : Eigen::ColMajor;
                const Eigen::SparseMatrix<float, order, typename Derived::StorageIndex> in_single =
                    v.template cast<float>();
                return factorize(in_single, rank, policies..., stage);
            },
            [&](const detail::Stage& stage) { return factorize(v, rank, policies..., stage); });
    } else {
        return factorize(v, rank, policies...);
    }
}

}  // namespace nmf
