// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Columns of V that span the others, chosen one after the other.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

#include <nmf/core/interrupt.hpp>
#include <nmf/core/precision.hpp>
#include <nmf/data/extent.hpp>
#include <nmf/data/flipped.hpp>
#include <nmf/data/signed.hpp>
#include <nmf/init/random.hpp>
#include <nmf/machine/chunks.hpp>
#include <nmf/machine/columns.hpp>
#include <nmf/machine/sums.hpp>

namespace nmf::detail {

inline void check_least_mass(std::string_view parameter, double value) {
    check_parameter(value >= 0 && std::isfinite(value), parameter, value, "a finite number >= 0");
}

/// The mass of each column of V, which is the sum of the sizes of its entries, and its squared
/// norm. Entries count with their weights, as in a product with V.
struct ColumnSizes {
    Vector<double> mass;
    Vector<double> squares;
};

/// One pass over V; two readings of a one-sided V for the rows of V.
template <DataView View>
[[nodiscard]] ColumnSizes column_sizes(const View& view) {
    ColumnSizes sizes{Vector<double>::Zero(view.cols()), Vector<double>::Zero(view.cols())};
    if constexpr (is_flipped<View>) {
        sizes.mass = view.row_sums([](double v) { return std::abs(v); });
        sizes.squares = view.row_sums([](double v) { return v * v; });
    } else {
        for_each_visited(view, [&](Index first, Index cols, Index, int) {
            PacedInterrupt pace;
            for (Index j = first; j < first + cols; ++j) {
                pace.step(view.rows());
                double mass = 0;
                double squares = 0;
                view.visit(j, [&](Index, auto v, auto weight) {
                    const double entry = static_cast<double>(weight) * static_cast<double>(v);
                    mass += std::abs(entry);
                    squares += entry * entry;
                });
                sizes.mass[j] = mass;
                sizes.squares[j] = squares;
            }
        });
    }
    for (Vector<double>* sums : {&sizes.mass, &sizes.squares}) {
        reduce(RowsOf<View>{view}, {sums->data(), static_cast<std::size_t>(sums->size())});
    }
    return sizes;
}

/// The successive projection algorithm on the columns v_j of V, divided by their masses. Each step
/// takes the column with the largest residual r_j, and projects all columns onto the complement of
/// u = r_j / ||r_j||.
///
/// Only products are known of u: with chosen columns j_1, ..., j_a the rows (u_b' v_j)_j are those
/// of a pivoted Cholesky factor of V'V. Then ||r_j||^2 falls by (u'v_j)^2. Where it has lost its
/// digits it counts as 0, so the number of steps is at most the numerical rank of V.
template <DataView View>
class SuccessiveProjection {
public:
    using S = typename View::Scalar;

    /// A step writes to row a of `chosen` (k x m) and of `along` (k x n). Columns take part whose
    /// mass is at least `least_mass` times the mean mass.
    SuccessiveProjection(const View& view, double least_mass, Factor<S>& chosen, Factor<S>& along)
        : view_(view),
          chosen_(chosen),
          along_(along),
          sizes_(column_sizes(view)),
          columns_(column_extent(view)),
          pivots_(chosen.rows(), chosen.rows()),
          column_(1, view.rows()),
          product_(1, view.cols()) {
        double sum = sizes_.mass.sum();
        reduce(view, {&sum, 1});
        const double least = least_mass * sum / static_cast<double>(columns_.total);
        first_.setZero(view.cols());
        for (Index j = 0; j < view.cols(); ++j) {
            const double mass = sizes_.mass[j];
            if (mass > 0 && mass >= least) first_[j] = sizes_.squares[j] / mass / mass;
        }
        left_ = first_;
    }

    /// Chooses columns until `chosen` is full, or all others are combinations of them. Returns
    /// their number r. Then `along` has the least squares solution H of V ~ chosen' H in its first
    /// r rows, negative entries raised to 0. 2 m n r + 2 n r^2 flops.
    [[nodiscard]] Index run() {
        Index count = 0;
        while (count < chosen_.rows() && step(count)) ++count;
        for_each_block(Chunks(view_.cols(), grain), grain,
                       [&](Index first, Index cols, Index, int) { solve(first, cols, count); });
        return count;
    }

private:
    static constexpr Index grain = 256;

    /// False if all columns are combinations of those chosen.
    bool step(Index a) {
        check_interrupt();
        const Index at = largest();
        const Index j = at - columns_.first;
        const bool here = j >= 0 && j < view_.cols();
        // The pivot and its coordinates, of which one part of a larger V knows.
        Vector<double> pivot = Vector<double>::Zero(a + 1);
        Vector<double> entries = Vector<double>::Zero(view_.rows());
        if (here) {
            for (Index b = 0; b < a; ++b) pivot[b] = static_cast<double>(along_.column(j)[b]);
            pivot[a] = std::sqrt(left_[j]);
            view_.visit(j, [&](Index i, auto v, auto weight) {
                entries[i] = static_cast<double>(weight) * static_cast<double>(v) / sizes_.mass[j];
            });
        }
        complete(pivot);
        if (!(pivot[a] > 0)) return false;
        complete(entries);
        pivots_.col(a).head(a + 1) = pivot;
        for (Index i = 0; i < view_.rows(); ++i) {
            // Below the normal numbers it is as good as 0, and a zero can be filled.
            const bool normal =
                std::abs(entries[i]) >= static_cast<double>(std::numeric_limits<S>::min());
            const auto entry = static_cast<S>(normal ? entries[i] : 0.0);
            column_.data()[i * column_.stride()] = entry;
            chosen_.data()[i * chosen_.stride() + a] = entry;
        }
        view_.product(column_, product_);
        project(a, pivot);
        if (here) left_[j] = 0;
        return true;
    }

    /// The column with the largest residual, by its number in the whole V.
    [[nodiscard]] Index largest() const {
        Vector<double> all = Vector<double>::Zero(columns_.total);
        all.segment(columns_.first, view_.cols()) = left_;
        complete(all);
        return std::max_element(all.begin(), all.end()) - all.begin();
    }

    /// Adds up what the parts of a larger V know.
    void complete(Vector<double>& sums) const {
        reduce(view_, {sums.data(), static_cast<std::size_t>(sums.size())});
    }

    /// Row a of `along`, and what it leaves of the residuals.
    void project(Index a, const Vector<double>& pivot) {
        const Vector<S> before = pivot.head(a).template cast<S>();
        for_each_block(Chunks(view_.cols(), grain), grain,
                       [&](Index first, Index cols, Index, int) {
                           for (Index j = first; j < first + cols; ++j) {
                               S* const column = along_.data() + j * along_.stride();
                               const auto of_product =
                                   static_cast<double>(product_.data()[j * product_.stride()]);
                               const double product = ratio_or_zero(of_product, sizes_.mass[j]);
                               const double by =
                                   (product - inner_product(before.data(), column, a)) / pivot[a];
                               column[a] = static_cast<S>(by);
                               left_[j] -= by * by;
                               if (!(left_[j] > digits_lost<S> * first_[j])) left_[j] = 0;
                           }
                       });
    }

    /// From coordinates to the coefficients of the chosen columns. What may be rounding becomes 0,
    /// for solvers that cannot leave small numbers either.
    void solve(Index first, Index cols, Index count) {
        if (count == 0) return;
        const double condition = pivots_(0, 0) / pivots_(count - 1, count - 1);
        const double noise =
            100 * static_cast<double>(std::numeric_limits<S>::epsilon()) * condition;
        Vector<double> x(count);
        for (Index j = first; j < first + cols; ++j) {
            S* const column = along_.data() + j * along_.stride();
            for (Index a = 0; a < count; ++a) x[a] = static_cast<double>(column[a]);
            for (Index a = count; a-- > 0;) {
                x[a] /= pivots_(a, a);
                add_scaled(x.data(), -x[a], &pivots_(0, a), a);
            }
            const double least = noise * x.cwiseAbs().maxCoeff();
            for (Index a = 0; a < count; ++a) {
                column[a] = static_cast<S>(x[a] > least ? x[a] * sizes_.mass[j] : 0.0);
            }
        }
    }

    const View& view_;
    Factor<S>& chosen_;
    Factor<S>& along_;
    ColumnSizes sizes_;
    Extent columns_;
    Matrix<double> pivots_;  ///< Upper triangular: the columns of `along` that were chosen.
    Vector<double> first_;   ///< Squared norms of the columns that take part.
    Vector<double> left_;    ///< Those of their residuals.
    Factor<S> column_;
    Factor<S> product_;
};

/// Starts W from columns of V, and H from the coefficients of V in them. Each further component
/// starts at random and adds mean(V) / k to the mean of W H.
template <DataView View, class S = typename View::Scalar>
void start_from_columns(const View& view, double least_mass, const Summary& sums,
                        CounterRandom random, Factor<S>& w, Factor<S>& h) {
    const Extent rows = row_extent(view);
    const Extent cols = column_extent(view);
    SuccessiveProjection projection(view, least_mass, w, h);
    const Index count = projection.run();
    if (may_be_negative(view)) w.for_each([](S& entry) { entry = std::max(S(0), entry); });
    if (count == w.rows()) return;
    const double mass = sums.sum / static_cast<double>(cols.total) / static_cast<double>(w.rows());
    const auto fill = [&](std::uint64_t stream, double mean, const Extent& extent, Factor<S>& x) {
        Factor<S> spare(x.rows(), x.cols());
        fill_uniform(random.stream(stream), 2 * mean, extent, spare);
        for (Index a = count; a < x.rows(); ++a) x.matrix().row(a) = spare.matrix().row(a);
    };
    fill(0, 1 / static_cast<double>(rows.total), rows, w);
    fill(1, mass > 0 ? mass : 1, cols, h);
}

}  // namespace nmf::detail
