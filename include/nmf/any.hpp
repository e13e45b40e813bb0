// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// factorize(V, options): all policies chosen when the program runs, by names or values. This
/// header only declares: the runs are compiled in one source of the program for each precision, see
/// nmf/any_definitions.hpp.

#include <nmf/any/options.hpp>
#include <nmf/run/factorization.hpp>
#include <nmf/run/stage.hpp>

namespace nmf {
namespace detail {

/// Defined by NMF_DEFINE_ANY(S), in nmf/any_definitions.hpp.
template <RealScalar S>
[[nodiscard]] Factorization<S> factorize_any(const AnyMatrix<S>& v, const Options& options,
                                             const Stage& stage);

}  // namespace detail

/// factorize with policies chosen when the program runs: the same result as with the same policies
/// given by their types.
///
/// V is any dense Eigen matrix, Map, Ref or Block of float or double, either order, or any
/// SparseMatrix or Map of one. Neither is copied, but for sparse matrices whose indices are not
/// int; expressions are evaluated. The copies of a run are those of factorize(V, rank, ...), and
/// MissingUnstored and sparse weights take two lists of the entries that count.
///
/// Throws InputError as factorize(V, rank, ...) does, and for options that do not go together,
/// which it names.
///
///     nmf::Options options{.rank = 20, .loss = "kl", .init = "nndsvda"};
///     const nmf::Factorization<double> fit = nmf::factorize(V, options);
template <class Derived>
[[nodiscard]] auto factorize(const Eigen::EigenBase<Derived>& v, const Options& options) {
    using S = typename Eigen::internal::traits<Derived>::Scalar;
    static_assert(RealScalar<S>, "nmf: V has to hold float or double; pass V.cast<double>()");
    if constexpr (RealScalar<S>) {
        return detail::factorize_any<S>(detail::any_matrix(v.derived()), options, {});
    } else {
        return Factorization<double>{};
    }
}

/// The same for a sparse V in double, most of it in single precision; see nmf/mixed_precision.hpp.
/// The program needs NMF_DEFINE_ANY(float) too.
template <class Derived>
[[nodiscard]] auto factorize_mixed(const Eigen::EigenBase<Derived>& v, const Options& options) {
    using S = typename Eigen::internal::traits<Derived>::Scalar;
    if constexpr (std::same_as<S, double>) {
        const detail::AnyMatrix<double> any = detail::any_matrix(v.derived());
        const bool every =
            options.weights.none() && options.missing.none() && !options.signed_entries;
        const bool only = options.stopping && options.stopping->only;
        if (any.is_sparse && every && !only && detail::suit_single_precision(any.stored)) {
            return detail::in_two_stages(
                [&](const detail::Stage& stage) {
                    return detail::factorize_any<float>(detail::in_single(any), options, stage);
                },
                [&](const detail::Stage& stage) {
                    return detail::factorize_any<double>(any, options, stage);
                });
        }
    }
    return factorize(v, options);
}

}  // namespace nmf
