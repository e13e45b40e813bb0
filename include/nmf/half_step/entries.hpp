// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The half-steps of solvers that look at the entries of V, each in one pass over V.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <type_traits>
#include <variant>
#include <vector>

#include <nmf/core/interrupt.hpp>
#include <nmf/data/complete_columns.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/cost_sums.hpp>
#include <nmf/data/has_weights.hpp>
#include <nmf/data/reconstruction_tile.hpp>
#include <nmf/factor/gram.hpp>
#include <nmf/half_step/counted_sums.hpp>
#include <nmf/half_step/dense_columns.hpp>
#include <nmf/half_step/down_sums.hpp>
#include <nmf/half_step/gathered_column.hpp>
#include <nmf/half_step/step_sums.hpp>
#include <nmf/loss/column_mass.hpp>
#include <nmf/loss/separable.hpp>
#include <nmf/machine/parallel.hpp>
#include <nmf/solvers/kl_entry_kernels.hpp>
#include <nmf/subproblem/entry_column.hpp>
#include <nmf/subproblem/kkt.hpp>
#include <nmf/subproblem/penalty_terms.hpp>

namespace nmf::detail {

/// Forms one column of V at a time, with its entries > 0. The sums are those of the columns before
/// the update.
template <EntryView View, class ProblemOf>
class EntryFormer {
public:
    using S = typename View::Scalar;
    using Loss = typename ProblemOf::Loss;
    static_assert(SeparableLoss<Loss>);

    EntryFormer(const View& view, const ProblemOf& problem)
        : weighted_(has_weights(view)),
          visits_weights_(visits_weights(view)),
          whole_(reads_columns(view)),
          rank_(problem.rank),
          mean_(problem.mean),
          typical_entry_(std::sqrt(problem.mean / static_cast<double>(rank_))),
          costs_(problem.loss) {}

    /// See KktGauge.
    [[nodiscard]] static ColumnMass mass(const View& view, const ProblemOf& problem) {
        return column_mass(view, problem.loss, problem.mean);
    }

    [[nodiscard]] bool knows_costs() const { return !visits_weights_; }

    template <class Update>
    NMF_COLD void prepare(const View& view, int threads, const Update& update) {
        groups_.resize(static_cast<std::size_t>(threads));
        if constexpr (reads_whole) {
            for (Group& group : groups_) {
                if (whole_) group.columns.prepare(rank_, view.rows());
            }
        }
        const Index longest = look_at_columns(view);
        terms_.clear(rank_);
        linear_.setZero(padded<double>(rank_));
        ridge_.setZero(padded<double>(rank_));
        for (Group& group : groups_) {
            group.points.resize(rank_, most_columns);
            group.x.resize(rank_, 1);
            group.values.setZero(padded<double>(rank_));
            group.down.prepare(rank_);
            group.bounds.prepare(rank_);
            group.subproblem.linear = linear_.data();
            group.subproblem.ridge = ridge_.data();
            if constexpr (ProblemOf::Penalties::has_pulls) {
                group.pulls.resize(rank_, most_columns);
                group.pull.setZero(padded<double>(rank_));
                group.subproblem.pull = group.pull.data();
            }
            group.subproblem.sums.setZero(rank_);
            group.subproblem.pulls.setZero(padded<S>(rank_));
            group.entries.prepare(rank_, longest, view.rows(), visits_weights_);
            group.subproblem.typical_entry = static_cast<S>(typical_entry_);
            group.subproblem.least_model =
                std::max(std::numeric_limits<S>::min(),
                         static_cast<S>((std::same_as<S, double> ? 1e-60 : 1e-24) * mean_));
            group.entries.fill(group.subproblem);
            update(group);
        }
        if (whole_ || Gathered::crowded(longest, view.rows())) {
            turned_.resize(view.rows(), padded<S>(rank_));
        }
        down_.prepare(rank_);
        scale_.set(Vector<double>::Zero(rank_), padded<double>(rank_));
        row_sums_kernel_(Factor<S>(rank_, 1), WholeData{}, row_sums_);
    }

    template <class Step>
    void run(const View& view, const Step& step) {
        const Factor<S>& a = step.fixed.a;
        row_sums_kernel_(a, RowsOf<View>{view}, row_sums_);
        if (turned_.cols() > 0) turn_components(a, turned_);
        scale_.set(step.gauge.curvature, padded<double>(rank_));
        const bool finite = step.penalties(static_cast<double>(view.rows()), terms_);
        if (!finite) step.sums(0)[StepSums::not_finite] += 1;
        linear_.head(rank_) = terms_.linear;
        ridge_.head(rank_) = terms_.ridge;
        if (!weighted_) down_.set(row_sums_, linear_, scale_);
        const Index most = whole_ ? most_columns : 1;
        view.for_each_group(most, [&](Index first, Index cols, Index chunk, int thread) {
            Group& group = groups_[static_cast<std::size_t>(thread)];
            step.load(first, cols, group.points);
            if constexpr (Step::has_pulls) step.pulls(first, group.pulls.columns(cols));
            if constexpr (reads_whole) {
                if (whole_) look_at_whole(view, a, first, cols, group);
            }
            for (Index c = 0; c < cols; ++c) {
                std::copy_n(group.points.data() + c * group.x.stride(), group.x.stride(),
                            group.x.data());
                step.place(group.subproblem, first + c);
                form(view, a, first, c, group);
                if constexpr (Step::has_pulls) {
                    group.pull.head(rank_) = group.pulls.matrix().col(c).template cast<double>();
                }
                const StepSums::Part sums = step.sums(chunk);
                add_sums(group, step.gauge.mass.weighted[first + c], sums);
                if (step.target.costs && knows_costs()) {
                    add_costs(c, group, view.rows(), sums.costs);
                }
                step.update(group, 1, chunk, group.seen > 0 || !weighted_);
                step.store(group, first + c, 1);
            }
        });
    }

private:
    using Column = EntryColumn<S, typename ProblemOf::Region>;
    using Gathered = GatheredColumn<S>;
    using Whole = DenseColumns<S>;

    static constexpr bool reads_whole = CanReadColumns<View>;
    static constexpr Index most_columns = reads_whole ? Whole::most : 1;

    struct Group {
        Factor<S> points;  ///< Of the columns of a group.
        Factor<S> x;
        Gathered entries;
        [[no_unique_address]] std::conditional_t<reads_whole, Whole, std::monostate> columns;
        Column subproblem;
        Vector<double> values;  ///< x, in whole packets.
        Factor<S> pulls;        ///< Those of penalties, if there are any,
        Vector<double> pull;    ///< and of the column, in whole packets.
        DownSums down;          ///< Of the column, where entries have weights.
        [[no_unique_address]] RegionInDouble<typename ProblemOf::Region> bounds;
        Index seen = 0;
        typename ProblemOf::Solver::template Workspace<S> work;
    };

    /// Which columns of V are worked on as a whole. Returns the most entries > 0 in one.
    Index look_at_columns(const View& view) {
        Index longest = 0;
        crowded_.resize(static_cast<std::size_t>(view.cols()));
        const auto see = [&](Index j, Index entries) {
            longest = std::max(longest, entries);
            crowded_[static_cast<std::size_t>(j)] = Gathered::crowded(entries, view.rows());
        };
        for (Index j = 0; !whole_ && j < view.cols(); ++j) {
            check_interrupt();
            Index entries = 0;
            view.visit(j, [&](Index, S v, S) { entries += v > S(0) ? 1 : 0; });
            see(j, entries);
        }
        if constexpr (reads_whole) {
            if (whole_) groups_.front().columns.count_entries(view, see);
        }
        return longest;
    }

    /// Column c of a group: its entries > 0, their weights, and their columns of A.
    void form(const View& view, const Factor<S>& a, Index first, Index c, Group& group) const {
        auto& step = group.subproblem;
        begin_sums(view, first + c, a, row_sums_, step.sums);
        if constexpr (reads_whole) {
            if (whole_) return form_whole(a, first + c, c, group);
        }
        group.seen = group.entries.take([&](const auto& f) { view.visit(first + c, f); },
                                        [&](Index i, S m) {
                                            step.sums += static_cast<double>(m) *
                                                         a.matrix().col(i).template cast<double>();
                                        });
        if constexpr (has_missing_zeros<View>) group.seen = view.observed(first + c);
        group.entries.gather(a, turned_.data(), turned_.stride(), step);
        look_at(step, group.x.data());
    }

    void look_at_whole(const View& view, const Factor<S>& a, Index first, Index cols,
                       Group& group) const {
        group.columns.read(view, first, cols);
        group.columns.look_at(a, turned_.data(), group.points.data(), group.subproblem.least_model);
    }

    void form_whole(const Factor<S>& a, Index j, Index c, Group& group) const {
        const S* const v = group.columns.values(c);
        const Index rows = a.cols();
        if (crowded_[static_cast<std::size_t>(j)]) {
            group.columns.point(c, turned_.data(), group.subproblem);
        } else {
            group.entries.take(
                [&](const auto& f) {
                    for (Index i = 0; i < rows; ++i) f(i, v[i], S(1));
                },
                [](Index, S) {});
            group.entries.gather(a, turned_.data(), turned_.stride(), group.subproblem);
            group.entries.gather_reconstruction(group.columns.model(c));
        }
        group.subproblem.pulls = group.columns.pulls(c);
    }

    void add_costs(Index c, const Group& group, Index rows, CostSums& sums) const {
        const S* v = group.entries.values();
        const S* y = group.subproblem.reconstruction;
        Index n = group.entries.count();
        if constexpr (reads_whole) {
            if (whole_) {
                v = group.columns.values(c);
                y = group.columns.model(c);
                n = rows;
            }
        }
        costs_(v, y, nullptr, n, sums);
    }

    /// See RatioFormer::add_sums().
    void add_sums(Group& group, double mass, const StepSums::Part& sums) const {
        using P = Simd<double>;
        auto& step = group.subproblem;
        const Index k = group.x.rows();
        double* const x = group.values.data();
        for (Index a = 0; a < k; ++a) x[a] = static_cast<double>(group.x.data()[a]);
        step.pulls.tail(step.pulls.size() - k).setZero();
        if (weighted_) group.down.set(step.sums, linear_, scale_);
        const DownSums& down = weighted_ ? group.down : down_;
        const auto region = group.bounds.of(step.region, k);
        const auto masses = P::set(mass);
        const auto zero = P::set(0);
        auto along = zero;
        auto square = zero;
        const auto add = [](double* sum, const auto& terms) {
            P::store(sum, P::add(P::load(sum), terms));
        };
        for (Index a = 0; a < k; a += P::width) {
            const auto value = P::load(x + a);
            const auto n = P::load(step.pulls.data() + a);
            const auto d = P::load(down.sums.data() + a);
            const auto linear = P::load(linear_.data() + a);
            const auto pull = P::add(d, P::fma(P::load(ridge_.data() + a), value, linear));
            const auto reach = P::load(down.reach.data() + a);
            auto slope = P::sub(pull, n);
            if constexpr (ProblemOf::Penalties::has_pulls) {
                slope = P::sub(slope, P::load(group.pull.data() + a));
            }
            if (weighted_) slope = P::mul(slope, reach);
            // Where penalties pull, the way to a minimiser has no such bound.
            const auto most = ProblemOf::Penalties::has_pulls
                                  ? scale_.rows(a).least
                                  : P::min(zero, P::sub(value, P::mul(masses, reach)));
            const auto lowest = room_above<double>(region, a, 0, value, most);
            const auto gap =
                scale_.rows(a).capped(room_below<double>(region, a, 0, value), slope, lowest);
            along = P::fma(n, value, along);
            square = P::fma(d, value, square);
            add(sums.pull() + a, weighted_ ? value : P::mul(pull, value));
            add(sums.size() + a, P::mul(value, value));
            add(sums.distance() + a, P::mul(gap, gap));
        }
        sums[StepSums::along] += P::sum(along);
        sums[StepSums::square] += P::sum(square);
    }

    bool weighted_;
    bool visits_weights_;
    bool whole_;  ///< Columns of V are read as a whole.
    Index rank_;
    double mean_;
    double typical_entry_;
    EntryCosts<Loss, S> costs_;
    std::vector<bool> crowded_;  ///< Columns of V that are worked on as a whole.
    std::vector<Group> groups_;
    Factor<S> turned_;  ///< A' by components, in columns.
    RowSumsKernel<S> row_sums_kernel_;
    Vector<double> row_sums_;
    PenaltyTerms terms_;
    Vector<double> linear_;  ///< Of these, in whole packets.
    Vector<double> ridge_;
    DownSums down_;  ///< Of every column, where entries have no weights.
    KktScale<double> scale_;
};

}  // namespace nmf::detail
