// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Which entries of V count, and how much: all, weighted ones, or those that are observed.

#include <algorithm>
#include <concepts>
#include <memory>
#include <string_view>
#include <type_traits>
#include <vector>

#include <nmf/core/errors.hpp>
#include <nmf/core/options.hpp>
#include <nmf/data/sparse/entry_lists.hpp>
#include <nmf/data/view.hpp>

namespace nmf {
namespace detail {

/// Entries of a sparse matrix by place, found by bisection.
template <class Sparse, bool Transposed = false>
struct SparseSource {
    static constexpr bool weighted = false;
    const Sparse* matrix;
    [[nodiscard]] auto operator()(Index i, Index j) const {
        return Transposed ? matrix->coeff(j, i) : matrix->coeff(i, j);
    }
    [[nodiscard]] auto transposed() const { return SparseSource<Sparse, !Transposed>{matrix}; }
};

/// Fails for a V whose entries cannot be looked up by place. False then.
template <class V>
consteval bool accept_places() {
    constexpr bool sparse = std::is_base_of_v<Eigen::SparseMatrixBase<V>, V>;
    constexpr bool stored = requires(const V& v) { v.innerNonZeroPtr(); };
    static_assert(!sparse || stored,
                  "nmf: weights and NaN need a sparse matrix or Map, not an expression; pass "
                  "Eigen::SparseMatrix<double>(V)");
    return !sparse || stored;
}

template <class Derived>
auto entry_source(const Eigen::SparseMatrixBase<Derived>& v) {
    if constexpr (accept_places<Derived>()) check_order(v.derived(), "V");
    return SparseSource<Derived>{&v.derived()};
}

/// A view of the entries of V at the stored entries of the weights: copies of both, by columns and
/// by rows. An I has to count them.
template <RealScalar S, class I = Index, class V, class M>
NMF_COLD auto listed_view(const V& v, const M& weights) {
    if constexpr (requires { weights.innerNonZeroPtr(); }) check_order(weights, "weights");
    Eigen::SparseMatrix<double, Eigen::ColMajor, Index> by_columns(weights.template cast<double>());
    by_columns.makeCompressed();
    Eigen::SparseMatrix<double, Eigen::RowMajor, Index> by_rows(by_columns);
    const auto source = entry_source(v);
    auto all = std::make_shared<EntryLists<S, I>>();
    FirstOffender first;
    const auto list = [&](const auto& from, auto& to, bool turned) {
        const Index count = from.nonZeros();
        const auto copy = [](const Index* indices, Index n, std::vector<I>& out) {
            out.resize(static_cast<std::size_t>(n));
            std::transform(indices, indices + n, out.begin(),
                           [](Index index) { return static_cast<I>(index); });
        };
        copy(from.outerIndexPtr(), from.outerSize() + 1, to.outer);
        copy(from.innerIndexPtr(), count, to.inner);
        to.values.resize(static_cast<std::size_t>(count));
        to.weights.resize(static_cast<std::size_t>(count));
        for (Index o = 0; o < from.outerSize(); ++o) {
            for (Index e = from.outerIndexPtr()[o]; e < from.outerIndexPtr()[o + 1]; ++e) {
                const Index i = turned ? o : from.innerIndexPtr()[e];
                const Index j = turned ? from.innerIndexPtr()[e] : o;
                const double weight = from.valuePtr()[e];
                if (!acceptable(weight)) first.see(i, j, weight);
                to.values[static_cast<std::size_t>(e)] = source(i, j);
                to.weights[static_cast<std::size_t>(e)] = static_cast<S>(weight);
            }
        }
    };
    list(by_columns, all->by_columns, false);
    list(by_rows, all->by_rows, true);
    first.throw_if_any("weights");
    const auto along = all->by_columns.entries(v.rows(), v.cols());
    const auto across = all->by_rows.entries(v.cols(), v.rows());
    return SparseView<S, I, Unstored::missing>(along, across, all);
}

}  // namespace detail

/// Every entry counts once; what a sparse V does not store is 0.
struct AllEntries {
    using Axis = axis::Entries;
    static constexpr std::string_view name = "all";

    template <class Derived>
    [[nodiscard]] auto view(const Eigen::EigenBase<Derived>& v) const {
        return make_view(v.derived());
    }
};

/// Entry (i, j) counts weights(i, j) times, a real number >= 0. What V holds where the weight is 0
/// is not looked at, and may be NaN. An unstored entry of sparse weights is 0.
///
/// Refers to the weights, which have to outlive the run. Dense weights are not copied; columns with
/// weights other than 1 are visited entry by entry. Sparse weights are copied twice, with the
/// entries of V at their places.
template <class M>
struct Weights {
    using Axis = axis::Entries;
    static constexpr std::string_view name = "weights";

    explicit Weights(const M& of) : weights(&of) {}
    explicit Weights(const M&&) : weights(nullptr) {
        static_assert(sizeof(M) == 0,
                      "nmf: Weights refers to its matrix, which has to outlive the run; give the "
                      "matrix a name of its own");
    }

    /// Fails for what cannot be a matrix of weights, or a V that cannot have them. False then.
    template <class V>
    [[nodiscard]] static consteval bool accept() {
        constexpr bool real = requires(const M& m) {
            { static_cast<double>(m.coeff(0, 0)) } -> std::same_as<double>;
        };
        static_assert(real, "nmf: Weights takes a dense or sparse Eigen matrix of real numbers");
        if constexpr (real) return detail::accept_places<V>();
        return false;
    }

    template <class Derived>
    [[nodiscard]] auto view(const Eigen::EigenBase<Derived>& v) const {
        check_shape(v);
        using S = typename Derived::Scalar;
        if constexpr (std::is_base_of_v<Eigen::SparseMatrixBase<M>, M>) {
            return detail::listed_view<S>(v.derived(), *weights);
        } else {
            auto values = detail::entry_source(v.derived());
            auto counts = detail::entry_source(*weights);
            using Source = detail::WeightedSource<decltype(values), decltype(counts)>;
            return DenseView<S, Source>(Source{std::move(values), std::move(counts)}, v.rows(),
                                        v.cols());
        }
    }

    /// Throws InputError unless there is one for each entry of V.
    template <class Derived>
    void check_shape(const Eigen::EigenBase<Derived>& v) const {
        if (weights->rows() == v.rows() && weights->cols() == v.cols()) return;
        detail::throw_input_error({"the weights are ",
                                   detail::shape(weights->rows(), weights->cols()), "; V is ",
                                   detail::shape(v.rows(), v.cols())});
    }

    const M* weights;
};

/// Entries of V that are NaN are missing: they are not looked at.
struct MissingNan {
    using Axis = axis::Entries;
    static constexpr std::string_view name = "missing nan";

    template <class V>
    [[nodiscard]] static consteval bool accept() {
        return detail::accept_places<V>();
    }

    template <class Derived>
    [[nodiscard]] auto view(const Eigen::EigenBase<Derived>& v) const {
        using S = typename Derived::Scalar;
        auto values = detail::entry_source(v.derived());
        using Values = decltype(values);
        using Source = detail::WeightedSource<Values, detail::NanWeights<Values>>;
        return DenseView<S, Source>(Source{values, {values}}, v.rows(), v.cols());
    }
};

/// Entries that a sparse V does not store are missing.
struct MissingUnstored {
    using Axis = axis::Entries;
    static constexpr std::string_view name = "missing unstored";

    /// Fails for a dense V. False then.
    template <class V>
    [[nodiscard]] static consteval bool accept() {
        constexpr bool sparse = std::is_base_of_v<Eigen::SparseMatrixBase<V>, V>;
        static_assert(sparse, "nmf: MissingUnstored needs a sparse V; a dense one has MissingNan");
        return sparse;
    }

    template <class Derived>
    [[nodiscard]] auto view(const Eigen::SparseMatrixBase<Derived>& v) const {
        return detail::make_sparse_view<Unstored::missing>(v);
    }

    template <class Derived>
    [[nodiscard]] auto view(const Eigen::DenseBase<Derived>& v) const {
        static_cast<void>(accept<Derived>());
        return make_view(v.derived());
    }
};

namespace detail {

/// A fit of a view with weights keeps this. It does not tell which entries of another V count.
struct EntriesOfView {
    using Axis = axis::Entries;
    static constexpr std::string_view name = "those of the view";
    explicit EntriesOfView(bool /*weighted*/) {}
};

/// Entries whose `accept<V>()`, if they have it, refuses a V that they are not for.
template <class E, class V>
consteval bool accept_entries() {
    if constexpr (requires { E::template accept<V>(); }) return E::template accept<V>();
    return true;
}

}  // namespace detail
}  // namespace nmf
