// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// From a view of one kind of V to an AnyView.

#include <algorithm>
#include <memory>
#include <type_traits>
#include <utility>

#include <nmf/any/view.hpp>
#include <nmf/core/compiler.hpp>
#include <nmf/data/back_product.hpp>
#include <nmf/data/has_weights.hpp>

namespace nmf::detail {

/// Collects entries, and hands them over many at a time.
template <RealScalar S>
class EntryBuffer {
public:
    explicit EntryBuffer(const SeeEntries<S>& see) : see_(see) {}

    void add(Index i, S v, S weight) {
        rows_[filled_] = i;
        values_[filled_] = v;
        weights_[filled_] = weight;
        if (++filled_ == size) flush();
    }

    void flush() {
        if (filled_ > 0) see_(rows_, values_, weights_, filled_);
        filled_ = 0;
    }

private:
    static constexpr Index size = 256;
    const SeeEntries<S>& see_;
    Index filled_ = 0;
    Index rows_[size];
    S values_[size];
    S weights_[size];
};

/// Hands over the stored entries of a column, which have no weights, where they are.
template <RealScalar S, class Entries>
void see_stored(const Entries& entries, Index j, const SeeEntries<S>& see) {
    constexpr Index size = 256;
    Index rows[size];
    S ones[size];
    const Index end = entries.end(j);
    std::fill_n(ones, std::min(size, end - entries.begin(j)), S(1));
    for (Index first = entries.begin(j); first < end; first += size) {
        const Index n = std::min(size, end - first);
        for (Index e = 0; e < n; ++e) rows[e] = entries.row(first + e);
        see(rows, entries.values + first, ones, n);
    }
}

template <RealScalar S, class Of>
class ProductsModel final : public ProductsInterface<S> {
public:
    explicit ProductsModel(Of of) : of_(std::move(of)) {}
    void begin(const Factor<S>& a) override { of_.begin(a); }
    void multiply(Index first, Index cols, S* c) const override { of_(first, cols, c); }

private:
    Of of_;
};

/// A ViewInterface of a view. `any_sign`: entries may be negative, as in a SignedView. Members that
/// the view has not are never called.
template <DataView View>
class ViewModel final : public ViewInterface<typename View::Scalar> {
public:
    using S = typename View::Scalar;

    ViewModel(View view, bool any_sign) : view_(std::move(view)), any_sign_(any_sign) {}

    [[nodiscard]] ViewFacts facts() const override {
        return {view_.rows(),       view_.cols(), view_.block_size,           view_.stored(),
                has_weights(view_), any_sign_,    view_.has_unstored_zeros(), can_be_read};
    }

    [[nodiscard]] NMF_COLD std::shared_ptr<const ViewInterface<S>> transposed() const override {
        using Turned = decltype(view_.transposed());
        return std::make_shared<const ViewModel<Turned>>(view_.transposed(), any_sign_);
    }

    [[nodiscard]] Summary summary() const override { return view_.summary(); }

    void check_weights() const override {
        if constexpr (requires(const View& view) { view.check_weights(); }) view_.check_weights();
    }

    void product(const Factor<S>& a, Factor<S>& c) const override { view_.product(a, c); }

    [[nodiscard]] std::unique_ptr<ProductsInterface<S>> products(Index rank) const override {
        using Of = decltype(view_.products(rank));
        return std::make_unique<ProductsModel<S, Of>>(view_.products(rank));
    }

    void for_each_block(BlockWork work, [[maybe_unused]] Index most) const override {
        if constexpr (CanBeReadOnce<View>) {
            view_.for_each_block(work, most);
        } else {
            view_.for_each_block(work);
        }
    }

    [[nodiscard]] bool read_once(Index rank) const override {
        return nmf::detail::read_once(view_, rank);
    }

    void multiply_back(Index first, Index cols, const S* x, Factor<S>& c,
                       bool overwrite) const override {
        if constexpr (CanBeReadOnce<View>) view_.multiply_back(first, cols, x, c, overwrite);
    }

    [[nodiscard]] double squared_residual(const Factor<S>& a, const Factor<S>& x,
                                          double reconstruction_norm,
                                          Scratch<S>& scratch) const override {
        return view_.squared_residual(a, x, reconstruction_norm, scratch);
    }

    void visit(Index j, SeeEntries<S> see) const override {
        if constexpr (requires { view_.stored_entries(); }) {
            if (view_.stored_entries().weights == nullptr) {
                return see_stored(view_.stored_entries(), j, see);
            }
        }
        EntryBuffer<S> buffer(see);
        view_.visit(j, [&](Index i, S v, S weight) { buffer.add(i, v, weight); });
        buffer.flush();
    }

    void for_each_group(Index most, BlockWork work) const override {
        if constexpr (HasGroups<View>) view_.for_each_group(most, work);
    }

    [[nodiscard]] CostSums costs(const Factor<S>& a, const Factor<S>& x, CostWork<S> cost,
                                 Scratch<S>& scratch, bool every_entry) const override {
        if constexpr (EntryView<View>) return view_.costs(a, x, cost, scratch, every_entry);
        return {};
    }

    void pass(const PassFactors<S>& factors, const PassWork<S>& work,
              Scratch<S>& scratch) const override {
        if constexpr (EntryView<View>) {
            view_.pass(factors, Terms{work}, scratch, work.load, work.look, work.body);
        }
    }

    void read_columns(Index first, Index cols, S* to, Index step) const override {
        if constexpr (can_be_read) view_.read_columns(first, cols, to, step);
    }

    [[nodiscard]] Index differing(Index j) const override {
        if constexpr (View::weighted) return view_.differing(j);
        return 0;
    }

    [[nodiscard]] Index observed(Index j) const override {
        if constexpr (View::weighted) return view_.observed(j);
        return view_.rows();
    }

    void visit_differing(Index j, SeeEntries<S> see) const override {
        if constexpr (View::weighted) {
            EntryBuffer<S> buffer(see);
            view_.visit_differing(j, [&](Index i, S weight) { buffer.add(i, S(0), weight); });
            buffer.flush();
        }
    }

private:
    static constexpr bool can_be_read = CanReadColumns<View>;

    struct Terms {
        const PassWork<S>& work;
        [[nodiscard]] bool unit_denominator() const { return work.unit_denominator; }
        void operator()(const S* v, S* y, const S* weights, Index n, S* p, S* q) const {
            work.terms(v, y, weights, n, p, q);
        }
    };

    View view_;
    bool any_sign_;
};

/// An AnyView of a view that is no part of a larger V.
template <DataView View>
[[nodiscard]] AnyView<typename View::Scalar> erased_view(View view, bool any_sign = false) {
    return AnyView<typename View::Scalar>(
        std::make_shared<const ViewModel<View>>(std::move(view), any_sign));
}

}  // namespace nmf::detail
