// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The views of a V in nmf::Options, of few types, so that their kernels are compiled once.

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include <Eigen/SparseCore>

#include <nmf/any/options.hpp>
#include <nmf/any/view_model.hpp>
#include <nmf/data/entries.hpp>

namespace nmf::detail {

/// The entries of any V by place.
template <RealScalar S>
struct AnyValues {
    static constexpr bool weighted = false;

    const AnyMatrix<S>* v;
    bool turned = false;

    [[nodiscard]] S operator()(Index i, Index j) const {
        if (turned) std::swap(i, j);
        if (!v->is_sparse) return v->dense(i, j);
        if (v->by_rows) std::swap(i, j);
        const int* const begin = v->stored.inner + v->stored.begin(j);
        const int* const end = v->stored.inner + v->stored.end(j);
        const int* const at = std::lower_bound(begin, end, static_cast<int>(i));
        return at != end && *at == i ? v->stored.values[at - v->stored.inner] : S(0);
    }
    [[nodiscard]] AnyValues transposed() const { return {v, !turned}; }

    /// Where the entries are, if they are all in memory.
    [[nodiscard]] StridedSource<S> strided() const {
        if (v->is_sparse) return {nullptr, 0, 0};
        return turned ? v->dense.transposed() : v->dense;
    }
};

/// Weights of the entries of any V, 0 for what is missing.
template <RealScalar S>
struct AnyCounts {
    AnyValues<S> values;
    const Options* options;
    bool turned = false;

    [[nodiscard]] S operator()(Index i, Index j) const {
        if (options->missing.nan() && std::isnan(values(i, j))) return S(0);
        if (options->weights.none()) return S(1);
        return static_cast<S>(turned ? options->weights(j, i) : options->weights(i, j));
    }
    [[nodiscard]] AnyCounts transposed() const { return {values.transposed(), options, !turned}; }
};

/// A V whose entries are looked up.
template <RealScalar S>
struct LookedUp {
    const AnyMatrix<S>* v;
    [[nodiscard]] Index rows() const { return v->rows; }
    [[nodiscard]] Index cols() const { return v->cols; }
};
template <RealScalar S>
[[nodiscard]] AnyValues<S> entry_source(const LookedUp<S>& v) {
    return {v.v};
}

/// Calls f with a sparse V as an Eigen::Map in its own order.
template <RealScalar S, class F>
auto with_sparse_map(const AnyMatrix<S>& v, const F& f) {
    const auto call = [&](auto order) {
        using M = Eigen::SparseMatrix<S, decltype(order)::value, int>;
        const auto& stored = v.stored;
        const Index count =
            stored.outer == nullptr ? 0 : static_cast<Index>(stored.outer[stored.cols]);
        return f(Eigen::Map<const M>(v.rows, v.cols, count, stored.outer, stored.inner,
                                     stored.values, stored.counts));
    };
    if (v.by_rows) return call(std::integral_constant<int, Eigen::RowMajor>{});
    return call(std::integral_constant<int, Eigen::ColMajor>{});
}

/// V where every entry counts once.
template <RealScalar S>
[[nodiscard]] AnyView<S> plain_view(const AnyMatrix<S>& v, bool any_sign) {
    if (v.is_sparse) {
        return with_sparse_map(v, [&](const auto& map) {
            return erased_view(sparse_view<Unstored::zero>(map, nullptr), any_sign);
        });
    }
    return erased_view(DenseView<S, StridedSource<S>>(v.dense, v.rows, v.cols), any_sign);
}

/// The weights of what counts, where few entries do: those of sparse weights, or those that V
/// stores, but for what is missing.
template <RealScalar S>
[[nodiscard]] NMF_COLD AnyWeights::Sparse listed_weights(const AnyMatrix<S>& v,
                                                         const Options& options) {
    const AnyWeights& weights = options.weights;
    const AnyValues<S> values{&v};
    std::vector<Eigen::Triplet<double, Index>> entries;
    const auto take = [&](Index i, Index j, double weight) {
        if (weight == 0 || (options.missing.nan() && std::isnan(values(i, j)))) return;
        entries.emplace_back(i, j, weight);
    };
    if (options.missing.unstored()) {
        for (Index outer = 0; outer < v.stored.cols; ++outer) {
            for (Index e = v.stored.begin(outer); e < v.stored.end(outer); ++e) {
                const Index i = v.by_rows ? outer : v.stored.row(e);
                const Index j = v.by_rows ? v.stored.row(e) : outer;
                double weight = 1;
                if (weights.sparse() != nullptr) {
                    weight = weights.sparse()->coeff(i, j);
                } else if (!weights.none()) {
                    weight = weights(i, j);
                }
                take(i, j, weight);
            }
        }
    } else {
        for (Index j = 0; j < v.cols; ++j) {
            for (AnyWeights::Sparse::InnerIterator e(*weights.sparse(), j); e; ++e) {
                take(e.row(), j, e.value());
            }
        }
    }
    AnyWeights::Sparse listed(v.rows, v.cols);
    listed.setFromTriplets(entries.begin(), entries.end());
    return listed;
}

/// V with the entries that the options say. Refers to both.
template <RealScalar S>
[[nodiscard]] NMF_COLD AnyView<S> view_of(const AnyMatrix<S>& v, const Options& options) {
    const bool any_sign = options.signed_entries;
    const bool listed = options.missing.unstored() || options.weights.sparse() != nullptr;
    if (!listed && options.missing.none() && options.weights.none()) {
        return plain_view(v, any_sign);
    }
    if (v.is_sparse) {
        with_sparse_map(v, [](const auto& map) { check_order(map, "V"); });
    }
    const AnyWeights& weights = options.weights;
    if (!weights.none() && (weights.rows() != v.rows || weights.cols() != v.cols)) {
        throw_input_error({"the weights are ", shape(weights.rows(), weights.cols()), "; V is ",
                           shape(v.rows, v.cols)});
    }
    if (options.missing.unstored() && weights.none()) {
        return with_sparse_map(v, [&](const auto& map) {
            return erased_view(sparse_view<Unstored::missing>(map, nullptr), any_sign);
        });
    }
    if (listed) {
        const auto counted = listed_weights(v, options);
        check_count("the weights", counted.nonZeros());
        return erased_view(listed_view<S, int>(LookedUp<S>{&v}, counted), any_sign);
    }
    using Source = WeightedSource<AnyValues<S>, AnyCounts<S>>;
    const AnyValues<S> values{&v};
    return erased_view(DenseView<S, Source>(Source{values, {values, &options}}, v.rows, v.cols),
                       any_sign);
}

}  // namespace nmf::detail
