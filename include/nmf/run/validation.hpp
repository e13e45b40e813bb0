// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// How well a pair of factors predicts the entries that are held out.

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <vector>

#include <nmf/core/errors.hpp>
#include <nmf/core/interrupt.hpp>
#include <nmf/core/precision.hpp>
#include <nmf/data/complete_columns.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/held_out.hpp>
#include <nmf/data/signed.hpp>
#include <nmf/data/summary.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/loss/separable.hpp>
#include <nmf/machine/chunks.hpp>
#include <nmf/machine/columns.hpp>
#include <nmf/machine/sums.hpp>
#include <nmf/run/factorization.hpp>
#include <nmf/stopping/concept.hpp>

namespace nmf::detail {

/// Nothing is held out.
struct NoValidation {
    template <class X>
    [[nodiscard]] Validation operator()(const X& /*w*/, const X& /*h*/) const {
        return {};
    }
};

/// Scores Wt and H by the held-out entries of a view of V. Refers to the view and the loss.
template <class View, class Loss>
class HeldOutScore {
public:
    using S = typename View::Scalar;

    /// `sums` are those of the other entries. Throws InputError for the first held-out entry that
    /// factorize would refuse.
    HeldOutScore(const View& view, const Loss& loss, const Summary& sums)
        : view_(view),
          loss_(loss),
          floor_(entries_of_any_sign<View> ? -std::numeric_limits<double>::infinity()
                                           : 1e-6 * mean_entry(view, sums)),
          has_rows_(lines_left(view.transposed())),
          has_cols_(lines_left(view)) {
        check_entries();
    }

    /// The mean loss of the entries in rows and columns of which something is left. 2 k flops for
    /// each.
    [[nodiscard]] Validation operator()(const Factor<S>& w, const Factor<S>& h) const {
        const bool turned = view_.turned();
        const Factor<S>& a = turned ? h : w;
        const Factor<S>& x = turned ? w : h;
        const std::vector<bool>& rows = turned ? has_cols_ : has_rows_;
        const std::vector<bool>& cols = turned ? has_rows_ : has_cols_;
        const auto& held = view_.held_out();
        const Chunks chunks(held.cols(), columns_of_chunk);
        const Sums sums = sum_over_chunks<Sums>(chunks.count(), [&](Index chunk) {
            Sums sum;
            PacedInterrupt pace;
            for (Index j = chunks.begin(chunk); j < chunks.end(chunk); ++j) {
                pace.step(a.rows());
                if (!cols[static_cast<std::size_t>(j)]) continue;
                const S* const of_x = x.data() + j * x.stride();
                held.visit(j, [&](Index i, double v, double weight) {
                    if (!rows[static_cast<std::size_t>(i)]) return;
                    const S* const of_a = a.data() + i * a.stride();
                    add(v, static_cast<double>(dot(of_a, of_x, a.rows())), weight, sum);
                });
            }
            return sum;
        });
        return {ratio_or_zero(sums.cost, sums.weight), sums.entries, sums.floored};
    }

    /// Throws InputError where no entry is scored.
    void check_scored() const {
        const Index rank = 1;
        const Factor<S> w(rank, view_.rows());
        const Factor<S> h(rank, view_.cols());
        if ((*this)(w, h).entries > 0) return;
        constexpr std::string_view none =
            "ValidationError has no held-out entry to look at; raise HeldOut.fraction";
        throw_input_error({none});
    }

private:
    static constexpr Index columns_of_chunk = 64;

    struct Sums {
        double cost = 0;
        double weight = 0;
        Index entries = 0;
        Index floored = 0;
        Sums& operator+=(const Sums& part) {
            cost += part.cost;
            weight += part.weight;
            entries += part.entries;
            floored += part.floored;
            return *this;
        }
    };

    void add(double v, double y, double weight, Sums& sum) const {
        const bool below = y < floor_;
        sum.cost += weight * loss_.entry(v, below ? floor_ : y);
        sum.weight += weight;
        ++sum.entries;
        sum.floored += below ? 1 : 0;
    }

    /// In which columns some entry counts.
    template <class Direction>
    [[nodiscard]] static std::vector<bool> lines_left(const Direction& view) {
        std::vector<bool> left(static_cast<std::size_t>(view.cols()));
        for (Index j = 0; j < view.cols(); ++j) {
            left[static_cast<std::size_t>(j)] = observed(view, j) > 0;
        }
        return left;
    }

    void check_entries() const {
        FirstOffender entries;
        FirstOffender zeros;
        FirstOffender weights;
        const bool takes_zeros = allows_zeros(loss_);
        const auto& held = view_.held_out();
        for (Index j = 0; j < held.cols(); ++j) {
            check_interrupt();
            held.visit(j, [&](Index i, double v, double weight) {
                const Index row = view_.turned() ? j : i;
                const Index col = view_.turned() ? i : j;
                const bool fits = entries_of_any_sign<View> ? std::isfinite(v) : acceptable(v);
                if (!acceptable(weight)) {
                    weights.see(row, col, weight);
                } else if (!fits) {
                    entries.see(row, col, v);
                } else if (!takes_zeros && !(v > 0)) {
                    zeros.see(row, col, v);
                }
            });
        }
        weights.throw_if_any("weights");
        if (entries_of_any_sign<View>) {
            entries.throw_if_any("V", "every entry has to be a finite number");
        } else {
            entries.throw_if_any("V");
        }
        zeros.throw_if_any("V", "this loss needs entries > 0");
    }

    const View& view_;
    const Loss& loss_;
    double floor_;
    std::vector<bool> has_rows_;
    std::vector<bool> has_cols_;
};

/// What scores the pairs of a run on a view of V. Throws InputError where the rule has no use of
/// it.
template <class View, class Loss, class Rule>
[[nodiscard]] auto score_of(const View& view, const Loss& loss, const Summary& sums, const Rule&) {
    if constexpr (holds_out<View>) {
        const HeldOutScore<View, Loss> score(view, loss, sums);
        if constexpr (validates<Rule>()) score.check_scored();
        return score;
    } else {
        return NoValidation{};
    }
}

}  // namespace nmf::detail
