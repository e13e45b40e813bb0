// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The half-steps of weighted least squares, each in one pass over V.

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <nmf/data/concept.hpp>
#include <nmf/data/reconstruction_tile.hpp>
#include <nmf/factor/register_product.hpp>
#include <nmf/half_step/target_and_sums.hpp>
#include <nmf/machine/finite.hpp>
#include <nmf/machine/simd.hpp>
#include <nmf/penalty/concept.hpp>
#include <nmf/subproblem/kkt_scale.hpp>
#include <nmf/subproblem/normal_equations.hpp>

namespace nmf::detail {

/// Passes of weighted least squares: each column has normal equations of its own,
///
///     G_j = sum_i m_ij a_i a_i',   c_j = sum_i m_ij v_ij a_i,
///
/// at 2 k (k + 1) flops for each entry. The sums are those of the columns before the
/// update.
template <DataView View, class SolverPolicy, class PenaltySet>
class ColumnEquationsPass {
    static constexpr Index piece = 128;  ///< Entries whose products are added up in S.

public:
    using S = typename View::Scalar;
    static constexpr bool least_squares = true;

    /// The relative error of the sums `along` and `square` is at most this: their terms are >= 0,
    /// and each is rounded twice and added up with those of its piece.
    static constexpr double sum_rounding =
        0.5 * static_cast<double>(std::numeric_limits<S>::epsilon()) * (piece + 2.0);

    ColumnEquationsPass(const SolverPolicy& solver, const PenaltySet& penalties)
        : solver_(solver), penalties_(penalties), scale_free_(penalties.scale_free()) {}
    ColumnEquationsPass(const ColumnEquationsPass&) = delete;
    ColumnEquationsPass& operator=(const ColumnEquationsPass&) = delete;

    void run(const View& view, const PassFactors<S>& factors, Side side,
             const PassTarget<S>& target, const KktGauge& gauge) {
        prepare(target.x.rows(), view.threads());
        sums_.prepare(target.x.rows());
        scale_.set(gauge.curvature, target.x.rows());
        view.for_each_group(1, [&](Index j, Index, Index chunk, int thread) {
            Worker& worker = workers_[static_cast<std::size_t>(thread)];
            form(view, factors.fixed, j, worker);
            target.load(j, 1, worker.x.data());
            pose(worker, side, target.step.power);
            const PassSums::Part sums = sums_.part(chunk);
            add_sums(worker, side, sums);
            if (target.next == nullptr) return;
            update(worker);
            if (!finite(worker)) sums[PassSums::not_finite] += 1;
            sums[PassSums::updated_penalty] +=
                penalties_.value(side, worker.x, worker.equations.observations);
            target.store(j, 1, worker.x.data());
        });
        sums_.total();
    }

    [[nodiscard]] const PassSums& sums() const { return sums_; }

private:
    struct Worker {
        Factor<S> x;
        NormalEquations<S> equations;
        typename SolverPolicy::template Workspace<S> work;
        Factor<S> left;        ///< a_i
        Factor<S> right;       ///< m_i a_i and m_i v_i
        Factor<S> partial;     ///< left right', k x (k + 1)
        Matrix<double> total;  ///< G and c, without penalties.
        Vector<double> gram_x;
        Vector<double> penalized;  ///< G x with penalties.
        double squares = 0;
    };

    void prepare(Index rank, int threads) {
        if (!workers_.empty()) return;
        workers_.resize(static_cast<std::size_t>(threads));
        for (Worker& worker : workers_) {
            worker.x.resize(rank, 1);
            worker.equations.gram.resize(rank, rank);
            worker.equations.cross.resize(rank, 1);
            worker.left.resize(rank, piece);
            worker.right.resize(rank + 1, piece);
            worker.partial.resize(rank, rank + 1);
            worker.total.resize(rank, rank + 1);
            worker.gram_x.resize(rank);
            worker.penalized.resize(rank);
            // The first call allocates, in every thread.
            worker.equations.gram.matrix().setIdentity();
            worker.equations.cross.padded_matrix().setZero();
            solver_.update(worker.equations, worker.x, worker.work);
        }
    }

    static void form(const View& view, const Factor<S>& a, Index j, Worker& worker) {
        const Index k = a.rows();
        worker.total.setZero();
        worker.squares = 0;
        Index count = 0;
        Index filled = 0;
        const auto flush = [&] {
            if (filled == 0) return;
            multiply_block<BlockOrder::rows>(
                columns_from(worker.left), filled,
                DenseBlock<S>{worker.right.data(), worker.right.stride()}, k + 1,
                worker.partial.data(), true);
            worker.total += worker.partial.matrix().template cast<double>();
            filled = 0;
        };
        view.visit(j, [&](Index i, S v, S m) {
            using P = Simd<S>;
            const S* const from = a.data() + i * a.stride();
            S* const left = worker.left.data() + filled * worker.left.stride();
            S* const right = worker.right.data() + filled * worker.right.stride();
            for (Index b = 0; b < a.stride(); b += P::width) {
                const auto column = P::load(from + b);
                P::store(left + b, column);
                P::store(right + b, P::mul(P::set(m), column));
            }
            right[k] = m * v;
            worker.squares +=
                static_cast<double>(m) * static_cast<double>(v) * static_cast<double>(v);
            ++count;
            if (++filled == piece) flush();
        });
        flush();
        worker.equations.observations = static_cast<double>(count);
    }

    void pose(Worker& worker, Side side, double exponent) const {
        const Index k = worker.x.rows();
        auto& equations = worker.equations;
        equations.gram.matrix() = worker.total.leftCols(k).template cast<S>();
        equations.cross.matrix() = worker.total.col(k).template cast<S>();
        equations.linear = S(0);
        equations.exponent = exponent;
        equations.sweeps_worth = 0.5 * equations.observations;
        penalties_.add_to(side, equations);
    }

    /// Penalties may spoil the equations as well.
    [[nodiscard]] bool finite(const Worker& worker) const {
        const auto& equations = worker.equations;
        return all_finite(worker.x.data(), worker.x.stride()) && std::isfinite(equations.linear) &&
               (scale_free_ || finite(equations.gram));
    }
    [[nodiscard]] static bool finite(const Factor<S>& x) {
        return all_finite(x.data(), x.stride() * x.cols());
    }

    /// What cannot be solved is left as it is.
    void update(Worker& worker) const {
        if (!scale_free_ && !finite(worker.equations.gram)) return;
        if (worker.equations.observations > 0) {
            solver_.update(worker.equations, worker.x, worker.work);
        } else {
            worker.x.padded_matrix().setZero();
        }
    }

    void add_sums(Worker& worker, Side side, const PassSums::Part& sums) const {
        const auto& equations = worker.equations;
        const auto x = worker.x.matrix().col(0);
        const Index k = x.size();
        worker.gram_x.setZero();
        worker.penalized.setZero();
        for (Index b = 0; b < k; ++b) {
            const auto value = static_cast<double>(x[b]);
            worker.gram_x += value * worker.total.col(b);
            worker.penalized += value * equations.gram.matrix().col(b).template cast<double>();
        }
        double along = 0;
        double square = 0;
        for (Index a = 0; a < k; ++a) {
            const auto value = static_cast<double>(x[a]);
            along += worker.total(a, k) * value;
            square += worker.gram_x[a] * value;
            sums.size()[a] += value * value;
            const double gradient =
                worker.penalized[a] - worker.total(a, k) + static_cast<double>(equations.linear);
            // With weights every column has a curvature of its own, and the way to an entry's
            // own minimiser is known.
            const auto curvature = static_cast<double>(equations.gram.matrix()(a, a));
            const double distance = curvature > 0 ? std::min(value, gradient / curvature)
                                                  : scale_.distance(a, value, gradient);
            sums.distance()[a] += distance * distance;
            if (equations.observations > 0) {
                sums.pull()[a] += static_cast<double>(equations.gram.matrix()(a, a));
            }
        }
        sums[PassSums::columns] += equations.observations > 0 ? 1.0 : 0.0;
        sums[PassSums::along] += along;
        sums[PassSums::square] += square;
        sums[PassSums::squares] += worker.squares;
        sums[PassSums::penalty] += penalties_.value(side, worker.x, equations.observations);
    }

    const SolverPolicy& solver_;
    const PenaltySet& penalties_;
    bool scale_free_;
    std::vector<Worker> workers_;
    KktScale<double> scale_;
    PassSums sums_;
};

}  // namespace nmf::detail
