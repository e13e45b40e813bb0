// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The normal equations that a column of V has of its own, for its weights or missing entries.

#include <nmf/data/complete_columns.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/factor/register_product.hpp>
#include <nmf/half_step/counted_sums.hpp>
#include <nmf/machine/columns.hpp>
#include <nmf/machine/simd.hpp>
#include <nmf/subproblem/normal_equations.hpp>

namespace nmf::detail {

/// G_j = sum_i m_ij a_i a_i'. It is either summed up over the entries that count, or made from the
/// Gram matrix of A. Then the entries that do not count once are corrected. Whichever visits fewer
/// entries is chosen, at 2 k^2 flops for each. Keeps its scratch from call to call.
template <RealScalar S, class Region>
class OwnEquations {
public:
    void prepare(Index rank) {
        rank_ = rank;
        values_.resize(rank);
        left_.resize(rank, piece);
        right_.resize(rank, piece);
        partial_.resize(rank, rank);
        total_.resize(rank, rank);
    }

    /// G_j, in double. `gram` is A A'.
    template <WeightedView View>
    const Matrix<double>& form(const View& view, const Factor<S>& a, const Matrix<double>& gram,
                               Index j) {
        const Index differing = view.differing(j);
        if (2 * differing < view.rows()) {
            sum_up(a, [&](const auto& add) {
                view.visit_differing(j, [&](Index i, S m) { add(i, S(1) - m); });
            });
            if (keeps_digits(gram)) {
                for (Index at = 0; at < gram.size(); ++at) {
                    total_.data()[at] = gram.data()[at] - total_.data()[at];
                }
                return total_;
            }
            if constexpr (has_missing_zeros<View>) {
                if (view.rows() > most_work * differing) {
                    keep_left(gram);
                    return total_;
                }
            }
        }
        sum_up(a, [&](const auto& add) { visit_counted(view, j, add); });
        return total_;
    }

    /// For what follows: the equations that were made of G_j.
    void begin(const NormalEquations<S, Region>& equations) {
        equations_ = &equations;
        kkt_.prepare(equations);
    }

    /// The KKT sums of the column x.
    void add_kkt(const S* x, S* scratch, double* sums) const {
        kkt_.add(x, equations_->cross.data(), 1, equations_->region, scratch, sums);
    }

    /// <x, G_j x>
    [[nodiscard]] double squared_model(const S* x) {
        for (Index a = 0; a < rank_; ++a) values_[a] = static_cast<double>(x[a]);
        double sum = 0;
        for (Index a = 0; a < rank_; ++a) {
            sum += values_[a] * dot(total_.data() + a * rank_, values_.data(), rank_);
        }
        return sum;
    }

private:
    static constexpr Index piece = 128;  ///< Columns of A whose products are added up in S.

    /// Whether the difference from a Gram matrix keeps its digits.
    [[nodiscard]] bool keeps_digits(const Matrix<double>& gram) const {
        bool keeps = true;
        for (Index a = 0; a < rank_; ++a) keeps = keeps && total_(a, a) <= 0.5 * gram(a, a);
        return keeps;
    }

    /// The difference from a Gram matrix where it may lose digits, and where to sum up what counts
    /// would be a pass over all rows. A component of which hardly anything is left has a diagonal
    /// entry alone.
    void keep_left(const Matrix<double>& gram) {
        for (Index at = 0; at < gram.size(); ++at) {
            total_.data()[at] = gram.data()[at] - total_.data()[at];
        }
        for (Index a = 0; a < rank_; ++a) {
            const double least = least_left<S> * gram(a, a);
            if (total_(a, a) > least) continue;
            for (Index b = 0; b < rank_; ++b) total_(a, b) = total_(b, a) = 0;
            total_(a, a) = least;
        }
    }

    /// The sum of m a_i a_i' for each add(i, m) that entries(add) calls.
    template <class Entries>
    void sum_up(const Factor<S>& a, const Entries& entries) {
        using P = Simd<S>;
        total_.setZero();
        Index filled = 0;
        const auto flush = [&] {
            if (filled == 0) return;
            multiply_block<BlockOrder::rows>(columns_from(left_), filled,
                                             DenseBlock<S>{right_.data(), right_.stride()},
                                             a.rows(), partial_.data(), true);
            for (Index b = 0; b < rank_; ++b) {
                add(total_.data() + b * rank_, partial_.data() + b * partial_.stride(), rank_);
            }
            filled = 0;
        };
        entries([&](Index i, S m) {
            const S* const from = a.data() + i * a.stride();
            S* const left = left_.data() + filled * left_.stride();
            S* const right = right_.data() + filled * right_.stride();
            for (Index b = 0; b < a.stride(); b += P::width) {
                const auto column = P::load(from + b);
                P::store(left + b, column);
                P::store(right + b, P::mul(P::set(m), column));
            }
            if (++filled == piece) flush();
        });
        flush();
    }

    Index rank_ = 0;
    const NormalEquations<S, Region>* equations_ = nullptr;
    KktRows<S> kkt_;
    Vector<double> values_;
    Factor<S> left_;
    Factor<S> right_;
    Factor<S> partial_;
    Matrix<double> total_;
};

}  // namespace nmf::detail
