// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// factorize_mixed(V, rank, policies...): most of a run in single precision, its end in double.

#include <concepts>

#include <Eigen/SparseCore>

#include <nmf/factorize.hpp>

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
/// `converged` means the same. The history has the figures of the first run before those of the
/// second.
///
/// The values of the entries are copied in single precision, 4 bytes each and as many in the other
/// storage order, with their indices; the copies end with the first run.
///
/// It is factorize(V, rank, policies...) itself for a dense V, for V in single precision, and for
/// entries below 1e-18 or above 1e18. So it is with Only{rule}, and with policies that say which
/// entries count. Policies of your own have to take both precisions.
///
///     auto fit = nmf::factorize_mixed(V, 20, nmf::Seed{7});
template <class Derived, class Rank, class... Ps>
[[nodiscard]] auto factorize_mixed(const Eigen::EigenBase<Derived>& of, const Rank& rank,
                                   const Ps&... policies) {
    const Derived& v = of.derived();
    if constexpr (detail::can_be_mixed<Derived> && detail::count_of<axis::Entries, Ps...> == 0) {
        const detail::Stopwatch watch;
        const bool only = detail::is_only(detail::pick_rule(policies...));
        if (!only && detail::suit_single_precision(detail::stored_entries(v))) {
            // Its copy of V ends with it.
            const auto run_in_single = [&]() -> Factorization<float> {
                constexpr int order = Derived::IsRowMajor ? Eigen::RowMajor : Eigen::ColMajor;
                const Eigen::SparseMatrix<float, order, typename Derived::StorageIndex> in_single =
                    v.template cast<float>();
                return factorize(in_single, rank, policies..., detail::Stage{&watch});
            };
            Factorization<float> first = run_in_single();
            if (first.status != Status::not_finite) {
                return factorize(v, rank, policies..., detail::Stage{&watch, &first});
            }
        }
        return factorize(v, rank, policies..., detail::Stage{});
    } else {
        return factorize(v, rank, policies...);
    }
}

}  // namespace nmf
