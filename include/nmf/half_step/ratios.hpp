// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The half-steps of multiplicative updates, each in one pass over V.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

#include <nmf/data/concept.hpp>
#include <nmf/data/cost_sums.hpp>
#include <nmf/data/reconstruction_tile.hpp>
#include <nmf/factor/gram.hpp>
#include <nmf/half_step/target_and_sums.hpp>
#include <nmf/loss/separable.hpp>
#include <nmf/machine/chunks.hpp>
#include <nmf/machine/finite.hpp>
#include <nmf/machine/scratch.hpp>
#include <nmf/machine/simd.hpp>
#include <nmf/penalty/concept.hpp>
#include <nmf/subproblem/kkt_scale.hpp>
#include <nmf/subproblem/ratios.hpp>

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
          costs_(loss_),
          unit_(terms_.unit()),
          typical_entry_(std::sqrt(typical / static_cast<double>(rank))) {
        if constexpr (requires { solver.least_entry(least_entry_); }) {
            least_entry_ = solver.least_entry(static_cast<S>(typical_entry_));
        }
    }
    MultiplicativePass(const MultiplicativePass&) = delete;
    MultiplicativePass& operator=(const MultiplicativePass&) = delete;

    void run(const View& view, const PassFactors<S>& factors, Side side,
             const PassTarget<S>& target, const KktGauge& gauge) {
        const Index k = target.x.rows();
        prepare(k, view.threads());
        if (shared_denominator()) share_denominator(factors.bottom, view.threads());
        sums_.prepare(k);
        scale_.set(gauge.curvature, target.x.stride());
        const auto load = [&](ColumnBlock<S>& block, int thread) {
            Worker& worker = workers_[static_cast<std::size_t>(thread)];
            block.x = worker.x.data();
            block.top = worker.step.numerator.data();
            block.bottom = worker.step.denominator.data();
            target.load(block.first, block.cols, worker.x.data());
            worker.step.numerator.padded_matrix().setZero();
            if (!shared_denominator()) worker.step.denominator.padded_matrix().setZero();
        };
        cost_parts_ = {};
        const auto look = [&](const S* v, const S* y, const S* weights, Index n, int thread) {
            if (!target.costs) return;
            workers_[static_cast<std::size_t>(thread)].costs.add(costs_, v, y, weights, n);
        };
        const auto body = [&](const ColumnBlock<S>& block, Index chunk, int thread) {
            Worker& worker = workers_[static_cast<std::size_t>(thread)];
            if (target.costs) {
                cost_parts_[static_cast<std::size_t>(chunk)] += worker.costs.take(costs_);
            }
            finish(block, worker, sums_.part(chunk), side, target, gauge.mass);
        };
        view.pass(factors, terms_, scratch_, load, look, body);
        sums_.total();
    }

    [[nodiscard]] const PassSums& sums() const { return sums_; }

    /// Of the pair before the update, where the target asked for them.
    [[nodiscard]] std::optional<CostSums> costs() const { return add_up(cost_parts_); }

private:
    struct Worker {
        Factor<S> x;
        MultiplicativeStep<S> step;
        std::array<S, static_cast<std::size_t>(block_columns)> mass;  ///< Of the columns.
        CostBatch<Loss, S> costs;
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
                const PassTarget<S>& target, const ColumnMass& mass) const {
        auto& step = worker.step;
        step.linear = S(0);
        step.ridge = S(0);
        penalties_.add_to(side, step);
        // The unit may be infinite where there is no penalty.
        if (step.linear > S(0)) step.linear *= static_cast<S>(unit_);
        if (step.ridge > S(0)) step.ridge *= static_cast<S>(unit_);
        step.exponent = loss_.exponent(step.ridge > S(0)) * target.step.power;
        step.constant_denominator = unit_denominator(loss_);
        const auto from = [&](const Vector<double>& of) {
            return of.size() > 0 ? of.data() + block.first : nullptr;
        };
        const double* const masses = from(mass.weighted);
        const bool capped = masses != nullptr && terms_.unit_denominator();
        if (capped) {
            std::transform(masses, masses + block.cols, worker.mass.begin(), number);
            add_sums<true>(block.cols, worker, sums);
        } else {
            add_sums<false>(block.cols, worker, sums);
        }
        if (!terms_.unit_denominator())
            add_shares(block.cols, worker, masses, from(mass.even), sums);
        bool finite =
            std::isfinite(step.linear) && std::isfinite(step.ridge) && std::isfinite(step.exponent);
        if (target.next != nullptr) {
            solver_.update(step, worker.x, worker.work);
            finite = finite && all_finite(worker.x.data(), block.cols * worker.x.stride());
        }
        if (!finite) sums[PassSums::not_finite] += 1;
        if (target.next == nullptr) return;
        if constexpr (View::weighted) {
            for (Index c = 0; c < block.cols; ++c) {
                if (unobserved(step.denominator, c)) worker.x.padded_matrix().col(c).setZero();
            }
        }
        target.store(block.first, block.cols, worker.x.data());
    }

    [[nodiscard]] static bool unobserved(const Factor<S>& denominator, Index c) {
        return !(denominator.padded_matrix().col(c).maxCoeff() > S(0));
    }

    /// Sums in S over the columns of the block, which are few, and in double over the blocks. The
    /// terms of the KKT sums are min(x, g / q)^2. With a unit denominator, where g < 0, the entry's
    /// own minimiser is at most mass / (d + l) (for every y_i >= a_i x, so that sum_i v_i a_i / y_i
    /// <= mass / x). `Capped`: no term is larger than the way there; and with weights, where d is
    /// another in every column, q is d_aj sum_j x_aj / sum_j x_aj^2.
    template <bool Capped>
    void add_sums(Index cols, const Worker& worker, const PassSums::Part& sums) const {
        using P = Simd<S>;
        const Factor<S>& x = worker.x;
        const auto& step = worker.step;
        const Index stride = x.stride();
        const S* const top = step.numerator.data();
        const S* const bottom = step.denominator.data();
        const auto linear = P::set(step.linear);
        const auto ridge = P::set(step.ridge);
        const auto floor = P::set(least_entry_);
        const auto zero = P::set(S(0));
        const bool shares = !terms_.unit_denominator();
        constexpr bool shared = Capped && !View::weighted;  // Then D is the same for all columns.
        for (Index a = 0; a < stride; a += P::width) {
            const auto scale = scale_.rows(a);
            const auto shared_down = P::add(P::load(bottom + a), linear);
            const auto shared_reach = scale.reach(shared_down);
            auto total = P::set(S(0));
            auto along = P::set(S(0));
            auto square = along;
            auto pull = along;
            auto size = along;
            auto distance = along;
            for (Index c = 0; c < cols; ++c) {
                const Index at = a + c * stride;
                const auto value = P::load(x.data() + at);
                const auto n = P::load(top + at);
                const auto down = shared ? shared_down : P::add(P::load(bottom + at), linear);
                auto slope = P::sub(P::fma(ridge, value, down), n);
                auto lowest = scale.least;
                if constexpr (Capped) {
                    const auto reach = shared ? shared_reach : scale.reach(down);
                    if constexpr (!shared) slope = P::mul(slope, reach);
                    const auto mass = P::set(worker.mass[static_cast<std::size_t>(c)]);
                    lowest = P::min(zero, P::sub(value, P::mul(mass, reach)));
                }
                const auto above = P::max(zero, P::sub(value, floor));
                const auto gap = scale.capped(above, slope, lowest);
                along = P::fma(n, value, along);
                size = P::fma(value, value, size);
                distance = P::fma(gap, gap, distance);
                if constexpr (shared) {
                    total = P::add(total, value);
                } else {
                    square = P::fma(P::load(bottom + at), value, square);
                    pull = P::add(pull, Capped ? value : P::mul(P::fma(ridge, value, down), value));
                }
            }
            if constexpr (shared) {
                square = P::mul(P::load(bottom + a), total);
                pull = P::fma(shared_down, total, P::mul(ridge, size));
            }
            const Index rows = std::min<Index>(P::width, x.rows() - a);
            add_lanes(along, rows, [&](Index) -> double& { return sums[PassSums::along]; });
            add_lanes(square, rows, [&](Index) -> double& { return sums[PassSums::square]; });
            add_lanes(pull, rows, [&](Index r) -> double& { return sums.pull()[a + r]; });
            add_lanes(size, rows, [&](Index r) -> double& { return sums.size()[a + r]; });
            if (shares) continue;
            add_lanes(distance, rows, [&](Index r) -> double& { return sums.distance()[a + r]; });
        }
    }

    /// The KKT sums where D depends on the model, and with it on the size of a column. With d = D +
    /// l + r X, the mass of a column is the larger of that of V and sum_a d_a x_a, or with
    /// penalties, under which X may well end near 0, of sum_a n_a x_a and that. The terms are
    ///
    ///     mass min(d x / mass, (d - n) / max(d, n))^2:
    ///
    /// the share of the component in the column, or the part of its pull that nothing balances.
    /// They are at most `mass`, and stay when V, a component, or for b = 0 a column is scaled. With
    /// weights a column counts by its mass without them, lest a heavy one hides the others.
    void add_shares(Index cols, const Worker& worker, const double* masses, const double* even,
                    const PassSums::Part& sums) const {
        const auto& step = worker.step;
        const Index k = worker.x.rows();
        const auto linear = static_cast<double>(step.linear);
        const auto ridge = static_cast<double>(step.ridge);
        const bool penalised = linear > 0 || ridge > 0;
        const auto in_double = [](S value) { return static_cast<double>(value); };
        for (Index c = 0; c < cols; ++c) {
            const S* const x = worker.x.data() + c * worker.x.stride();
            const S* const top = step.numerator.data() + c * worker.x.stride();
            const S* const bottom = step.denominator.data() + c * worker.x.stride();
            const auto down = [&](Index a) {
                return in_double(bottom[a]) + linear + ridge * in_double(x[a]);
            };
            double of_model = 0;
            double of_data = 0;
            for (Index a = 0; a < k; ++a) {
                of_model += down(a) * in_double(x[a]);
                of_data += in_double(top[a]) * in_double(x[a]);
            }
            if (masses != nullptr && !penalised) of_data = masses[c];
            const double mass = std::max(of_data, of_model);
            if (mass <= 0) continue;
            const double counts = even != nullptr && even[c] > 0 ? even[c] : mass;
            sums[PassSums::mass] += counts;
            for (Index a = 0; a < k; ++a) {
                const double d = down(a);
                const double n = in_double(top[a]);
                const double above = std::max(0.0, in_double(x[a]) - in_double(least_entry_));
                const double larger = std::max(d, n);
                if (larger <= 0) continue;
                const double term = std::min(d * above / mass, d / larger - n / larger);
                sums.distance()[a] += counts * term * term;
            }
        }
    }

    /// As near as S has it.
    [[nodiscard]] static S number(double value) {
        return static_cast<S>(std::min(value, static_cast<double>(std::numeric_limits<S>::max())));
    }

    template <class Packet, class To>
    static void add_lanes(const Packet& sum, Index rows, const To& to) {
        alignas(64) S lanes[static_cast<std::size_t>(Simd<S>::width)];
        Simd<S>::store(lanes, sum);
        for (Index r = 0; r < rows; ++r) to(r) += static_cast<double>(lanes[r]);
    }

    const Loss& loss_;
    const SolverPolicy& solver_;
    const PenaltySet& penalties_;
    EntryTerms<Loss, S> terms_;
    EntryCosts<Loss, S> costs_;
    double unit_;
    double typical_entry_;
    S least_entry_ = 0;  ///< The solver's floor: the KKT conditions are those of X >= floor.
    std::vector<Worker> workers_;
    RowSumsKernel<S> row_sums_kernel_;
    Vector<double> row_sums_;
    Vector<S> shared_;  ///< The denominator of every column.
    KktScale<S> scale_;
    Scratch<S> scratch_;
    PassSums sums_;
    std::array<CostSums, most_chunks> cost_parts_{};
};

}  // namespace nmf::detail
