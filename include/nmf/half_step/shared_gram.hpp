// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A half-step of least squares by blocks of columns: the equations of a block are formed, solved
/// and looked at while they are in cache.

#include <algorithm>
#include <array>
#include <memory>

#include <nmf/data/concept.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/factor/gram.hpp>
#include <nmf/factor/register_product.hpp>
#include <nmf/machine/chunks.hpp>
#include <nmf/machine/finite.hpp>
#include <nmf/machine/scratch.hpp>
#include <nmf/subproblem/normal_equations.hpp>

namespace nmf::detail {

/// What is added up over the blocks of a half-step.
template <RealScalar S>
class BlockSums {
public:
    /// With room for two Gram matrices.
    void prepare(Index rank) {
        rank_ = rank;
        stride_ = padded<S>(rank);
        parts_.prepare(most_chunks, size());
        partials_.prepare(most_chunks, stride_ * rank);
        begun_ = {};
    }

    /// To <C, X>.
    void add_inner(Index chunk, const S* c, const S* x, Index cols) {
        using Entries = Eigen::Map<const Vector<S>>;
        const Index entries = stride_ * cols;
        *part(chunk) += Entries(c, entries)
                            .template cast<double>()
                            .dot(Entries(x, entries).template cast<double>());
    }

    /// Looks for a NaN or an infinity in a block.
    void look(Index chunk, const S* x, Index cols) {
        double* const sums = part(chunk);
        if (!all_finite(x, stride_ * cols)) sums[1] += 1;
    }

    /// Nothing of the kind was seen.
    [[nodiscard]] bool finite() {
        double seen = 0;
        for_each_part([&](const double* part) { seen += part[1]; });
        return seen == 0;
    }

    /// Where the KKT sums of a chunk are added.
    [[nodiscard]] double* distance(Index chunk) { return part(chunk) + 2; }

    /// To the first or second Gram matrix.
    void add_gram(Index chunk, int which, const S* x, Index cols) {
        detail::add_gram(FactorColumns<S>{x, rank_, stride_}, DenseBlock<S>{x, stride_}, rank_,
                         cols, partials_.of(chunk), part(chunk) + at(which));
    }

    [[nodiscard]] double inner() {
        double total = 0;
        for_each_part([&](const double* part) { total += *part; });
        return total;
    }

    void distance(Vector<double>& out) {
        out.setZero(rank_);
        for_each_part(
            [&](const double* part) { out += Eigen::Map<const Vector<double>>(part + 2, rank_); });
    }

    void gram(int which, Matrix<double>& out) {
        out.setZero(rank_, rank_);
        for_each_part([&](const double* part) {
            out +=
                Eigen::Map<const Matrix<double>>(part + at(which), stride_, rank_).topRows(rank_);
        });
    }

private:
    [[nodiscard]] Index at(int which) const { return 2 + rank_ + which * stride_ * rank_; }
    [[nodiscard]] Index size() const { return at(2); }

    /// Zeros when it is asked for first.
    [[nodiscard]] double* part(Index chunk) {
        double* const sums = parts_.of(chunk);
        bool& begun = begun_[static_cast<std::size_t>(chunk)];
        if (!begun) std::fill_n(sums, size(), 0.0);
        begun = true;
        return sums;
    }

    template <class F>
    void for_each_part(const F& f) {
        for (Index chunk = 0; chunk < most_chunks; ++chunk) {
            if (begun_[static_cast<std::size_t>(chunk)]) f(parts_.of(chunk));
        }
    }

    Index rank_ = 0;
    Index stride_ = 0;
    Scratch<double> parts_;
    Scratch<S> partials_;
    std::array<bool, most_chunks> begun_{};
};

/// A block of columns of X with its equations; columns are as far apart as those of the factors.
template <RealScalar S>
struct EquationsBlock {
    Index first;
    Index cols;
    Index chunk;
    S* cross;
    S* x;
    S* scratch;  ///< As large.
};

/// Solves half-steps block by block with memory of its own for each thread.
template <DataView View, class SolverPolicy>
class EquationsPass {
public:
    using S = typename View::Scalar;
    using Block = EquationsBlock<S>;

    explicit EquationsPass(const SolverPolicy& solver) : solver_(solver) {}
    EquationsPass(const EquationsPass&) = delete;
    EquationsPass& operator=(const EquationsPass&) = delete;

    /// For each block: begin(block) sets cross and x, the solver updates x, end(block) takes it.
    /// `equations` has all but the cross products.
    template <class Begin, class End>
    void solve(const View& view, const NormalEquations<S>& equations, const Begin& begin,
               const End& end) {
        prepare(view, equations);
        view.for_each_block([&](Index first, Index cols, Index chunk, int thread) {
            Local& local = local_of(thread, cols);
            const Block block = block_of(local, first, cols, chunk);
            begin(block);
            solver_.update(local.equations, local.x, local.work);
            end(block);
        });
    }

    /// The same without an update.
    template <class Body>
    void visit(const View& view, const NormalEquations<S>& equations, const Body& body) {
        prepare(view, equations);
        view.for_each_block([&](Index first, Index cols, Index chunk, int thread) {
            body(block_of(local_of(thread, cols), first, cols, chunk));
        });
    }

private:
    struct Local {
        Factor<S> x;
        Factor<S> scratch;
        NormalEquations<S> equations;
        typename SolverPolicy::template Workspace<S> work;
    };

    /// Blocks have all the same size, but for the last one.
    struct Worker {
        Local whole;
        Local last;
    };

    [[nodiscard]] Local& local_of(int thread, Index cols) {
        Worker& worker = workers_[static_cast<std::size_t>(thread)];
        return cols == View::block_size ? worker.whole : worker.last;
    }

    [[nodiscard]] static Block block_of(Local& local, Index first, Index cols, Index chunk) {
        return {
            first, cols, chunk, local.equations.cross.data(), local.x.data(), local.scratch.data()};
    }

    void prepare(const View& view, const NormalEquations<S>& equations) {
        const bool first = workers_ == nullptr;
        const auto threads = static_cast<std::size_t>(view.threads());
        if (first) workers_ = std::make_unique<Worker[]>(threads);
        for (std::size_t thread = 0; thread < threads; ++thread) {
            Worker& worker = workers_[thread];
            set(worker.whole, equations, view.cols() < View::block_size ? 0 : View::block_size,
                first);
            set(worker.last, equations, view.cols() % View::block_size, first);
        }
    }

    void set(Local& local, const NormalEquations<S>& equations, Index cols, bool first) const {
        if (cols == 0) return;
        NormalEquations<S>& own = local.equations;
        if (first) {
            const Index rank = equations.gram.rows();
            local.x.resize(rank, cols);
            local.scratch.resize(rank, cols);
            own.cross.resize(rank, cols);
            own.gram.resize(rank, rank);
            // The first call allocates, in every thread.
            own.gram.matrix().setIdentity();
            solver_.update(own, local.x, local.work);
        }
        own.gram.padded_matrix() = equations.gram.padded_matrix();
        own.linear = equations.linear;
        own.sweeps_worth = equations.sweeps_worth;
        own.exponent = equations.exponent;
        own.observations = equations.observations;
    }

    const SolverPolicy& solver_;
    std::unique_ptr<Worker[]> workers_;  ///< Workspaces may be immovable.
};

}  // namespace nmf::detail
