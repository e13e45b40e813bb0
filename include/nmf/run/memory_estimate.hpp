// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The memory that a run takes beside V.

#include <type_traits>

#include <nmf/acceleration/acceleration.hpp>
#include <nmf/arguments/policies.hpp>
#include <nmf/arguments/refusals.hpp>
#include <nmf/data/back_product.hpp>
#include <nmf/data/entries.hpp>
#include <nmf/data/held_out.hpp>
#include <nmf/data/sparse/banded_entries.hpp>
#include <nmf/half_step/problem.hpp>
#include <nmf/loss/frobenius.hpp>
#include <nmf/run/alternation.hpp>

namespace nmf {

/// Bytes.
struct MemoryEstimate {
    double view = 0;     ///< Copies of a sparse V, or of sparse weights.
    double factors = 0;  ///< W, H, and all that a run keeps of the same size.

    [[nodiscard]] double total() const { return view + factors; }
};

namespace detail {

/// The size of the entries of a sparse V in one storage order.
template <RealScalar S, class I>
[[nodiscard]] double bytes_of_entries(double stored) {
    return stored * static_cast<double>(sizeof(S) + sizeof(I));
}

template <class V>
inline constexpr bool is_sparse = std::is_base_of_v<Eigen::SparseMatrixBase<V>, V>;

/// The weights of a choice of entries, or null.
template <class Entries>
[[nodiscard]] auto weights_in(const Entries& entries) {
    if constexpr (requires { entries.base; }) {
        return weights_in(entries.base);
    } else if constexpr (requires { entries.weights.weights; }) {
        return entries.weights.weights;
    } else if constexpr (requires { entries.weights; }) {
        return entries.weights;
    } else {
        return static_cast<const Matrix<double>*>(nullptr);
    }
}

/// The size of the copies that a view of V makes.
template <class View, class V, class Entries>
[[nodiscard]] double bytes_of_copies(const V& v, const Entries& entries) {
    using S = typename V::Scalar;
    const auto* const weights = weights_in(entries);
    using W = std::remove_cvref_t<decltype(*weights)>;
    if constexpr (is_sparse<W>) {
        // Two lists of value, weight and index.
        const auto stored = static_cast<double>(weights->nonZeros());
        return 2.0 * stored * static_cast<double>(2 * sizeof(S) + sizeof(Index));
    } else if constexpr (is_sparse<V>) {
        if (weights != nullptr) return 0;
        const auto stored = static_cast<double>(v.nonZeros());
        const double copies = holds_out<View> ? 2 : 1;
        return copies * bytes_of_entries<S, typename V::StorageIndex>(stored);
    } else {
        return 0;
    }
}

/// The size of the copies for the two products with a sparse V; see SparseView::products().
template <RealScalar S, class V>
[[nodiscard]] double bytes_of_bands(const V& v, Index rank) {
    double bytes = 0;
    if constexpr (is_sparse<V>) {
        const Index stored = v.nonZeros();
        const double entries = bytes_of_entries<S, RowOfBand>(static_cast<double>(stored));
        const auto column = static_cast<double>(sizeof(S)) * static_cast<double>(padded<S>(rank));
        for (const bool turned : {false, true}) {
            const Index rows = turned ? v.cols() : v.rows();
            const Index cols = turned ? v.rows() : v.cols();
            const Index bands = bands_that_pay<S>(rows, cols, stored, padded<S>(rank));
            if (bands == 0) continue;
            const auto pieces = static_cast<double>(bands * cols);
            bytes += entries + column * static_cast<double>(cols) +
                     pieces * static_cast<double>(sizeof(typename V::StorageIndex));
        }
    }
    return bytes;
}

/// The parts of a sum over blocks of V, each as large as W, where V is read once in an iteration.
template <class Loss, class View>
[[nodiscard]] Index back_parts(const View& view, Index rank) {
    if (!read_once(view, rank)) return 0;
    if constexpr (!least_squares<Loss>) return OneSidedView<View> ? 2 * back_chunks(view, rank) : 0;
    return back_chunks(view, rank);
}

/// The size of the factors that a run with these policies holds.
template <DataView View, class... Ps>
[[nodiscard]] double bytes_of_factors(double rows, double cols, Index rank, Index back_parts,
                                      const Ps&... policies) {
    using S = typename View::Scalar;
    using Loss = Chosen<axis::Loss, Frobenius, Ps...>;
    const auto& solver = pick<axis::Solver>(DefaultSolver<Loss, View>{}, policies...);
    using SolverPolicy = std::decay_t<decltype(solver)>;
    using PenaltySet = decltype(pick_effective(pick_penalties(policies...), policies...));
    constexpr bool bounded = !ChosenConstraints<Ps...>::none;
    using LimitsOf = std::conditional_t<bounded, Limits<S>, NoLimits>;
    using Run = Alternation<View, Problem<Loss, SolverPolicy, PenaltySet, LimitsOf>>;
    const FactorCopies copies = Run::copies(goes_ahead(solver));
    const bool of_h = pick<UpdateOrder>(UpdateOrder::hw, policies...) == UpdateOrder::hw;
    const double left = of_h ? rows : cols;
    const double right = of_h ? cols : rows;
    double columns = copies.left * left + copies.right * right;
    columns += static_cast<double>(back_parts) * left;
    if (bounded) columns += 2.0 * (rows + cols);
    return columns * static_cast<double>(padded<S>(rank)) * static_cast<double>(sizeof(S));
}

}  // namespace detail

/// The memory that factorize(V, rank, policies...) takes beside V. With Starts that is the memory
/// of their first iterations. Runs nothing. V is a matrix or a view; the copies that a view holds
/// already are not counted again.
///
/// Not counted either:
///
/// - less than 1 MB a thread, and a few k x k matrices;
/// - what making a view takes for a moment;
/// - the first run of factorize_mixed, which has copies of V in single precision;
/// - what an init, Compressed and policies of your own take for themselves.
///
///     const double bytes = nmf::memory_estimate(V, 20, nmf::KullbackLeibler{}).total();
template <class V, class Rank, class... Ps>
[[nodiscard]] MemoryEstimate memory_estimate(const V& v, const Rank& rank, const Ps&... policies) {
    using Loss = detail::Chosen<axis::Loss, Frobenius, Ps...>;
    MemoryEstimate bytes;
    const auto rows = static_cast<double>(v.rows());
    const auto cols = static_cast<double>(v.cols());
    const auto k = static_cast<Index>(rank);
    const auto runs = static_cast<double>(detail::pick<Starts>(Starts{}, policies...).count);
    if constexpr (DataView<V>) {
        if constexpr (detail::accept_with_view<V, Rank, Ps...>()) {
            bytes.factors = detail::bytes_of_factors<V>(
                rows, cols, k, detail::back_parts<Loss>(v, k), policies...);
        }
    } else if constexpr (detail::accept<V, Rank, Ps...>()) {
        const auto entries = detail::pick_entries(policies...);
        using View = decltype(entries.view(v));
        Index parts = 0;
        if constexpr (detail::CanBeReadOnce<View>) {
            parts = detail::back_parts<Loss>(entries.view(v), k);
        }
        bytes.view = detail::bytes_of_copies<View>(v, entries);
        const bool no_weights = detail::weights_in(entries) == nullptr;
        if (detail::least_squares<Loss> && no_weights) {
            bytes.view += runs * detail::bytes_of_bands<typename View::Scalar>(v, k);
        }
        bytes.factors = detail::bytes_of_factors<View>(rows, cols, k, parts, policies...);
    }
    bytes.factors *= runs;
    return bytes;
}

}  // namespace nmf
