// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The half-steps of least squares, where all entries count, or some are missing or have weights.

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include <nmf/data/back_product.hpp>
#include <nmf/data/complete_columns.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/extent.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/factor/gram.hpp>
#include <nmf/half_step/half_step.hpp>
#include <nmf/half_step/least_squares_task.hpp>
#include <nmf/half_step/own_equations.hpp>
#include <nmf/machine/columns.hpp>
#include <nmf/machine/finite.hpp>
#include <nmf/subproblem/normal_equations.hpp>

namespace nmf::detail {

/// Forms normal equations block by block: a product with V, and one Gram matrix for the columns of
/// V that are complete. A column with weights or missing entries has a Gram matrix of its own.
///
/// The equations hold for every X. So one product also gives the KKT sums of an X before the
/// half-step (`measured`) and of the X that it makes (`measure_next`). The product is linear in A,
/// so the product of an extrapolated A follows from the last two.
template <DataView View, class ProblemOf>
class LeastSquaresFormer {
public:
    using S = typename View::Scalar;
    using Equations = NormalEquations<S, typename ProblemOf::Region>;

    struct Group {
        Factor<S> x;
        Equations subproblem;
        typename ProblemOf::Solver::template Workspace<S> work;
        Factor<S> scratch;
        Factor<S> plain;  ///< The products without pulls.
    };

    LeastSquaresFormer(const View& view, const ProblemOf& problem) : rank_(problem.rank) {
        const auto k = static_cast<double>(rank_);
        const auto m = static_cast<double>(row_extent(view).total);
        const auto n = static_cast<double>(column_extent(view).total);
        shared_.resize(rank_, 0);
        measured_equations_.resize(rank_, 0);
        shared_.observations = measured_equations_.observations = m;
        shared_.sweeps_worth = (view.stored() + m * k) / (n * k + n);
        complete_ = all_complete(view);
    }

    static constexpr bool exact = true;
    LeastSquaresTask<S> task;
    /// Those of the last half-step, without products.
    [[nodiscard]] const Equations& equations() const { return shared_; }

    /// No column has weights or missing entries.
    [[nodiscard]] bool complete() const { return complete_; }

    /// The Gram matrix of the columns that were made (0) or are ahead of them (1).
    void gram(std::size_t which, const Factor<S>& of, const View& view, Matrix<double>& out) {
        grams_.total(which, of, view, out);
    }

    template <class Update>
    NMF_COLD void prepare(const View& view, int threads, const Update& update) {
        products_.emplace(view.products(rank_));
        rooms_ = std::make_unique<Room[]>(static_cast<std::size_t>(threads));
        for (int thread = 0; thread < threads; ++thread) {
            Room& room = rooms_[static_cast<std::size_t>(thread)];
            const Index block = std::min(view.cols(), view.block_size);
            const auto take = [&](Group& group, Index cols) {
                if (cols == 0) return;
                group.x.resize(rank_, cols);
                group.scratch.resize(rank_, cols);
                group.subproblem.resize(rank_, cols);
                for (Index a = 0; a < rank_; ++a) group.subproblem.gram.matrix()(a, a) = 1;
                update(group);
            };
            take(room.whole, view.cols() < view.block_size ? 0 : block);
            take(room.last, view.cols() % view.block_size);
            if (complete_) continue;
            take(room.single, 1);
            room.terms.clear(rank_);
            room.own.prepare(rank_);
            room.own.begin(room.single.subproblem);
        }
    }

    template <class Step>
    void run(const View& view, const Step& step) {
        const FixedFactor<S>& fixed = step.fixed;
        if (!pose_shared(view, step) && step.target.next != nullptr) return;
        if (!complete_) plain_gram_.take(*fixed.gram);
        shared_.exponent = step.target.step.power;
        kkt_.prepare(task.measured != nullptr ? measured_equations_ : shared_);
        for (int thread = 0; thread < threads_of_run(); ++thread) {
            Room& room = rooms_[static_cast<std::size_t>(thread)];
            for (Group* group : {&room.whole, &room.last}) group->subproblem.share(shared_);
        }
        const bool moves = step.target.next != nullptr;
        if (moves) grams_.prepare(rank_, 2);
        if (task.back_to != nullptr) task.back_to->begin();
        const bool multiplies = !fixed.kept && task.back_from == nullptr;
        if (multiplies) products_->begin(fixed.a);
        const auto work = [&](Index first, Index cols, Index chunk, int thread) {
            Room& room = rooms_[static_cast<std::size_t>(thread)];
            Group& group = cols == view.block_size ? room.whole : room.last;
            step.place(group.subproblem, first);
            S* const cross = group.subproblem.cross.data();
            if (multiplies) {
                std::as_const (*products_)(first, cols, cross);
            } else if (task.back_from != nullptr) {
                task.back_from->copy(first, cols, cross);
            }
            if (!moves) {
                add_model(view, group, step.target.x.column(first), first, cols, step.sums(chunk));
            }
            if (task.measured != nullptr) {
                step.pull_up(group, first, cols);
                add_kkt(view, group, task.measured->column(first), first, cols, step.sums(chunk));
                if constexpr (Step::has_pulls) group.subproblem.cross.swap(group.plain);
            }
            if (task.kept != nullptr)
                task.go_ahead(fixed, first, cols, group.subproblem.cross.data());
            step.pull_up(group, first, cols);
            step.load(first, cols, group.x);
            if (!complete_) solve_apart(view, step, room, group, first, cols, chunk);
            if (!moves) return;
            if (complete_ || any_complete(view, first, cols)) step.update(group, cols, chunk);
            if (!complete_) take_apart(view, group, first, cols);
            step.store(group, first, cols);
            if (task.measure_next) {
                add_kkt(view, group, group.x.data(), first, cols, step.sums(chunk));
                if constexpr (Step::has_pulls) group.subproblem.cross.swap(group.plain);
                add_model(view, group, group.x.data(), first, cols, step.sums(chunk));
            }
            add_grams(view, step.target, first, cols, chunk, thread);
        };
        for_each_block_back(view, rank_, task.back_to != nullptr, work);
    }

private:
    struct Room {
        Group whole;  ///< Blocks have all the same size, but for the last one.
        Group last;
        Group single;  ///< A column with a Gram matrix of its own.
        OwnEquations<S, typename ProblemOf::Region> own;
        PenaltyTerms terms;
    };

    /// Sets up what columns share. False where a penalty is no number.
    template <class Step>
    bool pose_shared(const View& view, const Step& step) {
        const FixedFactor<S>& fixed = step.fixed;
        bool finite =
            task.measured == nullptr || pose(step, *fixed.gram, terms_, measured_equations_);
        if (fixed.ahead != nullptr) step.see(view, *fixed.ahead);
        const auto& gram = fixed.ahead != nullptr ? *fixed.ahead_gram : *fixed.gram;
        finite = pose(step, gram, terms_, shared_) && finite;
        if (!finite) step.sums(0)[StepSums::not_finite] += 1;
        return finite;
    }

    /// Sets equations up for a Gram matrix. False where a penalty, asked `Again`, is no number.
    template <bool Again = true, class Step>
    [[nodiscard]] bool pose(const Step& step, const Matrix<double>& gram, PenaltyTerms& terms,
                            Equations& equations) const {
        const bool finite = !Again || step.penalties(equations.observations, terms);
        add_terms(Again ? terms : terms_, gram, equations);
        return finite && all_finite(equations.gram.data(), equations.gram.stride() * rank_);
    }

    /// The KKT sums of complete columns.
    void add_kkt(const View& view, Group& group, const S* x, Index first, Index cols,
                 const StepSums::Part& sums) const {
        for_each_complete_run(view, first, cols, [&](Index c, Index count) {
            const Index at = c * group.x.stride();
            kkt_.add(x + at, group.subproblem.cross.data() + at, count,
                     group.subproblem.region.from(c), group.scratch.data(), sums.distance());
        });
    }

    /// Their <C, X>, and where others are not complete ||A'X||^2.
    void add_model(const View& view, Group& group, const S* x, Index first, Index cols,
                   const StepSums::Part& sums) const {
        for_each_complete_run(view, first, cols, [&](Index c, Index count) {
            const Index at = c * group.x.stride();
            const Index entries = count * group.x.stride();
            sums[StepSums::along] +=
                inner_product(group.subproblem.cross.data() + at, x + at, entries);
            if (complete_) return;
            S* const image = group.scratch.data();
            multiply_block<BlockOrder::columns>(columns_from(plain_gram_), rank_,
                                                DenseBlock<S>{x + at, group.x.stride()}, count,
                                                image, true);
            sums[StepSums::square] += inner_product(image, x + at, entries);
        });
    }

    /// Makes the columns of a block that are not complete, and their sums. The new ones are in the
    /// group's scratch. With an A ahead the sums of `measured` are those at it.
    template <class Step>
    void solve_apart(const View& view, const Step& step, Room& room, Group& group, Index first,
                     Index cols, Index chunk) const {
        if constexpr (View::weighted) {
            const FixedFactor<S>& fixed = step.fixed;
            const Factor<S>& a = fixed.ahead != nullptr ? *fixed.ahead : fixed.a;
            const Matrix<double>& gram = fixed.ahead != nullptr ? *fixed.ahead_gram : *fixed.gram;
            Group& single = room.single;
            Equations& equations = single.subproblem;
            const Index stride = single.x.stride();
            const StepSums::Part sums = step.sums(chunk);
            for (Index c = 0; c < cols; ++c) {
                const Index j = first + c;
                if (is_complete(view, j)) continue;
                step.place(equations, j);
                const Matrix<double>& own = room.own.form(view, a, gram, j);
                const Index observed = view.observed(j);
                equations.observations = static_cast<double>(observed);
                equations.sweeps_worth = 0.5 * equations.observations;
                equations.exponent = step.target.step.power;
                std::copy_n(group.subproblem.cross.data() + c * stride, stride,
                            equations.cross.data());
                if (!pose<ProblemOf::Penalties::counts_observations()>(step, own, room.terms,
                                                                       equations)) {
                    sums[StepSums::not_finite] += 1;
                    if (step.target.next != nullptr) continue;
                }
                room.own.begin(equations);
                const auto add_kkt_of = [&](const S* x) {
                    room.own.add_kkt(x, single.scratch.data(), sums.distance());
                };
                const auto add_model_of = [&](const S* x) {
                    const Factor<S>& plain = Step::has_pulls ? group.plain : group.subproblem.cross;
                    sums[StepSums::along] += inner_product(plain.data() + c * stride, x, stride);
                    sums[StepSums::square] += room.own.squared_model(x);
                };
                if (task.measured != nullptr) add_kkt_of(task.measured->column(j));
                std::copy_n(group.x.data() + c * stride, stride, single.x.data());
                if (step.target.next == nullptr) {
                    add_model_of(step.target.x.column(j));
                    continue;
                }
                step.update(single, 1, chunk, observed > 0);
                std::copy_n(single.x.data(), stride, group.scratch.data() + c * stride);
                if (!task.measure_next) continue;
                add_kkt_of(single.x.data());
                add_model_of(single.x.data());
            }
        }
    }

    /// Puts these columns into the block.
    void take_apart(const View& view, Group& group, Index first, Index cols) const {
        if constexpr (View::weighted) {
            const Index stride = group.x.stride();
            for (Index c = 0; c < cols; ++c) {
                if (is_complete(view, first + c)) continue;
                std::copy_n(group.scratch.data() + c * stride, stride, group.x.data() + c * stride);
            }
        }
    }

    /// What the next half-step needs of the columns that were made: Gram matrices, and X V'.
    void add_grams(const View& view, const StepTarget<S>& target, Index first, Index cols,
                   Index chunk, int thread) {
        const S* const made = target.next->column(first);
        const S* const ahead = target.ahead != nullptr ? target.ahead->column(first) : nullptr;
        // The candidate of the right factor is ahead of what was made.
        if (!target.projected) grams_.add(0, chunk, thread, made, cols);
        if (ahead != nullptr) grams_.add(1, chunk, thread, ahead, cols);
        if (task.back_to != nullptr) {
            task.back_to->add(view, chunk, first, cols, ahead != nullptr ? ahead : made);
        }
    }

    Index rank_;
    bool complete_ = true;
    PenaltyTerms terms_;
    Equations shared_;              ///< Of complete columns; all but the products.
    Equations measured_equations_;  ///< The same for A, where X is fitted to one ahead.
    Factor<S> plain_gram_;          ///< Without penalties, where columns differ.
    KktRows<S> kkt_;
    GramSums<S> grams_;
    std::optional<decltype(std::declval<const View&>().products(Index{}))> products_;
    std::unique_ptr<Room[]> rooms_;  ///< Workspaces may be immovable.
};

}  // namespace nmf::detail
