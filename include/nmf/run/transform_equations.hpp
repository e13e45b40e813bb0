// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The coefficients of further columns by least squares, all columns together.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>

#include <nmf/data/concept.hpp>
#include <nmf/data/extent.hpp>
#include <nmf/data/flipped.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/factor/gram.hpp>
#include <nmf/machine/columns.hpp>
#include <nmf/machine/sums.hpp>
#include <nmf/solvers/anls.hpp>
#include <nmf/subproblem/normal_equations.hpp>

namespace nmf::detail {

/// The KKT residual from its sums.
[[nodiscard]] inline double distance_ratio(double distance, double size) {
    if (!(distance > 0)) return 0;
    return size > 0 ? std::sqrt(distance / size) : std::numeric_limits<double>::infinity();
}

/// Solves the normal equations of least squares where every entry counts, in double.
template <DataView View, class PenaltySet>
class TransformEquations {
public:
    using S = typename View::Scalar;

    /// `side`: which factor X is.
    TransformEquations(const View& view, Side side, const PenaltySet& penalties)
        : view_(view), side_(side), penalties_(penalties) {}

    Matrix<double> gram;  ///< Of A.
    double cross = 0;     ///< <A V, X>
    double square = 0;    ///< ||A'X||^2
    double kkt_residual = 0;

    /// Sets X for a fixed A, and what is known of it.
    void solve(const Factor<double>& a, Factor<S>& to) {
        NormalEquations<double> equations;
        GramKernel<double>()(a, RowsOf<View>{view_}, gram);
        equations.resize(a.rows(), view_.cols());
        equations.observations = static_cast<double>(row_extent(view_).total);
        PenaltyTerms terms;
        const PenaltyPlace<double> place{.side = side_, .observations = equations.observations};
        penalties_.terms_of(place, a.rows(), terms);
        add_terms(terms, gram, equations);
        multiply_by_view(a, equations.cross);
        Factor<double> x(a.rows(), view_.cols());
        Anls::Workspace<double> work;
        Anls{}.update(equations, x, work);
        to.matrix() = x.matrix().template cast<S>();
        x.matrix() = to.matrix().template cast<double>();
        look_at_equations(equations, x);
    }

private:
    /// C = A V in double.
    void multiply_by_view(const Factor<double>& a, Factor<double>& c) const {
        if constexpr (std::same_as<S, double>) {
            view_.product(a, c);
        } else {
            for_each_visited(view_, [&](Index first, Index cols, Index, int) {
                for (Index j = first; j < first + cols; ++j) {
                    view_.visit(j, [&](Index i, S v, S) {
                        add_scaled(c.data() + j * c.stride(), static_cast<double>(v),
                                   a.data() + i * a.stride(), a.stride());
                    });
                }
            });
        }
    }

    /// <C, X>, <X, G X> and the KKT residual, C and G without penalties in the former.
    void look_at_equations(const NormalEquations<double>& equations, const Factor<double>& x) {
        const Index k = x.rows();
        cross = inner_product(equations.cross, x, view_);
        Matrix<double> gram_of_x;
        GramKernel<double>()(x, view_, gram_of_x);
        square = inner_product(gram, gram_of_x);
        KktRows<double> rows;
        rows.prepare(equations);
        Factor<double> gradient(k, block);
        Vector<double> sums;
        sums.setZero(k);
        for (Index j = 0; j < x.cols(); j += block) {
            rows.add(x.data() + j * x.stride(), equations.cross.data() + j * x.stride(),
                     std::min(block, x.cols() - j), equations.region, gradient.data(), sums.data());
        }
        reduce(view_, {sums.data(), static_cast<std::size_t>(k)});
        double distance = 0;
        double size = 0;
        for (Index a = 0; a < k; ++a) {
            distance += sums[a] * gram(a, a);
            size += gram_of_x(a, a) * gram(a, a);
        }
        kkt_residual = distance_ratio(distance, size);
    }

    static constexpr Index block = 64;

    const View& view_;
    const Side side_;
    const PenaltySet& penalties_;
};

}  // namespace nmf::detail
