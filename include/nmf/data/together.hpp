// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Choices of entries that are given side by side: what is missing, then weights, then signs.

#include <cmath>
#include <concepts>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <nmf/core/options.hpp>
#include <nmf/data/entries.hpp>
#include <nmf/data/signed.hpp>

namespace nmf::detail {

/// Weights, and 0 for NaN.
template <class Values, class Counts>
struct NanOrWeights {
    Values values;
    Counts counts;
    [[nodiscard]] auto operator()(Index i, Index j) const {
        return std::isnan(values(i, j)) ? decltype(counts(i, j))(0) : counts(i, j);
    }
    [[nodiscard]] auto transposed() const {
        return NanOrWeights<decltype(values.transposed()), decltype(counts.transposed())>{
            values.transposed(), counts.transposed()};
    }
};

/// What is missing, and the weights of the rest.
template <class Missing, class M>
struct MissingAndWeights {
    using Axis = axis::Entries;
    static constexpr std::string_view name = "missing, and weights";

    Missing missing;
    Weights<M> weights;

    template <class V>
    [[nodiscard]] static consteval bool accept() {
        if constexpr (Missing::template accept<V>()) return Weights<M>::template accept<V>();
        return false;
    }

    template <class Derived>
    [[nodiscard]] auto view(const Eigen::EigenBase<Derived>& v) const {
        using S = typename Derived::Scalar;
        weights.check_shape(v.derived());
        constexpr bool listed = std::same_as<Missing, MissingUnstored> ||
                                std::is_base_of_v<Eigen::SparseMatrixBase<M>, M>;
        if constexpr (listed) {
            return listed_view<S>(v.derived(), left(v.derived()));
        } else {
            auto values = entry_source(v.derived());
            auto counts = entry_source(*weights.weights);
            using Counts = NanOrWeights<decltype(values), decltype(counts)>;
            using Source = WeightedSource<decltype(values), Counts>;
            return DenseView<S, Source>(Source{values, Counts{values, std::move(counts)}}, v.rows(),
                                        v.cols());
        }
    }

private:
    /// The weights of what is not missing.
    template <class V>
    [[nodiscard]] Eigen::SparseMatrix<double, Eigen::ColMajor, Index> left(const V& v) const {
        std::vector<Eigen::Triplet<double, Index>> entries;
        const auto count = entry_source(*weights.weights);
        const auto take = [&](const auto& pattern, const auto& is_missing) {
            for (Index outer = 0; outer < pattern.outerSize(); ++outer) {
                using Pattern = std::decay_t<decltype(pattern)>;
                for (typename Pattern::InnerIterator e(pattern, outer); e; ++e) {
                    const auto weight = static_cast<double>(count(e.row(), e.col()));
                    if (is_missing(e.row(), e.col()) || weight == 0) continue;
                    entries.emplace_back(e.row(), e.col(), weight);
                }
            }
        };
        if constexpr (std::same_as<Missing, MissingUnstored>) {
            take(v, [](Index, Index) { return false; });
        } else {
            const auto values = entry_source(v);
            take(*weights.weights, [&](Index i, Index j) { return std::isnan(values(i, j)); });
        }
        Eigen::SparseMatrix<double, Eigen::ColMajor, Index> result(v.rows(), v.cols());
        result.setFromTriplets(entries.begin(), entries.end());
        return result;
    }
};

/// Entries of any sign on top of another choice.
template <class Base>
struct SignedOn {
    using Axis = axis::Entries;
    static constexpr std::string_view name = "signed";

    Base base;

    template <class V>
    [[nodiscard]] static consteval bool accept() {
        return accept_entries<Base, V>();
    }

    template <class Derived>
    [[nodiscard]] auto view(const Eigen::EigenBase<Derived>& v) const {
        auto of = base.view(v.derived());
        return SignedView<decltype(of)>(std::move(of));
    }
};

template <class E>
inline constexpr bool is_weights = false;
template <class M>
inline constexpr bool is_weights<Weights<M>> = true;

template <class E>
inline constexpr bool is_signed = std::same_as<E, SignedEntries>;

template <class E>
inline constexpr bool is_missing = std::same_as<E, MissingNan> || std::same_as<E, MissingUnstored>;

/// Those given, as one choice.
inline AllEntries together() { return {}; }
template <class E>
E together(const E& entries) {
    return entries;
}
template <class A, class B>
auto together(const A& a, const B& b) {
    if constexpr (is_signed<B>) {
        return SignedOn<A>{a};
    } else if constexpr (is_signed<A>) {
        return SignedOn<B>{b};
    } else if constexpr (is_weights<A>) {
        return together(b, a);
    } else {
        return MissingAndWeights<A, std::remove_cv_t<std::remove_pointer_t<decltype(b.weights)>>>{
            a, b};
    }
}
template <class A, class B, class C>
auto together(const A& a, const B& b, const C& c) {
    if constexpr (is_signed<A>) {
        return together(together(b, c), a);
    } else if constexpr (is_signed<B>) {
        return together(together(a, c), b);
    } else {
        return together(together(a, b), c);
    }
}

}  // namespace nmf::detail

namespace nmf {

/// A view of V of which these entries count. Choices side by side apply as missing, weights, signs.
template <class V, class... Entries>
requires(sizeof...(Entries) > 0 && (true && ... && HasAxis<Entries, axis::Entries>))
    [[nodiscard]] auto make_view(const V& v, const Entries&... entries) {
    return detail::together(entries...).view(v);
}

template <class V, class... Entries>
requires(sizeof...(Entries) > 0 &&
         (true && ... && HasAxis<Entries, axis::Entries>)&&std::same_as<
             V, typename V::PlainObject>) auto make_view(const V&& v,
                                                         const Entries&... entries) = delete;

}  // namespace nmf
