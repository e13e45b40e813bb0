// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Where the entries of a dense V come from: memory with any strides, an expression that is
/// evaluated on the way, or either with weights.

#include <cmath>
#include <concepts>
#include <memory>
#include <utility>

#include <Eigen/Core>

#include <nmf/core/types.hpp>
#include <nmf/factor/register_product.hpp>

namespace nmf::detail {

/// Entries in memory: (i, j) at data[i * row_step + j * col_step]. Both orders of storage, inner
/// strides and the transpose are all of this form.
template <RealScalar S>
struct StridedSource {
    static constexpr bool weighted = false;

    const S* data;
    Index row_step;
    Index col_step;

    [[nodiscard]] S operator()(Index i, Index j) const { return data[i * row_step + j * col_step]; }
    [[nodiscard]] StridedSource transposed() const { return {data, col_step, row_step}; }
};

/// An expression with its evaluator.
template <class Expression>
struct HeldExpression {
    explicit HeldExpression(const Expression& from) : expression(from), evaluator(expression) {}
    typename Eigen::internal::ref_selector<Expression>::type expression;
    Eigen::internal::evaluator<Expression> evaluator;
};

/// An Eigen expression without memory of its own. Its evaluator is made once, so a product inside
/// the expression is evaluated once, as in Eigen itself. Entrywise parts are computed in each pass
/// and never stored.
template <class Expression, bool Transposed = false>
class ExpressionSource {
public:
    static constexpr bool weighted = false;

    using Held = std::shared_ptr<const HeldExpression<Expression>>;

    explicit ExpressionSource(const Expression& expression)
        : held_(std::make_shared<const HeldExpression<Expression>>(expression)) {}
    explicit ExpressionSource(Held held) : held_(std::move(held)) {}

    [[nodiscard]] auto operator()(Index i, Index j) const {
        return Transposed ? held_->evaluator.coeff(j, i) : held_->evaluator.coeff(i, j);
    }
    [[nodiscard]] auto transposed() const {
        return ExpressionSource<Expression, !Transposed>(held_);
    }

private:
    Held held_;
};

/// Entries with weights: `Values` and `Weights` are sources. What an entry of weight 0 holds is
/// never looked at: its value counts as 1.
template <class Values, class Weights>
struct WeightedSource {
    static constexpr bool weighted = true;

    Values values;
    Weights weights;

    /// The weighted entry: what a product with V multiplies.
    [[nodiscard]] auto operator()(Index i, Index j) const {
        const auto m = weights(i, j);
        return m > 0 ? static_cast<decltype(values(i, j))>(m) * values(i, j)
                     : decltype(values(i, j))(0);
    }
    [[nodiscard]] auto value(Index i, Index j) const {
        return weights(i, j) > 0 ? values(i, j) : decltype(values(i, j))(1);
    }
    [[nodiscard]] auto weight(Index i, Index j) const { return weights(i, j); }
    [[nodiscard]] auto transposed() const {
        return WeightedSource<decltype(values.transposed()), decltype(weights.transposed())>{
            values.transposed(), weights.transposed()};
    }
};

/// Weight 0 for NaN, 1 for all else.
template <class Values>
struct NanWeights {
    Values values;
    [[nodiscard]] auto operator()(Index i, Index j) const {
        const auto v = values(i, j);
        return std::isnan(v) ? decltype(values(i, j))(0) : decltype(values(i, j))(1);
    }
    [[nodiscard]] auto transposed() const {
        return NanWeights<decltype(values.transposed())>{values.transposed()};
    }
};

/// Entry (i, j) and those after it, if those of a column lie side by side; else nothing.
template <RealScalar S, class Source>
[[nodiscard]] DenseBlock<S> in_columns(const Source& source, Index i, Index j) {
    if constexpr (std::same_as<Source, StridedSource<S>>) {
        if (source.row_step == 1) return {&source.data[i + j * source.col_step], source.col_step};
    } else if constexpr (requires { source.strided(); }) {
        const auto strided = source.strided();
        if (strided.data != nullptr) return in_columns<S>(strided, i, j);
    }
    return {};
}

/// The same for rows.
template <RealScalar S, class Source>
[[nodiscard]] DenseBlock<S> in_rows(const Source& source, Index i, Index j) {
    if constexpr (std::same_as<Source, StridedSource<S>>) {
        if (source.col_step == 1) return {&source.data[i * source.row_step + j], source.row_step};
    } else if constexpr (requires { source.strided(); }) {
        const auto strided = source.strided();
        if (strided.data != nullptr) return in_rows<S>(strided, i, j);
    }
    return {};
}

/// Calls f(i, v, weight) for the entries of column j, of so many rows, with weight > 0.
template <RealScalar S, class Source, class F>
void visit_column(const Source& source, Index rows, Index j, const F& f) {
    for (Index i = 0; i < rows; ++i) {
        if constexpr (Source::weighted) {
            const auto m = source.weight(i, j);
            if (m > 0) f(i, source.value(i, j), static_cast<S>(m));
        } else {
            f(i, source(i, j), S(1));
        }
    }
}

}  // namespace nmf::detail
