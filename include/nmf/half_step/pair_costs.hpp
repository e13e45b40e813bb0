// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What a pair of factors costs, summed over all entries of V.

#include <nmf/core/precision.hpp>
#include <nmf/data/complete_columns.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/cost_sums.hpp>
#include <nmf/data/reconstruction_tile.hpp>
#include <nmf/factor/gram.hpp>
#include <nmf/loss/separable.hpp>
#include <nmf/machine/columns.hpp>
#include <nmf/machine/scratch.hpp>

namespace nmf::detail {

/// The costs of L'R on a view of V. Keeps its scratch from call to call.
template <EntryView View, class Loss>
class PairCosts {
public:
    using S = typename View::Scalar;

    PairCosts(const View& view, const Loss& loss) : view_(view), cost_(loss) {}
    PairCosts(const PairCosts&) = delete;
    PairCosts& operator=(const PairCosts&) = delete;

    /// Whether the entries that the view visits are not enough.
    [[nodiscard]] bool needs_every_entry() const { return cost_.needs_every_entry(view_); }

    /// Takes the memory of a pass, for factors whose columns are `stride` apart.
    void prepare(Index stride) { scratch_.prepare(threads_of_run(), TilePass<S>::size(stride)); }

    /// The sum of all entries of L'R.
    [[nodiscard]] double model_sum(const Factor<S>& left, const Factor<S>& right) {
        row_sums_(left, RowsOf<View>{view_}, left_sums_);
        row_sums_(right, view_, right_sums_);
        return dot(left_sums_.data(), right_sums_.data(), left_sums_.size());
    }

    /// In a pass over V.
    [[nodiscard]] CostSums operator()(const Factor<S>& left, const Factor<S>& right) {
        return complete(view_.costs(left, right, cost_, scratch_, needs_every_entry()), left,
                        right);
    }

    /// The costs, from the sums over the entries that were needed. If unstored zeros cost y, their
    /// sums are the sums over all of L'R minus the visited part. The factors give the sums over
    /// L'R. Near an exact fit that difference has lost its digits.
    [[nodiscard]] CostSums complete(CostSums sums, const Factor<S>& left, const Factor<S>& right) {
        if (!view_.has_unstored_zeros() || needs_every_entry()) return sums;
        const double total = model_sum(left, right);
        if constexpr (has_missing_zeros<View>) {
            const CostSums missing = view_.missing_sums(left, right);
            sums.reconstruction += missing.reconstruction;
            sums.squared_reconstruction += missing.squared_reconstruction;
        }
        const double cost = sums.cost + (total - sums.reconstruction);
        if (!(cost > digits_lost<S> * total)) {
            return view_.costs(left, right, cost_, scratch_, true);
        }
        sums.cost = cost;
        gram_(left, RowsOf<View>{view_}, left_gram_);
        gram_(right, view_, right_gram_);
        const double rest = inner_product(left_gram_, right_gram_) - sums.squared_reconstruction;
        if constexpr (has_missing_zeros<View>) {
            // The visited sums may have missing zeros as well, which the rest takes back.
            sums.squared_residual = at_least_zero(sums.squared_residual + rest);
        } else {
            sums.squared_residual += at_least_zero(rest);
        }
        return sums;
    }

private:
    const View& view_;
    EntryCosts<Loss, S> cost_;
    GramKernel<S> gram_;
    RowSumsKernel<S> row_sums_;
    Matrix<double> left_gram_;
    Matrix<double> right_gram_;
    Vector<double> left_sums_;
    Vector<double> right_sums_;
    Scratch<S> scratch_;
};

}  // namespace nmf::detail
