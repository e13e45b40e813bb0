// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A view of any kind of V, for runs that are compiled once for all kinds.

#include <memory>
#include <utility>

#include <nmf/any/view_interface.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/signed.hpp>
#include <nmf/machine/chunks.hpp>

namespace nmf {

/// A V of any storage, with weights or without, chosen when the program runs. Model of DataView,
/// EntryView and WeightedView. Copies share the view that it is made of, by erased_view(). The
/// kernels are those of that view, and so are the results, bit for bit; a block of columns costs a
/// few virtual calls more.
template <RealScalar S>
class AnyView {
public:
    using Scalar = S;
    static constexpr bool weighted = true;  ///< It may be; see has_weights().
    static constexpr bool any_sign = true;  ///< The same; see may_be_negative().

    explicit AnyView(std::shared_ptr<const detail::ViewInterface<S>> of)
        : block_size(of->facts().block_size), facts_(of->facts()), of_(std::move(of)) {}

    Index block_size;

    [[nodiscard]] Index rows() const { return facts_.rows; }
    [[nodiscard]] Index cols() const { return facts_.cols; }
    [[nodiscard]] double stored() const { return facts_.stored; }
    [[nodiscard]] bool has_weights() const { return facts_.weighted; }
    [[nodiscard]] bool may_be_negative() const { return facts_.any_sign; }
    [[nodiscard]] bool has_unstored_zeros() const { return facts_.unstored_zeros; }
    [[nodiscard]] bool reads_columns() const { return facts_.reads_columns; }

    [[nodiscard]] AnyView transposed() const { return AnyView(of_->transposed()); }
    [[nodiscard]] Summary summary() const {
        return may_be_negative() ? SignedView<AnyView>(*this).summary() : of_->summary();
    }
    void check_weights() const { of_->check_weights(); }
    void product(const Factor<S>& a, Factor<S>& c) const { of_->product(a, c); }

    /// See HasBlocks.
    class Products {
    public:
        explicit Products(std::unique_ptr<detail::ProductsInterface<S>> of) : of_(std::move(of)) {}
        void begin(const Factor<S>& a) { of_->begin(a); }
        void operator()(Index first, Index cols, S* c) const { of_->multiply(first, cols, c); }

    private:
        std::unique_ptr<detail::ProductsInterface<S>> of_;
    };
    [[nodiscard]] Products products(Index rank) const { return Products(of_->products(rank)); }

    template <class F>
    void for_each_block(const F& f, Index most = detail::most_chunks) const {
        of_->for_each_block(f, most);
    }

    /// See BackProduct.
    [[nodiscard]] bool read_once(Index rank) const { return of_->read_once(rank); }
    void multiply_back(Index first, Index cols, const S* x, Factor<S>& c, bool overwrite) const {
        of_->multiply_back(first, cols, x, c, overwrite);
    }

    [[nodiscard]] double squared_residual(const Factor<S>& a, const Factor<S>& x,
                                          double reconstruction_norm,
                                          detail::Scratch<S>& scratch) const {
        return of_->squared_residual(a, x, reconstruction_norm, scratch);
    }

    template <class F>
    void visit(Index j, const F& f) const {
        of_->visit(j, [&](const Index* rows, const S* v, const S* weights, Index n) {
            for (Index e = 0; e < n; ++e) f(rows[e], v[e], weights[e]);
        });
    }

    template <class F>
    void for_each_group(Index most, const F& f) const {
        of_->for_each_group(most, f);
    }

    template <class Cost>
    [[nodiscard]] CostSums costs(const Factor<S>& a, const Factor<S>& x, const Cost& cost,
                                 detail::Scratch<S>& scratch, bool every_entry) const {
        return of_->costs(a, x, cost, scratch, every_entry);
    }

    /// See HasPass.
    template <class Terms, class Load, class Look, class Body>
    void pass(const detail::PassFactors<S>& factors, const Terms& terms,
              detail::Scratch<S>& scratch, const Load& load, const Look& look,
              const Body& body) const {
        of_->pass(factors, {terms.unit_denominator(), terms, load, look, body}, scratch);
    }

    /// Where reads_columns().
    void read_columns(Index first, Index cols, S* to, Index step) const {
        of_->read_columns(first, cols, to, step);
    }

    [[nodiscard]] Index differing(Index j) const { return of_->differing(j); }
    [[nodiscard]] Index observed(Index j) const { return of_->observed(j); }
    template <class F>
    void visit_differing(Index j, const F& f) const {
        of_->visit_differing(j, [&](const Index* rows, const S*, const S* weights, Index n) {
            for (Index e = 0; e < n; ++e) f(rows[e], weights[e]);
        });
    }

private:
    detail::ViewFacts facts_;
    std::shared_ptr<const detail::ViewInterface<S>> of_;
};

}  // namespace nmf
