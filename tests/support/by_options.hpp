// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// factorize with policies put into nmf::Options. Runs of all of them are compiled once, for all
/// tests; tests/properties/any_*.cpp check that they are the runs of the policies.

#include <concepts>

#include <nmf/any.hpp>
#include <nmf/data/entries.hpp>
#include <nmf/data/signed.hpp>
#include <nmf/nmf.hpp>

namespace by_options {

template <class P>
void put(nmf::Options& options, const P& policy) requires
    std::constructible_from<nmf::AnyLoss, const P&> && nmf::HasAxis<P, nmf::axis::Loss> {
    options.loss = policy;
}
template <class P>
requires nmf::HasAxis<P, nmf::axis::Solver>
void put(nmf::Options& options, const P& policy) { options.solver = policy; }
template <class P>
requires nmf::HasAxis<P, nmf::axis::Init>
void put(nmf::Options& options, const P& policy) { options.init = policy; }
template <class P>
requires nmf::HasAxis<P, nmf::axis::Stopping>
void put(nmf::Options& options, const P& rule) { options.stopping = rule; }
inline void put(nmf::Options& options, nmf::KktTolerance rule) { options.tolerance = rule.value; }
inline void put(nmf::Options& options, nmf::MaxIterations rule) {
    options.max_iterations = rule.value;
}
inline void put(nmf::Options& options, const nmf::L1& penalty) { options.l1 = penalty; }
inline void put(nmf::Options& options, const nmf::L2& penalty) { options.l2 = penalty; }
inline void put(nmf::Options& options, const nmf::CountScaledL2& penalty) {
    options.count_scaled_l2 = penalty;
}
inline void put(nmf::Options& options, const nmf::Frozen& known) { options.frozen = known; }
inline void put(nmf::Options& options, const nmf::UpperBound& bound) {
    options.upper_bound = bound;
}
inline void put(nmf::Options& options, nmf::Free free) {
    (free.side == nmf::Side::w ? options.free_w : options.free_h) = true;
}
inline void put(nmf::Options& options, nmf::UnitComponents unit) {
    options.unit_components = unit.side;
}
inline void put(nmf::Options& options, nmf::UpdateOrder order) { options.update_order = order; }
inline void put(nmf::Options& options, nmf::DeadComponents dead) { options.dead_components = dead; }
inline void put(nmf::Options& options, nmf::Threads threads) { options.threads = threads.count; }
inline void put(nmf::Options& options, nmf::Seed seed) { options.seed = seed.value; }
inline void put(nmf::Options& options, nmf::MissingNan) { options.missing = "nan"; }
inline void put(nmf::Options& options, nmf::SignedEntries) { options.signed_entries = true; }
template <class M>
void put(nmf::Options& options, const nmf::Weights<M>& weights) {
    options.weights = nmf::AnyWeights(*weights.weights);
}

template <class V, class... Ps>
[[nodiscard]] nmf::Factorization<typename V::Scalar> factorize(const V& v, nmf::Index rank,
                                                               const Ps&... policies) {
    nmf::Options options{.rank = rank};
    (put(options, policies), ...);
    return nmf::factorize(v, options);
}

/// The same where the options have all of these policies, else by their types.
template <class V, class... Ps>
[[nodiscard]] auto factorize_or_by_types(const V& v, nmf::Index rank, const Ps&... policies) {
    if constexpr (requires(nmf::Options & options) { (put(options, policies), ...); }) {
        return factorize(v, rank, policies...);
    } else {
        return nmf::factorize(v, rank, policies...);
    }
}

}  // namespace by_options
