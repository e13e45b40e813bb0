// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The statistics of a least-squares half-step, and the KKT sums of a factor in it.

#include <algorithm>
#include <cmath>
#include <limits>

#include <nmf/core/precision.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/factor/register_product.hpp>
#include <nmf/machine/simd.hpp>
#include <nmf/subproblem/kkt.hpp>
#include <nmf/subproblem/penalty_terms.hpp>
#include <nmf/subproblem/region.hpp>

namespace nmf {

/// One half of an alternation, with V already eliminated. With the factor A (k x M) fixed, the
/// other factor X (k x N) has to
///
///     minimise  f(X) = 1/2 <X, G X> - <C, X> + sum_j <l, X_j>    over X >= 0,
///     G = A A' + penalties,   C = A V,
///
/// and without penalties f(X) = 1/2 ||V - A'X||^2 - 1/2 ||V||^2. So a solver never sees V. It works
/// in the same way for dense and sparse data, and for W (with V replaced by V'). The columns of X
/// are independent of each other.
///
/// With a Box as Region, the minimum is over the box.
template <RealScalar S, class Region = NonNegative>
struct NormalEquations {
    Factor<S> gram;    ///< G, k x k, symmetric positive semidefinite.
    Factor<S> cross;   ///< C, k x N.
    Factor<S> linear;  ///< l >= 0, k x 1: the L1 weight of each component.

    /// The cost of forming these equations, in sweeps over all columns of X at 2 N k^2 flops each.
    double sweeps_worth = 1;

    double exponent = 1;  ///< The power of the ratios of a multiplicative update.

    double observations = 0;  ///< Entries of V that one column of X explains.

    Side side = Side::h;  ///< Which factor X is part of,
    Index first = 0;      ///< and its first column there.
    [[no_unique_address]] Region region{};

    /// Sets the shapes, and all matrices to 0.
    void resize(Index rank, Index columns) {
        gram.resize(rank, rank);
        cross.resize(rank, columns);
        linear.resize(rank, 1);
    }

    /// Copies G, l and the numbers of other equations, but not C.
    void share(const NormalEquations& of) {
        if (gram.cols() == 0) return;
        gram = of.gram;
        linear = of.linear;
        sweeps_worth = of.sweeps_worth;
        exponent = of.exponent;
        observations = of.observations;
    }
};

namespace detail {

/// Sets G and l from a Gram matrix and the terms of penalties.
template <RealScalar S, class Region>
void add_terms(const PenaltyTerms& terms, const Matrix<double>& gram,
               NormalEquations<S, Region>& equations) {
    equations.gram.take(gram);
    equations.linear.take(terms.linear);
    for (Index a = 0; a < gram.rows(); ++a) {
        S* const column = equations.gram.data() + a * equations.gram.stride();
        column[a] += static_cast<S>(terms.ridge[a]);
        if (!terms.couples) continue;
        for (Index b = 0; b < gram.rows(); ++b) column[b] += static_cast<S>(terms.coupling(b, a));
    }
}

/// out (padded, k x cols) = G X(:, first .. first + cols - 1).
template <RealScalar S>
void gram_times(const Factor<S>& gram, const Factor<S>& x, Index first, Index cols, S* out) {
    multiply_block<BlockOrder::columns>(columns_from(gram), gram.rows(),
                                        DenseBlock<S>{x.data() + first * x.stride(), x.stride()},
                                        cols, out, true);
}

/// A diagonal entry of G up to this counts as 0: f has no curvature along that row of X. Such a row
/// keeps its entries, except those that an L1 penalty alone decides (`decided_by_l1`).
template <RealScalar S>
[[nodiscard]] S curvature_limit(const Factor<S>& gram) {
    double largest = 0;
    for (Index a = 0; a < gram.rows(); ++a) {
        largest = std::max(largest, static_cast<double>(gram.data()[a * gram.stride() + a]));
    }
    return std::max(std::numeric_limits<S>::min(), static_cast<S>(no_curvature<S> * largest));
}

/// Whether an entry without curvature is 0 at the minimum of f, because its slope is positive
/// everywhere.
template <RealScalar S>
[[nodiscard]] constexpr bool decided_by_l1(S cross, S linear) {
    return linear > S(0) && cross <= linear;
}

/// Row sums r_a = sum_j min(X_aj, g_aj / G_aa)^2 for the KKT conditions X >= 0, g >= 0, X .* g = 0.
/// Here g = G X - C + l is the gradient of f. The sums are 0 at a solution. A row without curvature
/// adds only the entries that L1 alone decides. They are added up over blocks of columns, at 2 k^2
/// flops for each column.
///
/// With bounds, the roots of the terms are X - clip(X - g / G_aa).
template <RealScalar S>
class KktRows {
public:
    /// Prepares the sums for equations, of which it uses G and l.
    template <class Region>
    void prepare(const NormalEquations<S, Region>& eq) {
        gram_ = &eq.gram;
        linear_ = &eq.linear;
        scale_.prepare(eq.gram.stride());
        const S limit = curvature_limit(eq.gram);
        for (Index a = 0; a < eq.gram.rows(); ++a) {
            const S diagonal = eq.gram.matrix()(a, a);
            const double curvature = diagonal > limit ? static_cast<double>(diagonal) : 0.0;
            scale_.set(a, curvature, eq.linear.data()[a] > S(0));
        }
    }

    /// Adds up a block of columns. `gradient` is scratch of the same size. Sums over the few
    /// columns of a block are in S, and sums over blocks are in double.
    template <class Region>
    void add(const S* x, const S* cross, Index cols, const Region& region, S* gradient,
             double* sums) const {
        using P = Simd<S>;
        const Factor<S>& gram = *gram_;
        const Index stride = gram.stride();
        multiply_block<BlockOrder::columns>(columns_from(gram), gram.rows(),
                                            DenseBlock<S>{x, stride}, cols, gradient, true);
        for (Index a = 0; a < stride; a += P::width) {
            const auto linear = P::load(linear_->data() + a);
            const auto scale = scale_.rows(a);
            auto sum = P::set(S(0));
            for (Index j = 0; j < cols; ++j) {
                const Index at = a + j * stride;
                const auto value = P::load(x + at);
                const auto slope =
                    P::add(P::sub(P::load(gradient + at), P::load(cross + at)), linear);
                const auto distance = scale.capped(room_below<S>(region, a, j, value), slope,
                                                   room_above<S>(region, a, j, value, scale.least));
                sum = P::fma(distance, distance, sum);
            }
            alignas(64) S lanes[static_cast<std::size_t>(P::width)];
            P::store(lanes, sum);
            const Index rows = std::min<Index>(P::width, gram.rows() - a);
            for (Index r = 0; r < rows; ++r) sums[a + r] += static_cast<double>(lanes[r]);
        }
    }

private:
    const Factor<S>* gram_ = nullptr;
    const Factor<S>* linear_ = nullptr;
    KktScale<S> scale_;
};

}  // namespace detail
}  // namespace nmf
