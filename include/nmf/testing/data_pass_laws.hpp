// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The laws of a data view that weights and the losses other than least squares need.

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <nmf/core/random.hpp>
#include <nmf/data/complete_columns.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/cost_sums.hpp>
#include <nmf/data/flipped.hpp>
#include <nmf/data/has_weights.hpp>
#include <nmf/data/reconstruction_tile.hpp>
#include <nmf/machine/chunks.hpp>
#include <nmf/machine/parallel.hpp>
#include <nmf/machine/scratch.hpp>
#include <nmf/testing/broken_laws.hpp>

namespace nmf::testing {

namespace detail {

/// p = v y, and q = y^2 or 1, times the weights.
template <RealScalar S>
struct ProbeTerms {
    bool unit;
    [[nodiscard]] bool unit_denominator() const { return unit; }
    void operator()(const S* v, const S* y, const S* weights, Index n, S* p, S* q) const {
        for (Index e = 0; e < n; ++e) {
            const S m = weights == nullptr ? S(1) : weights[e];
            p[e] = m * v[e] * y[e];
            if (q != nullptr) q[e] = m * (unit ? S(1) : y[e] * y[e]);
        }
    }
};

/// The cost v + 2 y + 3.
struct ProbeCost {
    template <RealScalar S>
    void operator()(const S* v, const S* y, const S* weights, Index n, CostSums& sums) const {
        for (Index e = 0; e < n; ++e) {
            const double m = weights == nullptr ? 1.0 : static_cast<double>(weights[e]);
            const auto entry = static_cast<double>(v[e]);
            const auto model = static_cast<double>(y[e]);
            sums.cost += m * (entry + 2.0 * model + 3.0);
            sums.reconstruction += m * model;
        }
    }
};

template <EntryView View>
class PassCheck {
public:
    PassCheck(const View& view, const Matrix<double>& v, const Matrix<double>& weights,
              std::string where, BrokenLaws& broken)
        : view_(view), v_(v), weights_(weights), where_(std::move(where)), broken_(broken) {}

    void check() {
        check_visits();
        check_columns();
        for (const Index rank : {1, 3, 21}) {
            for (const bool unit : {false, true}) check_pass(rank, unit);
            for (const bool every : {false, true}) check_costs(rank, every);
        }
    }

private:
    using S = typename View::Scalar;
    using Table = Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor>;
    static constexpr double eps = static_cast<double>(std::numeric_limits<S>::epsilon());

    void check_visits() {
        visited_ = Matrix<double>::Zero(v_.rows(), v_.cols());
        bool right = true;
        for (Index j = 0; j < view_.cols(); ++j) {
            Index last = -1;
            view_.visit(j, [&](Index i, auto v, auto m) {
                right = right && i > last && i < v_.rows() && static_cast<double>(v) == v_(i, j) &&
                        static_cast<double>(m) == weights_(i, j) && m > 0;
                last = i;
                if (i < v_.rows()) visited_(i, j) = 1;
            });
        }
        check_counts();
        broken_.require(right,
                        "1. visit(j, f) gives entries of weight > 0 with their weights, by rows",
                        where_);
        const auto left_out = [&](Index i, Index j) {
            return weights_(i, j) == 0 || (view_.has_unstored_zeros() && v_(i, j) == 0);
        };
        bool all = true;
        for (Index j = 0; j < v_.cols(); ++j) {
            for (Index i = 0; i < v_.rows(); ++i) {
                all = all && (visited_(i, j) == 1 || left_out(i, j));
            }
        }
        broken_.require(all, "2. what visit(j, f) leaves out are zeros or missing", where_);
    }

    void check_counts() {
        if constexpr (View::weighted) {
            static_assert(WeightedView<View>);
            bool right = true;
            for (Index j = 0; j < view_.cols(); ++j) {
                const auto weights = weights_.col(j).array();
                right = right && view_.differing(j) == (weights != 1).count() &&
                        view_.observed(j) == (weights > 0).count();
                Index seen = 0;
                view_.visit_differing(j, [&](Index i, auto m) {
                    right = right && static_cast<double>(m) == weights_(i, j) && m != 1;
                    ++seen;
                });
                right = right && seen == view_.differing(j);
            }
            broken_.require(right, "10. differing(j) and observed(j) count the weights", where_);
            if constexpr (nmf::detail::has_missing_zeros<View>) check_missing();
        }
    }

    void check_missing() {
        const Factor<S> a = factor(0, 3, view_.rows());
        const Factor<S> x = factor(3, 3, view_.cols());
        const Table y = (numbers(a).transpose() * numbers(x)).array();
        const Table missing = (weights_.array() == 0).template cast<double>() * y;
        const CostSums sums = view_.missing_sums(a, x);
        const double rounding =
            32.0 * eps + static_cast<double>(v_.size()) * std::numeric_limits<double>::epsilon();
        broken_.require(std::abs(sums.reconstruction - missing.sum()) <= rounding * missing.sum() &&
                            std::abs(sums.squared_reconstruction - missing.square().sum()) <=
                                2.0 * rounding * missing.square().sum(),
                        "11. missing_sums(A, X) are sums over the entries that do not count",
                        where_);
    }

    void check_columns() {
        std::vector<int> times(static_cast<std::size_t>(view_.cols()), 0);
        bool in_range = true;
        const int threads = nmf::detail::threads_of_run();
        constexpr Index most = 8;
        view_.for_each_group(most, [&](Index first, Index cols, Index chunk, int thread) {
            for (Index j = first; j < first + cols; ++j) ++times[static_cast<std::size_t>(j)];
            in_range = in_range && cols <= most && chunk >= 0 && chunk < nmf::detail::most_chunks &&
                       thread >= 0 && thread < threads;
        });
        bool once = in_range;
        for (const int count : times) once = once && count == 1;
        broken_.require(once, "3. for_each_group(n, f) takes each column once, n at most at a time",
                        where_);
    }

    [[nodiscard]] Factor<S> factor(std::uint64_t stream, Index rank, Index cols) const {
        return Factor<S>(CounterRandom(static_cast<std::uint64_t>(rank))
                             .stream(stream)
                             .template uniform_matrix<S>(rank, cols));
    }

    [[nodiscard]] static Matrix<double> numbers(const Factor<S>& x) {
        return x.matrix().template cast<double>();
    }

    /// Of sums of `terms` terms, all >= 0.
    [[nodiscard]] static bool close(const Matrix<double>& a, const Matrix<double>& b, Index terms) {
        const double rounding = 8.0 * static_cast<double>(terms) * eps;
        return ((a - b).array().abs() <= rounding * b.array()).all();
    }

    void check_pass(Index rank, bool unit) {
        const Factor<S> fixed = factor(0, rank, view_.rows());
        const Factor<S> above = factor(1, rank, view_.rows());
        const Factor<S> below = factor(2, rank, view_.rows());
        const Factor<S> x = factor(3, rank, view_.cols());
        Factor<S> top(rank, view_.cols());
        Factor<S> bottom(rank, view_.cols());
        Vector<double> taken = Vector<double>::Zero(view_.cols());
        nmf::detail::Scratch<S> scratch;
        std::vector<CostSums> seen(static_cast<std::size_t>(nmf::detail::threads_of_run()));
        view_.pass(
            nmf::detail::PassFactors<S>(fixed, above, below), ProbeTerms<S>{unit}, scratch,
            [&](nmf::detail::ColumnBlock<S>& block, int) {
                const Index at = block.first * x.stride();
                block.x = x.data() + at;
                block.top = top.data() + at;
                block.bottom = bottom.data() + at;
            },
            [&](const S* v, const S* y, const S* weights, Index n, int thread) {
                ProbeCost{}(v, y, weights, n, seen[static_cast<std::size_t>(thread)]);
            },
            [&](const nmf::detail::ColumnBlock<S>& block, Index, int) {
                for (Index c = 0; c < block.cols; ++c) taken[block.first + c] += 1;
            });
        CostSums all;
        for (const CostSums& part : seen) all += part;
        const bool every = view_.has_unstored_zeros() && !unit;
        const CostSums whole = view_.costs(fixed, x, ProbeCost{}, scratch, every);
        broken_.require(std::abs(all.cost - whole.cost) <= 1e-12 * whole.cost,
                        "9. pass() shows the entries that costs() adds up", where_);
        broken_.require((taken.array() == 1).all(), "4. pass() takes each column once", where_);

        const Table y = (numbers(fixed).transpose() * numbers(x)).array();
        const Matrix<double> p = weights_.array() * v_.array() * y;
        const Index terms = rank + view_.rows();
        broken_.require(close(numbers(top), numbers(above) * p, terms), "5. pass() sets A P",
                        where_);
        if (unit && !nmf::detail::visits_weights(view_)) return;
        const Matrix<double> q =
            unit ? weights_ : Matrix<double>((weights_.array() * y.square()).matrix());
        broken_.require(close(numbers(bottom), numbers(below) * q, terms),
                        "6. pass() sets A Q where Q is not 1 or entries have weights", where_);
    }

    void check_costs(Index rank, bool every) {
        const Factor<S> a = factor(0, rank, view_.rows());
        const Factor<S> x = factor(3, rank, view_.cols());
        nmf::detail::Scratch<S> scratch;
        const CostSums sums = view_.costs(a, x, ProbeCost{}, scratch, every);
        const Table y = (numbers(a).transpose() * numbers(x)).array();
        const Table counted =
            every ? weights_.array() : (weights_.array() * visited_.array()).eval();
        const double cost = (counted * (v_.array() + 2.0 * y + 3.0)).sum();
        const double model = (counted * y).sum();
        const double rounding =
            8.0 * static_cast<double>(rank + 1) * eps +
            static_cast<double>(v_.size()) * std::numeric_limits<double>::epsilon();
        broken_.require(std::abs(sums.cost - cost) <= rounding * cost &&
                            std::abs(sums.reconstruction - model) <= rounding * model,
                        every ? "7. costs() of every entry are sums over all that count"
                              : "8. costs() of the visited entries are sums over these",
                        where_);
    }

    const View& view_;
    const Matrix<double>& v_;
    const Matrix<double>& weights_;
    std::string where_;
    BrokenLaws& broken_;
    Matrix<double> visited_;
};

}  // namespace detail

/// The laws that a view of `v` with `weights` breaks, or the view of V'; none for a good one. For a
/// one-sided view the latter rests on pass_back(). The weights are all 1 by default. Entries of `v`
/// have to be finite, even where the weight is 0.
template <EntryView View>
[[nodiscard]] std::vector<std::string> data_pass_laws(const View& view, const Matrix<double>& v,
                                                      const Matrix<double>& weights) {
    BrokenLaws broken;
    detail::PassCheck<View>(view, v, weights, "the view", broken).check();
    const auto flipped = nmf::detail::flipped_view(view);
    const Matrix<double> turned = v.transpose();
    const Matrix<double> turned_weights = weights.transpose();
    detail::PassCheck<std::decay_t<decltype(flipped)>>(flipped, turned, turned_weights,
                                                       "the view of V'", broken)
        .check();
    return std::move(broken).reports();
}

}  // namespace nmf::testing
