// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The half-steps of solvers that look at the entries of V, each in one pass over V.

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <limits>
#include <optional>
#include <type_traits>
#include <variant>
#include <vector>

#include <nmf/core/interrupt.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/cost_sums.hpp>
#include <nmf/data/reconstruction_tile.hpp>
#include <nmf/factor/gram.hpp>
#include <nmf/half_step/dense_columns.hpp>
#include <nmf/half_step/gathered_column.hpp>
#include <nmf/half_step/target_and_sums.hpp>
#include <nmf/loss/separable.hpp>
#include <nmf/machine/chunks.hpp>
#include <nmf/machine/finite.hpp>
#include <nmf/penalty/concept.hpp>
#include <nmf/solvers/kl_entry_kernels.hpp>
#include <nmf/subproblem/entry_column.hpp>

namespace nmf::detail {

/// Passes for solvers that look at the entries of one column of V at a time. The sums are those of
/// the columns before the update.
template <DataView View, SeparableLoss Loss, class SolverPolicy, class PenaltySet>
class EntryColumnPass {
public:
    using S = typename View::Scalar;
    static constexpr bool least_squares = false;

    EntryColumnPass(const Loss& loss, const SolverPolicy& solver, const PenaltySet& penalties,
                    double typical, Index rank)
        : solver_(solver),
          penalties_(penalties),
          typical_(typical),
          typical_entry_(std::sqrt(typical / static_cast<double>(rank))),
          costs_(loss) {}
    EntryColumnPass(const EntryColumnPass&) = delete;
    EntryColumnPass& operator=(const EntryColumnPass&) = delete;

    /// Takes the memory of a run, and looks at the columns of V.
    void prepare(const View& view, const Factor<S>& fixed) {
        const Index rank = fixed.rows();
        workers_.resize(static_cast<std::size_t>(view.threads()));
        if constexpr (whole_columns) {
            for (Worker& worker : workers_) worker.columns.prepare(rank, view.rows());
        }
        const Index longest = look_at_columns(view);
        for (Worker& worker : workers_) {
            worker.points.resize(rank, group);
            worker.x.resize(rank, 1);
            worker.values.setZero(padded<double>(rank));
            worker.down.prepare(rank);
            worker.step.sums.setZero(rank);
            worker.step.pulls.setZero(padded<S>(rank));
            worker.entries.prepare(rank, longest, view.rows());
            worker.step.typical_entry = static_cast<S>(typical_entry_);
            worker.step.least_model =
                std::max(std::numeric_limits<S>::min(),
                         static_cast<S>((std::same_as<S, double> ? 1e-60 : 1e-24) * typical_));
            // The first call allocates, in every thread.
            worker.entries.fill(worker.step);
            solver_.update(worker.step, worker.x, worker.work);
        }
        if (whole_columns || Gathered::crowded(longest, view.rows())) {
            turned_.resize(view.rows(), padded<S>(rank));
        }
        down_.prepare(rank);
        begin(view, fixed, Vector<double>::Zero(rank));
        sums_.total();
    }

    void run(const View& view, const PassFactors<S>& factors, Side side,
             const PassTarget<S>& target, const KktGauge& gauge) {
        if (workers_.empty()) prepare(view, factors.fixed);
        begin(view, factors.fixed, gauge.curvature);
        if constexpr (!View::weighted) {
            EntryColumn<S> penalties;
            penalties_.add_to(side, penalties);
            down_.set(row_sums_, static_cast<double>(penalties.linear), scale_);
        }
        view.for_each_group(group, [&](Index first, Index cols, Index chunk, int thread) {
            Worker& worker = workers_[static_cast<std::size_t>(thread)];
            target.load(first, cols, worker.points.data());
            if constexpr (whole_columns) look_at_group(view, factors.fixed, first, cols, worker);
            for (Index c = 0; c < cols; ++c) {
                std::copy_n(worker.points.data() + c * worker.x.stride(), worker.x.stride(),
                            worker.x.data());
                form(view, factors.fixed, first, c, worker);
                worker.step.linear = S(0);
                worker.step.ridge = S(0);
                penalties_.add_to(side, worker.step);
                const PassSums::Part sums = sums_.part(chunk);
                add_sums(worker, gauge.mass.weighted[first + c], sums);
                if (target.costs && !View::weighted) {
                    add_costs(c, worker, view.rows(), cost_parts_[static_cast<std::size_t>(chunk)]);
                }
                const bool finite =
                    std::isfinite(worker.step.linear) && std::isfinite(worker.step.ridge);
                if (!finite) sums[PassSums::not_finite] += 1;
                if (target.next == nullptr) continue;
                if (worker.seen > 0 || !View::weighted) {
                    solver_.update(worker.step, worker.x, worker.work);
                } else {
                    worker.x.padded_matrix().setZero();
                }
                if (!all_finite(worker.x.data(), worker.x.stride())) {
                    sums[PassSums::not_finite] += 1;
                }
                target.store(first + c, 1, worker.x.data());
            }
        });
        sums_.total();
    }

    [[nodiscard]] const PassSums& sums() const { return sums_; }

    /// See MultiplicativePass. Nothing where entries have weights.
    [[nodiscard]] std::optional<CostSums> costs() const {
        if (View::weighted) return std::nullopt;
        return add_up(cost_parts_);
    }

private:
    using Gathered = GatheredColumn<S, View::weighted>;
    using Whole = DenseColumns<S>;

    /// The columns of V are read as they are, zeros too, several at a time.
    static constexpr bool whole_columns = requires(const View& view, S* to) {
        view.read_columns(Index(0), Index(1), to, Index(1));
    };
    static constexpr Index group = whole_columns ? Whole::most : 1;

    /// The sums of a column and the inverse of what pulls its entries down, in whole packets.
    struct Down {
        Vector<double> sums;
        Vector<double> reach;  ///< See KktScale.

        void prepare(Index rank) {
            sums.setZero(padded<double>(rank));
            reach.setZero(padded<double>(rank));
        }
        void set(const Vector<double>& of, double linear, const KktScale<double>& scale) {
            using P = Simd<double>;
            sums.head(of.size()) = of;
            for (Index a = 0; a < of.size(); a += P::width) {
                const auto down = P::add(P::load(sums.data() + a), P::set(linear));
                P::store(reach.data() + a, scale.rows(a).reach(down));
            }
        }
    };

    struct Worker {
        Factor<S> points;  ///< Of the columns of a group.
        Factor<S> x;
        Gathered entries;
        [[no_unique_address]] std::conditional_t<whole_columns, Whole, std::monostate> columns;
        EntryColumn<S> step;
        Vector<double> values;  ///< x, in whole packets.
        Down down;              ///< Of the column, where entries have weights.
        Index seen = 0;
        typename SolverPolicy::template Workspace<S> work;
    };

    void begin(const View& view, const Factor<S>& fixed, const Vector<double>& curvature) {
        row_sums_kernel_(fixed, view.threads(), row_sums_);
        turn(fixed, view.threads());
        sums_.prepare(fixed.rows());
        scale_.set(curvature, padded<double>(fixed.rows()));
        cost_parts_ = {};
    }

    /// Which columns of V are worked on as a whole. Returns the most entries > 0 in one.
    Index look_at_columns(const View& view) {
        Index longest = 0;
        crowded_.resize(static_cast<std::size_t>(view.cols()));
        const auto see = [&](Index j, Index entries) {
            longest = std::max(longest, entries);
            crowded_[static_cast<std::size_t>(j)] = Gathered::crowded(entries, view.rows());
        };
        if constexpr (whole_columns) {
            Whole& columns = workers_.front().columns;
            for (Index j = 0; j < view.cols(); j += group) {
                check_interrupt();
                columns.read(view, j, std::min(group, view.cols() - j));
                for (Index c = 0; c < group && j + c < view.cols(); ++c) {
                    see(j + c, (ConstArrayMap<S>(columns.values(c), view.rows()) > S(0)).count());
                }
            }
        } else {
            for (Index j = 0; j < view.cols(); ++j) {
                check_interrupt();
                Index entries = 0;
                view.visit(j, [&](Index, S v, S) { entries += v > S(0) ? 1 : 0; });
                see(j, entries);
            }
        }
        return longest;
    }

    /// A' by components, if there are columns of V that are worked on as a whole.
    void turn(const Factor<S>& a, int threads) {
        if (turned_.cols() == 0) return;
        const Chunks chunks(a.cols(), 1024, Simd<S>::width);
        for_each_chunk(chunks.count(), threads, [&](Index chunk, int) {
            const Index begin = chunks.begin(chunk);
            gather_components(
                a, [&](Index e) { return begin + e; }, chunks.end(chunk) - begin,
                turned_.data() + begin, turned_.stride());
        });
    }

    void look_at_group(const View& view, const Factor<S>& a, Index first, Index cols,
                       Worker& worker) const {
        worker.columns.read(view, first, cols);
        worker.columns.look_at(a, turned_.data(), worker.points.data(), worker.step.least_model);
    }

    /// Column c of a group: its entries > 0, their weights, and their columns of A.
    void form(const View& view, const Factor<S>& a, Index first, Index c, Worker& worker) const {
        auto& step = worker.step;
        if constexpr (View::weighted) {
            step.sums.setZero();
        } else {
            step.sums = row_sums_;
        }
        if constexpr (whole_columns) {
            form_whole(a, first + c, c, worker);
        } else {
            worker.seen = worker.entries.take(
                [&](const auto& f) { view.visit(first + c, f); },
                [&](Index i, S m) {
                    step.sums += static_cast<double>(m) * a.matrix().col(i).template cast<double>();
                });
            worker.entries.gather(a, turned_.data(), turned_.stride(), step);
            look_at(step, worker.x.data());
        }
    }

    void form_whole(const Factor<S>& a, Index j, Index c, Worker& worker) const {
        const S* const v = worker.columns.values(c);
        const Index rows = a.cols();
        if (crowded_[static_cast<std::size_t>(j)]) {
            worker.columns.point(c, turned_.data(), worker.step);
        } else {
            worker.entries.take(
                [&](const auto& f) {
                    for (Index i = 0; i < rows; ++i) f(i, v[i], S(1));
                },
                [](Index, S) {});
            worker.entries.gather(a, turned_.data(), turned_.stride(), worker.step);
            worker.entries.gather_reconstruction(worker.columns.model(c));
        }
        worker.step.pulls = worker.columns.pulls(c);
    }

    void add_costs(Index c, const Worker& worker, Index rows, CostSums& sums) const {
        if constexpr (whole_columns) {
            costs_(worker.columns.values(c), worker.columns.model(c), nullptr, rows, sums);
        } else {
            costs_(worker.entries.values(), worker.step.reconstruction, nullptr,
                   worker.entries.count(), sums);
        }
    }

    /// See MultiplicativePass::add_sums().
    void add_sums(Worker& worker, double mass, const PassSums::Part& sums) const {
        using P = Simd<double>;
        auto& step = worker.step;
        const Index k = worker.x.rows();
        double* const x = worker.values.data();
        for (Index a = 0; a < k; ++a) x[a] = static_cast<double>(worker.x.data()[a]);
        step.pulls.tail(step.pulls.size() - k).setZero();
        if constexpr (View::weighted) {
            worker.down.set(step.sums, static_cast<double>(step.linear), scale_);
        }
        const Down& down = View::weighted ? worker.down : down_;
        const auto linear = P::set(static_cast<double>(step.linear));
        const auto ridge = P::set(static_cast<double>(step.ridge));
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
            const auto pull = P::add(d, P::fma(ridge, value, linear));
            const auto reach = P::load(down.reach.data() + a);
            auto slope = P::sub(pull, n);
            if constexpr (View::weighted) slope = P::mul(slope, reach);
            const auto lowest = P::min(zero, P::sub(value, P::mul(masses, reach)));
            const auto gap = scale_.rows(a).capped(value, slope, lowest);
            along = P::fma(n, value, along);
            square = P::fma(d, value, square);
            add(sums.pull() + a, View::weighted ? value : P::mul(pull, value));
            add(sums.size() + a, P::mul(value, value));
            add(sums.distance() + a, P::mul(gap, gap));
        }
        sums[PassSums::along] += P::sum(along);
        sums[PassSums::square] += P::sum(square);
    }

    const SolverPolicy& solver_;
    const PenaltySet& penalties_;
    double typical_;
    double typical_entry_;
    EntryCosts<Loss, S> costs_;
    std::vector<bool> crowded_;  ///< Columns of V that are worked on as a whole.
    std::vector<Worker> workers_;
    Factor<S> turned_;  ///< A' by components, in columns.
    RowSumsKernel<S> row_sums_kernel_;
    Vector<double> row_sums_;
    Down down_;  ///< Of every column, where entries have no weights.
    KktScale<double> scale_;
    PassSums sums_;
    std::array<CostSums, most_chunks> cost_parts_{};
};

}  // namespace nmf::detail
