// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The half-steps of multiplicative updates, each in one pass over V.

#include <algorithm>
#include <cmath>
#include <vector>

#include <nmf/core/scratch.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/gram.hpp>
#include <nmf/data/tile_pass.hpp>
#include <nmf/loss/multiplicative_step.hpp>
#include <nmf/loss/separable.hpp>
#include <nmf/penalty/concept.hpp>
#include <nmf/run/half_pass.hpp>

namespace nmf::detail {

/// Passes of the multiplicative family. The sums are those of the columns before the update.
template <DataView View, SeparableLoss Loss, class SolverPolicy, class PenaltySet>
class MultiplicativePass {
public:
    using S = typename View::Scalar;
    static constexpr bool least_squares = false;

    MultiplicativePass(const Loss& loss, const SolverPolicy& solver, const PenaltySet& penalties,
                       double typical, Index rank)
        : loss_(loss),
          solver_(solver),
          penalties_(penalties),
          terms_(loss_, typical),
          unit_(terms_.unit()),
          typical_entry_(std::sqrt(typical / static_cast<double>(rank))) {}
    MultiplicativePass(const MultiplicativePass&) = delete;
    MultiplicativePass& operator=(const MultiplicativePass&) = delete;

    /// `curvature` is that of the components of X, for the KKT sums.
    void run(const View& view, const PassFactors<S>& factors, Side side,
             const PassTarget<S>& target, const Vector<double>& curvature) {
        const Index k = target.x.rows();
        prepare(k, view.threads());
        if (shared_denominator()) share_denominator(factors.bottom, view.threads());
        sums_.prepare(k);
        const auto load = [&](ColumnBlock<S>& block, int thread) {
            Worker& worker = workers_[static_cast<std::size_t>(thread)];
            block.x = worker.x.data();
            block.top = worker.step.numerator.data();
            block.bottom = worker.step.denominator.data();
            for (Index c = 0; c < block.cols; ++c) {
                target.load(block.first + c, worker.x.data() + c * worker.x.stride());
            }
            worker.step.numerator.padded_matrix().setZero();
            if (!shared_denominator()) worker.step.denominator.padded_matrix().setZero();
        };
        const auto body = [&](const ColumnBlock<S>& block, Index chunk, int thread) {
            finish(block, workers_[static_cast<std::size_t>(thread)], sums_.part(chunk), side,
                   target, curvature);
        };
        view.pass(factors, terms_, scratch_, load, body);
        sums_.total();
    }

    [[nodiscard]] const PassSums& sums() const { return sums_; }

private:
    struct Worker {
        Factor<S> x;
        MultiplicativeStep<S> step;
        typename SolverPolicy::template Workspace<S> work;
    };

    [[nodiscard]] bool shared_denominator() const {
        return !View::weighted && terms_.unit_denominator();
    }

    void prepare(Index rank, int threads) {
        if (!workers_.empty()) return;
        workers_.resize(static_cast<std::size_t>(threads));
        for (Worker& worker : workers_) {
            worker.x.resize(rank, block_columns);
            worker.step.numerator.resize(rank, block_columns);
            worker.step.denominator.resize(rank, block_columns);
            worker.step.typical_entry = static_cast<S>(typical_entry_);
            // The first call allocates, in every thread.
            solver_.update(worker.step, worker.x, worker.work);
        }
    }

    void share_denominator(const Factor<S>& fixed, int threads) {
        row_sums_kernel_(fixed, threads, row_sums_);
        shared_ = row_sums_.template cast<S>();
        for (Worker& worker : workers_) {
            worker.step.denominator.matrix().colwise() = shared_;
        }
    }

    void finish(const ColumnBlock<S>& block, Worker& worker, const PassSums::Part& sums, Side side,
                const PassTarget<S>& target, const Vector<double>& curvature) const {
        auto& step = worker.step;
        step.linear = S(0);
        step.ridge = S(0);
        penalties_.add_to(side, step);
        step.linear *= static_cast<S>(unit_);
        step.ridge *= static_cast<S>(unit_);
        step.exponent = loss_.exponent(step.ridge > S(0));
        step.constant_denominator = unit_denominator(loss_);
        add_sums(block.cols, worker.x, step, sums, curvature);
        if (!target.update) return;
        solver_.update(step, worker.x, worker.work);
        for (Index c = 0; c < block.cols; ++c) {
            S* const column = worker.x.data() + c * worker.x.stride();
            if (View::weighted && unobserved(step.denominator, c)) {
                std::fill_n(column, worker.x.stride(), S(0));
            }
            target.store(block.first + c, column);
        }
    }

    [[nodiscard]] static bool unobserved(const Factor<S>& denominator, Index c) {
        return !(denominator.padded_matrix().col(c).maxCoeff() > S(0));
    }

    static void add_sums(Index cols, const Factor<S>& x, const MultiplicativeStep<S>& step,
                         const PassSums::Part& sums, const Vector<double>& curvature) {
        const Index stride = x.stride();
        for (Index c = 0; c < cols; ++c) {
            const S* const column = x.data() + c * stride;
            const S* const top = step.numerator.data() + c * stride;
            const S* const bottom = step.denominator.data() + c * stride;
            double along = 0;
            double square = 0;
            for (Index a = 0; a < x.rows(); ++a) {
                const auto value = static_cast<double>(column[a]);
                const auto n = static_cast<double>(top[a]);
                const auto d = static_cast<double>(bottom[a]);
                const double pull = d + static_cast<double>(step.linear + step.ridge * column[a]);
                along += n * value;
                square += d * value;
                sums.pull()[a] += pull * value;
                sums.size()[a] += value * value;
                sums.distance()[a] += kkt_term(value, pull - n, curvature[a]);
            }
            sums[PassSums::along] += along;
            sums[PassSums::square] += square;
        }
    }

    const Loss& loss_;
    const SolverPolicy& solver_;
    const PenaltySet& penalties_;
    EntryTerms<Loss, S> terms_;
    double unit_;
    double typical_entry_;
    std::vector<Worker> workers_;
    RowSumsKernel<S> row_sums_kernel_;
    Vector<double> row_sums_;
    Vector<S> shared_;  ///< The denominator of every column.
    Scratch<S> scratch_;
    PassSums sums_;
};

}  // namespace nmf::detail
