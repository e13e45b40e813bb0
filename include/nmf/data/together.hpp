// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Choices of entries that are given side by side: what is missing, then weights, then what is held
/// out, then signs.

#include <cmath>
#include <concepts>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <nmf/core/options.hpp>
#include <nmf/data/entries.hpp>
#include <nmf/data/held_out.hpp>
#include <nmf/data/signed.hpp>

namespace nmf {

struct Compressed;

namespace detail {

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
inline constexpr bool is_held_out = std::same_as<E, HeldOut>;

template <class E>
inline constexpr bool is_missing = std::same_as<E, MissingNan> || std::same_as<E, MissingUnstored>;

/// Fails for Compressed with entries held out. False then.
template <bool HeldOutToo>
consteval bool accept_compressing() {
    static_assert(!HeldOutToo,
                  "nmf: Compressed replaces V by a matrix of low rank, of which no entries are "
                  "held out; leave out HeldOut or Compressed");
    return !HeldOutToo;
}

/// Fails for choices of entries, among other policies, that do not go together. False then. At most
/// one says what is missing, one gives weights, one allows signs and one holds out; any other one
/// may be with the last.
template <class... Ps>
consteval bool accept_together() {
    constexpr int all = (0 + ... + (HasAxis<Ps, axis::Entries> ? 1 : 0));
    constexpr int missing = (0 + ... + (is_missing<Ps> ? 1 : 0));
    constexpr int weights = (0 + ... + (is_weights<Ps> ? 1 : 0));
    constexpr int with_signs = (0 + ... + (is_signed<Ps> ? 1 : 0));
    constexpr int held_out = (0 + ... + (is_held_out<Ps> ? 1 : 0));
    constexpr int compressed = (0 + ... + (std::same_as<Ps, Compressed> ? 1 : 0));
    constexpr int rest = all - held_out;
    constexpr bool fit = rest <= 1 || (missing <= 1 && weights <= 1 && with_signs <= 1 &&
                                       missing + weights + with_signs == rest);
    constexpr bool once = held_out <= 1;
    static_assert(fit,
                  "nmf: more than one choice of entries is given, of the same kind; Weights goes "
                  "with MissingNan or MissingUnstored, and SignedEntries and HeldOut with all of "
                  "these");
    static_assert(!fit || once, "nmf: more than one HeldOut is given");
    if constexpr (fit && once) return accept_compressing < held_out != 0 && compressed != 0 > ();
    return false;
}

/// Those that f takes, as one choice.
template <class... Es>
auto together(const Es&... entries);

/// `given` as a tuple, if it is to be kept.
template <bool Keep, class E>
auto kept_if(const E& given) {
    if constexpr (Keep) {
        return std::tuple<E>(given);
    } else {
        return std::tuple<>();
    }
}

/// Those for which Leave<E> does not hold, as one choice.
template <bool... Leave, class... Es>
auto together_without(const Es&... entries) {
    return std::apply([](const auto&... rest) { return together(rest...); },
                      std::tuple_cat(kept_if<!Leave>(entries)...));
}

inline const HeldOut& held_out_of(const HeldOut& held) { return held; }
template <class... Rest>
const HeldOut& held_out_of(const HeldOut& held, const Rest&...) {
    return held;
}
template <class E, class... Rest>
const HeldOut& held_out_of(const E&, const Rest&... rest) {
    return held_out_of(rest...);
}

inline AllEntries as_one() { return {}; }
template <class E>
E as_one(const E& entries) {
    return entries;
}
template <class A, class B>
auto as_one(const A& a, const B& b) {
    if constexpr (is_weights<A>) {
        return as_one(b, a);
    } else {
        return MissingAndWeights<A, std::remove_cv_t<std::remove_pointer_t<decltype(b.weights)>>>{
            a, b};
    }
}

/// Those given, as one choice.
template <class... Es>
auto together(const Es&... entries) {
    if constexpr (sizeof...(Es) > 1 && (false || ... || is_signed<Es>)) {
        auto rest = together_without<is_signed<Es>...>(entries...);
        return SignedOn<decltype(rest)>{rest};
    } else if constexpr ((false || ... || is_held_out<Es>)) {
        auto rest = together_without<is_held_out<Es>...>(entries...);
        return HeldOutOf<decltype(rest)>{rest, held_out_of(entries...)};
    } else {
        return as_one(entries...);
    }
}

/// Choices of entries of a V. Fails where they do not fit. False then.
template <class V, class... Es>
consteval bool accept_choices() {
    if constexpr (accept_together<Es...>()) {
        return accept_entries<decltype(together(std::declval<const Es&>()...)), V>();
    }
    return false;
}

/// The choice that tells of further data: without what is held out.
template <class E>
const E& without_held_out(const E& entries) {
    return entries;
}
template <class Base>
const Base& without_held_out(const HeldOutOf<Base>& entries) {
    return entries.base;
}
template <class Base>
auto without_held_out(const SignedOn<HeldOutOf<Base>>& entries) {
    return together(SignedEntries{}, entries.base.base);
}

}  // namespace detail

/// A view of V of which these entries count. Choices side by side apply as missing, weights,
/// held-out, signs.
template <class V, class... Entries>
requires(sizeof...(Entries) > 0 && (true && ... && HasAxis<Entries, axis::Entries>))
    [[nodiscard]] auto make_view(const V& v, const Entries&... entries) {
    if constexpr (detail::accept_choices<V, Entries...>()) {
        return detail::together(entries...).view(v);
    } else {
        return make_view(v);
    }
}

template <class V, class... Entries>
requires(sizeof...(Entries) > 0 &&
         (true && ... && HasAxis<Entries, axis::Entries>)&&std::same_as<
             V, typename V::PlainObject>) auto make_view(const V&& v,
                                                         const Entries&... entries) = delete;

}  // namespace nmf
