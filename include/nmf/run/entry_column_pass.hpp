// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The half-steps of solvers that look at the entries of V, each in one pass over V.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <vector>

#include <nmf/data/concept.hpp>
#include <nmf/data/gram.hpp>
#include <nmf/data/tile_pass.hpp>
#include <nmf/loss/entry_column.hpp>
#include <nmf/loss/separable.hpp>
#include <nmf/penalty/concept.hpp>
#include <nmf/run/half_pass.hpp>

namespace nmf::detail {

/// Passes for solvers that look at the entries of one column of V at a time. The sums are those of
/// the columns before the update.
template <DataView View, SeparableLoss Loss, class SolverPolicy, class PenaltySet>
class EntryColumnPass {
public:
    using S = typename View::Scalar;
    static constexpr bool least_squares = false;

    EntryColumnPass(const Loss&, const SolverPolicy& solver, const PenaltySet& penalties,
                    double typical, Index rank)
        : solver_(solver),
          penalties_(penalties),
          typical_(typical),
          typical_entry_(std::sqrt(typical / static_cast<double>(rank))) {}
    EntryColumnPass(const EntryColumnPass&) = delete;
    EntryColumnPass& operator=(const EntryColumnPass&) = delete;

    void run(const View& view, const PassFactors<S>& factors, Side side,
             const PassTarget<S>& target, const Vector<double>& curvature) {
        const Index k = target.x.rows();
        prepare(view, k);
        row_sums_kernel_(factors.fixed, view.threads(), row_sums_);
        sums_.prepare(k);
        view.for_each_column([&](Index j, Index chunk, int thread) {
            Worker& worker = workers_[static_cast<std::size_t>(thread)];
            target.load(j, 1, worker.x.data());
            form(view, factors.fixed, j, worker);
            worker.step.linear = S(0);
            worker.step.ridge = S(0);
            penalties_.add_to(side, worker.step);
            add_sums(worker, sums_.part(chunk), curvature);
            if (target.next == nullptr) return;
            if (worker.seen > 0 || !View::weighted) {
                solver_.update(worker.step, worker.x, worker.work);
            } else {
                worker.x.padded_matrix().setZero();
            }
            target.store(j, 1, worker.x.data());
        });
        sums_.total();
    }

    [[nodiscard]] const PassSums& sums() const { return sums_; }

private:
    struct Worker {
        Factor<S> x;
        EntryColumn<S> step;
        Index seen = 0;
        typename SolverPolicy::template Workspace<S> work;
    };

    void prepare(const View& view, Index rank) {
        if (!workers_.empty()) return;
        const Index longest = longest_column(view);
        workers_.resize(static_cast<std::size_t>(view.threads()));
        for (Worker& worker : workers_) {
            worker.x.resize(rank, 1);
            worker.step.sums.resize(rank);
            worker.step.reserve(rank, longest);
            worker.step.typical_entry = static_cast<S>(typical_entry_);
            worker.step.least_model =
                static_cast<S>((std::same_as<S, double> ? 1e-60 : 1e-10) * typical_);
            // The first call allocates, in every thread.
            worker.step.sums.setZero();
            solver_.update(worker.step, worker.x, worker.work);
        }
    }

    /// The most entries > 0 in a column.
    [[nodiscard]] static Index longest_column(const View& view) {
        Index longest = 0;
        for (Index j = 0; j < view.cols(); ++j) {
            Index entries = 0;
            view.visit(j, [&](Index, S v, S) { entries += v > S(0) ? 1 : 0; });
            longest = std::max(longest, entries);
        }
        return longest;
    }

    /// Gathers the entries > 0, their weights, and their columns of A.
    void form(const View& view, const Factor<S>& a, Index j, Worker& worker) const {
        auto& step = worker.step;
        step.clear();
        worker.seen = 0;
        if constexpr (View::weighted) {
            step.sums.setZero();
        } else {
            step.sums = row_sums_;
        }
        view.visit(j, [&](Index i, S v, S m) {
            ++worker.seen;
            if constexpr (View::weighted) {
                step.sums += static_cast<double>(m) * a.matrix().col(i).template cast<double>();
            }
            if (v > S(0)) step.append(i, v, m);
        });
        step.gather(a.matrix(), worker.x.matrix().col(0));
    }

    static void add_sums(const Worker& worker, const PassSums::Part& sums,
                         const Vector<double>& curvature) {
        const auto& step = worker.step;
        for (Index a = 0; a < worker.x.rows(); ++a) {
            const auto value = static_cast<double>(worker.x.matrix()(a, 0));
            const double n = step.numerator(a);
            const double d = step.sums[a];
            const double pull =
                d + static_cast<double>(step.linear) + static_cast<double>(step.ridge) * value;
            sums[PassSums::along] += n * value;
            sums[PassSums::square] += d * value;
            sums.pull()[a] += pull * value;
            sums.size()[a] += value * value;
            sums.distance()[a] += kkt_term(value, pull - n, curvature[a]);
        }
    }

    const SolverPolicy& solver_;
    const PenaltySet& penalties_;
    double typical_;
    double typical_entry_;
    std::vector<Worker> workers_;
    RowSumsKernel<S> row_sums_kernel_;
    Vector<double> row_sums_;
    PassSums sums_;
};

}  // namespace nmf::detail
