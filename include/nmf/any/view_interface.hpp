// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What a view of any kind of V does, by virtual calls: one a block of columns, never one an entry.

#include <memory>

#include <nmf/any/function_ref.hpp>
#include <nmf/data/cost_sums.hpp>
#include <nmf/data/reconstruction_tile.hpp>
#include <nmf/data/summary.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/machine/scratch.hpp>

namespace nmf::detail {

/// first, cols, chunk, thread
using BlockWork = FunctionRef<void(Index, Index, Index, int)>;

/// What a pass over V is given; see HasPass.
template <RealScalar S>
struct PassWork {
    bool unit_denominator;
    FunctionRef<void(const S*, S*, const S*, Index, S*, S*)> terms;
    FunctionRef<void(ColumnBlock<S>&, int)> load;
    FunctionRef<void(const S*, const S*, const S*, Index, int)> look;
    FunctionRef<void(const ColumnBlock<S>&, Index, int)> body;
};

/// Entries of a column: rows, values, weights, and how many these are.
template <RealScalar S>
using SeeEntries = FunctionRef<void(const Index*, const S*, const S*, Index)>;

template <RealScalar S>
using CostWork = FunctionRef<void(const S*, const S*, const S*, Index, CostSums&)>;

/// The products of a view; see HasBlocks.
template <RealScalar S>
class ProductsInterface {
public:
    virtual ~ProductsInterface() = default;
    virtual void begin(const Factor<S>& a) = 0;
    virtual void multiply(Index first, Index cols, S* c) const = 0;
};

/// What does not change with the run.
struct ViewFacts {
    Index rows;
    Index cols;
    Index block_size;
    double stored;
    bool weighted;
    bool any_sign;
    bool unstored_zeros;
    bool reads_columns;
};

/// The members of DataView, EntryView and WeightedView.
template <RealScalar S>
class ViewInterface {
public:
    virtual ~ViewInterface() = default;

    [[nodiscard]] virtual ViewFacts facts() const = 0;
    [[nodiscard]] virtual std::shared_ptr<const ViewInterface> transposed() const = 0;
    [[nodiscard]] virtual Summary summary() const = 0;
    virtual void check_weights() const = 0;
    virtual void product(const Factor<S>& a, Factor<S>& c) const = 0;
    [[nodiscard]] virtual std::unique_ptr<ProductsInterface<S>> products(Index rank) const = 0;
    virtual void for_each_block(BlockWork work, Index most_chunks) const = 0;
    [[nodiscard]] virtual bool read_once(Index rank) const = 0;
    virtual void multiply_back(Index first, Index cols, const S* x, Factor<S>& c,
                               bool overwrite) const = 0;
    [[nodiscard]] virtual double squared_residual(const Factor<S>& a, const Factor<S>& x,
                                                  double reconstruction_norm,
                                                  Scratch<S>& scratch) const = 0;
    virtual void visit(Index j, SeeEntries<S> see) const = 0;

    virtual void for_each_group(Index most, BlockWork work) const = 0;
    [[nodiscard]] virtual CostSums costs(const Factor<S>& a, const Factor<S>& x, CostWork<S> cost,
                                         Scratch<S>& scratch, bool every_entry) const = 0;
    virtual void pass(const PassFactors<S>& factors, const PassWork<S>& work,
                      Scratch<S>& scratch) const = 0;
    virtual void read_columns(Index first, Index cols, S* to, Index step) const = 0;

    [[nodiscard]] virtual Index differing(Index j) const = 0;
    [[nodiscard]] virtual Index observed(Index j) const = 0;
    virtual void visit_differing(Index j, SeeEntries<S> see) const = 0;
};

}  // namespace nmf::detail
