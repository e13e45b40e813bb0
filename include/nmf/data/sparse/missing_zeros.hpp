// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A sparse V whose unstored entries are zeros that count, but for some that are missing.

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include <nmf/core/interrupt.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/cost_sums.hpp>
#include <nmf/data/reconstruction_tile.hpp>
#include <nmf/data/sparse/residual.hpp>
#include <nmf/data/sparse/view.hpp>
#include <nmf/data/summary.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/machine/chunks.hpp>
#include <nmf/machine/columns.hpp>
#include <nmf/machine/sums.hpp>

namespace nmf {
namespace detail {

/// Places of V by columns: those of column j have the rows inner[outer[j]] .. inner[outer[j + 1] -
/// 1], which ascend.
struct Places {
    std::vector<Index> outer;
    std::vector<Index> inner;

    [[nodiscard]] const Index* begin(Index j) const { return inner.data() + at(j); }
    [[nodiscard]] const Index* end(Index j) const { return inner.data() + at(j + 1); }
    [[nodiscard]] Index count(Index j) const { return at(j + 1) - at(j); }
    [[nodiscard]] bool has(Index i, Index j) const {
        return std::binary_search(begin(j), end(j), i);
    }

    /// The same places of V', which has so many columns.
    [[nodiscard]] Places turned(Index cols) const {
        Places other;
        other.outer.assign(static_cast<std::size_t>(cols) + 1, 0);
        other.inner.resize(inner.size());
        for (const Index i : inner) ++other.outer[static_cast<std::size_t>(i) + 1];
        for (std::size_t i = 1; i < other.outer.size(); ++i) other.outer[i] += other.outer[i - 1];
        std::vector<Index> next(other.outer.begin(), other.outer.end() - 1);
        for (std::size_t j = 0; j + 1 < outer.size(); ++j) {
            for (Index e = outer[j]; e < outer[j + 1]; ++e) {
                const auto i = static_cast<std::size_t>(inner[static_cast<std::size_t>(e)]);
                other.inner[static_cast<std::size_t>(next[i]++)] = static_cast<Index>(j);
            }
        }
        return other;
    }

private:
    [[nodiscard]] Index at(Index j) const { return outer[static_cast<std::size_t>(j)]; }
};

}  // namespace detail

/// An m x n V of stored entries and zeros, of which some places are missing; none of these is
/// stored. Model of DataView. What is missing costs k flops, or k^2, for each place and half-step.
template <RealScalar S, class I>
class MissingZerosView : public SparseView<S, I, Unstored::zero> {
    using Base = SparseView<S, I, Unstored::zero>;
    using SharedPlaces = std::shared_ptr<const detail::Places>;

public:
    static constexpr bool weighted = true;

    /// `by_columns` has the missing places of V, and `by_rows` the same of V'.
    MissingZerosView(Base stored, SharedPlaces by_columns, SharedPlaces by_rows)
        : Base(std::move(stored)),
          missing_(std::move(by_columns)),
          missing_across_(std::move(by_rows)) {}

    [[nodiscard]] MissingZerosView transposed() const {
        return {Base::transposed(), missing_across_, missing_};
    }

    /// One pass over the stored entries, made once.
    [[nodiscard]] Summary summary() const {
        Summary sums = Base::summary();
        detail::complete_weights(*this, sums);
        return sums;
    }

    /// See WeightedView.
    [[nodiscard]] Index differing(Index j) const { return missing_->count(j); }
    [[nodiscard]] Index observed(Index j) const { return Base::rows() - differing(j); }
    template <class F>
    void visit_differing(Index j, const F& f) const {
        for (const Index* i = missing_->begin(j); i < missing_->end(j); ++i) f(*i, S(0));
    }

    /// See HasPass. As of all zeros, where the terms have a unit denominator.
    template <class Terms, class Load, class Look, class Body>
    void pass(const detail::PassFactors<S>& factors, const Terms& terms,
              detail::Scratch<S>& scratch, const Load& load, const Look& look,
              const Body& body) const {
        if (terms.unit_denominator()) {
            return Base::pass(factors, terms, scratch, load, look, body);
        }
        Base::for_each_tile(factors.fixed, scratch, [&](auto& tile, Index chunk, int thread) {
            load(tile.block, thread);
            detail::pass_tiles<true>(
                factors, Base::rows(), terms, filler(tile.block),
                [&](const S* v, const S* y, const S* m, Index n) { look(v, y, m, n, thread); },
                tile);
            body(tile.block, chunk, thread);
        });
    }

    /// See HasCosts.
    template <class Cost>
    [[nodiscard]] CostSums costs(const Factor<S>& a, const Factor<S>& x, const Cost& cost,
                                 detail::Scratch<S>& scratch, bool every_entry) const {
        if (!every_entry) return Base::costs(a, x, cost, scratch, false);
        detail::Parts<CostSums> parts;
        Base::for_each_tile(a, scratch, [&](auto& tile, Index chunk, int) {
            tile.block.x = x.data() + tile.block.first * x.stride();
            detail::add_tile_costs<true>(a, Base::rows(), cost, filler(tile.block), tile,
                                         parts[chunk]);
        });
        return parts.total();
    }

    /// The sums of y and y^2 over what is missing.
    [[nodiscard]] CostSums missing_sums(const Factor<S>& a, const Factor<S>& x) const {
        const detail::Chunks chunks(Base::cols(), detail::column_step);
        return detail::sum_over_chunks<CostSums>(chunks.count(), [&](Index chunk) {
            CostSums sums;
            detail::PacedInterrupt pace;
            for (Index j = chunks.begin(chunk); j < chunks.end(chunk); ++j) {
                pace.step((differing(j) + 1) * a.rows());
                const S* const of_x = x.data() + j * x.stride();
                visit_differing(j, [&](Index i, S) {
                    const auto y =
                        static_cast<double>(detail::dot(a.data() + i * a.stride(), of_x, a.rows()));
                    sums.reconstruction += y;
                    sums.squared_reconstruction += y * y;
                });
            }
            return sums;
        });
    }

    /// ||V - A'X||^2 over what counts, as SparseView makes it.
    [[nodiscard]] double squared_residual(const Factor<S>& a, const Factor<S>& x,
                                          double reconstruction_norm,
                                          detail::Scratch<S>& /*scratch*/) const {
        return detail::SparseResidual<S, I>(Base::along(), a, x)
            .over_all(reconstruction_norm, [&](Index i, Index j) { return missing_->has(i, j); });
    }

private:
    /// Puts rows of V and their weights into a tile. What is missing counts as 1, of weight 0.
    [[nodiscard]] auto filler(const detail::ColumnBlock<S>& block) const {
        return [this, &block, fill = Base::filler(block)](Index i, Index depth,
                                                          detail::TilePass<S>& tile) mutable {
            constexpr Index rows = detail::TilePass<S>::rows;
            fill(i, depth, tile);
            std::fill_n(tile.m, rows * block.cols, S(1));
            for (Index c = 0; c < block.cols; ++c) {
                const auto leave_out = [&](Index row) {
                    tile.v[row + c * rows] = S(1);
                    tile.m[row + c * rows] = S(0);
                };
                const Index* const end = missing_->end(block.first + c);
                const Index* place = std::lower_bound(missing_->begin(block.first + c), end, i);
                for (; place < end && *place < i + depth; ++place) leave_out(*place - i);
                for (Index row = depth; row < rows; ++row) leave_out(row);
            }
        };
    }

    SharedPlaces missing_;
    SharedPlaces missing_across_;
};

}  // namespace nmf
