// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A V that a callable gives, columns at a time.

#include <concepts>
#include <type_traits>
#include <utility>

#include <nmf/core/errors.hpp>
#include <nmf/core/types.hpp>
#include <nmf/data/streamed/reader.hpp>
#include <nmf/data/streamed/view.hpp>

namespace nmf {
namespace detail {

template <class Read, class S>
inline constexpr bool fills_columns = std::invocable<Read&, Index, Index, Eigen::Map<Matrix<S>>&>;

/// The numbers that a callable writes: those asked for, else double, or float where it takes no
/// double.
template <class Asked, class Read>
consteval auto scalar_of_columns() {
    if constexpr (!std::is_void_v<Asked>) {
        return Asked{};
    } else if constexpr (fills_columns<Read, double>) {
        return double{};
    } else if constexpr (fills_columns<Read, float>) {
        return float{};
    } else {
        return double{};
    }
}

}  // namespace detail

/// A view of an m x n V that is never in memory as a whole. read(first, count, to) writes columns
/// first .. first + count - 1 of V to the rows x count matrix `to`. Its columns lie side by side in
/// memory. The callable gives the same numbers whenever it is asked.
///
///     const auto view = nmf::streamed(m, n, [&](nmf::Index first, nmf::Index count, auto to) {
///         file.seekg(first * m * sizeof(double));
///         file.read(reinterpret_cast<char*>(to.data()), to.size() * sizeof(double));
///     });
///     const auto fit = nmf::factorize(view, 20);
///
/// V is of double, of float as streamed<float>(...), or of what `to` has in a callable that says
/// it.
///
/// An iteration reads V once: it asks for each column once, 64 at a time. Blocks come in order
/// where the run has one thread, and in any order else. V is read again for
///
///   - the check of the entries, in the first run on the view or its copies: 1 reading;
///   - the check for zeros, for a loss that has no place for them: 1;
///   - the start by Nndsvd: 10; by RandomColumns: 1; by Spa: k + 1, and k columns alone; by
///     AnchorWords: 2 k + 2;
///   - the first pair: 3 for Frobenius, and 2 where its start is not rescaled or has bounds; 4 for
///     KullbackLeibler; at most 7 for other losses;
///   - a step that is taken back, for other losses than Frobenius: 2;
///   - the KKT residual of an extrapolated pair whose objective is only rounding: 1;
///   - the objective, or the error of the result, where it has lost its digits: 1;
///   - the KKT residual where it is an estimate, when a stopping rule is met: 4 for other losses
///     than Frobenius; 2 for Frobenius, for penalties that couple columns.
///
/// transform(view2) reads V2 for the check, for the product or each pass of its search, and for the
/// error where that takes one.
///
/// What needs whole rows of V is refused: KlCoordinateDescent, weights and missing entries,
/// UpdateOrder::wh, Compressed, transform_rows and losses with half-steps of their own kind. The
/// solver of KullbackLeibler is MultiplicativeUpdate here.
///
/// The callable is called by one thread at a time, or with Calls::concurrent by several at once. It
/// does not use the view. What it throws reaches the caller of factorize. A deadline or a stop
/// request is heeded between two calls.
///
/// Kept are 64 m numbers for each thread, and in a run sums of the size of W: up to 8 for
/// Frobenius, 16 for other losses, and as many while V is looked at outside of an iteration. Where
/// n > 16 k these are a quarter of V at most. Throws InputError for a negative size.
template <class S = void, class Read>
[[nodiscard]] auto streamed(Index rows, Index cols, Read read, Calls calls = Calls::one_at_a_time) {
    using Scalar = decltype(detail::scalar_of_columns<S, Read>());
    constexpr bool real = RealScalar<Scalar>;
    constexpr bool fills = !real || detail::fills_columns<Read, Scalar>;
    static_assert(real, "nmf: a streamed V is of float or double");
    static_assert(
        fills,
        "nmf: streamed(rows, cols, read) calls read(first, count, to) with two nmf::Index "
        "and an Eigen::Map of rows x count numbers, which it fills");
    if constexpr (real && fills) {
        if (rows < 0 || cols < 0) {
            detail::throw_input_error({"streamed: V is ", detail::shape(rows, cols)});
        }
        return StreamedView<Scalar, Read>(rows, cols, std::move(read), calls);
    }
}

}  // namespace nmf
