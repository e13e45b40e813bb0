// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The entries of V that are held out of a run: drawn as they are asked for, or in a list.

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include <nmf/core/interrupt.hpp>
#include <nmf/core/types.hpp>
#include <nmf/data/held_out_draw.hpp>
#include <nmf/data/sparse/entry_lists.hpp>
#include <nmf/data/sparse/missing_zeros.hpp>

namespace nmf::detail {

/// The values of a source of entries with weights, and the weights.
template <class Source>
struct ValuesOf {
    static constexpr bool weighted = false;
    Source source;
    [[nodiscard]] auto operator()(Index i, Index j) const { return source.value(i, j); }
    [[nodiscard]] auto transposed() const {
        return ValuesOf<decltype(source.transposed())>{source.transposed()};
    }
};
template <class Source>
struct WeightsOf {
    Source source;
    [[nodiscard]] auto operator()(Index i, Index j) const { return source.weight(i, j); }
    [[nodiscard]] auto transposed() const {
        return WeightsOf<decltype(source.transposed())>{source.transposed()};
    }
};

/// Every entry counts once.
template <RealScalar S>
struct UnitWeights {
    [[nodiscard]] S operator()(Index /*i*/, Index /*j*/) const { return S(1); }
    [[nodiscard]] UnitWeights transposed() const { return {}; }
};

/// The weights of those that are not held out, and 0.
template <class Counts>
struct KeptWeights {
    Counts counts;
    HeldOutDraw held;
    [[nodiscard]] auto operator()(Index i, Index j) const {
        return held(i, j) ? decltype(counts(i, j))(0) : counts(i, j);
    }
    [[nodiscard]] auto transposed() const {
        return KeptWeights<decltype(counts.transposed())>{counts.transposed(), held.transposed()};
    }
};

/// The held-out entries of a dense V, drawn anew in each pass.
template <class Values, class Counts>
class DrawnEntries {
public:
    DrawnEntries(Values values, Counts counts, HeldOutDraw held, Index rows, Index cols)
        : values_(std::move(values)),
          counts_(std::move(counts)),
          held_(std::move(held)),
          rows_(rows),
          cols_(cols) {}

    [[nodiscard]] Index cols() const { return cols_; }

    /// Calls f(i, v, weight) for those of column j, but those of weight 0.
    template <class F>
    void visit(Index j, const F& f) const {
        for (Index i = 0; i < rows_; ++i) {
            if (!held_(i, j)) continue;
            const auto weight = static_cast<double>(counts_(i, j));
            if (weight != 0) f(i, static_cast<double>(values_(i, j)), weight);
        }
    }

private:
    Values values_;
    Counts counts_;
    HeldOutDraw held_;
    Index rows_;
    Index cols_;
};

/// A list of held-out entries, by columns.
template <RealScalar S>
struct HeldOutList {
    std::shared_ptr<Places> places = std::make_shared<Places>();
    std::vector<S> values{};
    std::vector<double> weights{};

    [[nodiscard]] Index count() const { return static_cast<Index>(places->inner.size()); }
    void add(Index row, S value, double weight) {
        places->inner.push_back(row);
        values.push_back(value);
        weights.push_back(weight);
    }
};

/// The held-out entries of a sparse V. Copies share them.
template <RealScalar S>
class ListedEntries {
public:
    explicit ListedEntries(HeldOutList<S> list)
        : list_(std::make_shared<const HeldOutList<S>>(std::move(list))) {}

    [[nodiscard]] Index cols() const { return static_cast<Index>(list_->places->outer.size()) - 1; }

    /// Calls f(i, v, weight) for those of column j.
    template <class F>
    void visit(Index j, const F& f) const {
        const Places& places = *list_->places;
        const auto first = static_cast<std::size_t>(places.outer[static_cast<std::size_t>(j)]);
        const Index* const rows = places.begin(j);
        for (std::size_t e = 0; e < static_cast<std::size_t>(places.count(j)); ++e) {
            f(rows[e], static_cast<double>(list_->values[first + e]), list_->weights[first + e]);
        }
    }

private:
    std::shared_ptr<const HeldOutList<S>> list_;
};

/// The visited entries of a view by columns, those with keep(i, j).
template <class View, class I, class Keep>
void list_entries(const View& view, const Keep& keep, EntryList<typename View::Scalar, I>& list) {
    const auto most = static_cast<std::size_t>(view.stored());
    list.outer.reserve(static_cast<std::size_t>(view.cols()) + 1);
    list.inner.reserve(most);
    list.values.reserve(most);
    if constexpr (View::weighted) list.weights.reserve(most);
    list.outer.push_back(0);
    bool even = true;
    PacedInterrupt pace;
    for (Index j = 0; j < view.cols(); ++j) {
        view.visit(j, [&](Index i, auto v, auto weight) {
            if (!keep(i, j)) return;
            list.inner.push_back(static_cast<I>(i));
            list.values.push_back(v);
            if constexpr (View::weighted) list.weights.push_back(weight);
            even = even && weight == 1;
        });
        list.outer.push_back(static_cast<I>(list.inner.size()));
        pace.step(static_cast<Index>(list.outer.back() - list.outer[list.outer.size() - 2]) + 1);
    }
    if (even) list.weights = {};
}

/// Zeros of a V of so many columns, in columns: of those that column j does not store, numbered
/// from the top through all columns, the ones with the given numbers, which ascend.
class UnstoredZeros {
public:
    UnstoredZeros(std::vector<Index> numbers, Index rows)
        : numbers_(std::move(numbers)), rows_(rows) {}

    /// Calls f(i) for those of the next column, which stores these rows.
    template <class F>
    void visit(const std::vector<Index>& stored, const F& f) {
        const Index end = begin_ + rows_ - static_cast<Index>(stored.size());
        std::size_t before = 0;
        for (; next_ < numbers_.size() && numbers_[next_] < end; ++next_) {
            const Index number = numbers_[next_] - begin_;
            const auto row = [&] { return number + static_cast<Index>(before); };
            while (before < stored.size() && stored[before] <= row()) ++before;
            f(row());
        }
        begin_ = end;
    }

private:
    std::vector<Index> numbers_;
    Index rows_;
    std::size_t next_ = 0;
    Index begin_ = 0;
};

/// The held-out entries of a sparse view: those stored, and where zeros count a sample of these.
template <class View>
[[nodiscard]] HeldOutList<typename View::Scalar> list_held_out(const View& view,
                                                               const HeldOutDraw& held,
                                                               double fraction,
                                                               CounterRandom random) {
    using S = typename View::Scalar;
    HeldOutList<S> list;
    const double zeros =
        View::has_unstored_zeros()
            ? static_cast<double>(view.rows()) * static_cast<double>(view.cols()) - view.stored()
            : 0.0;
    const double wanted = std::min(view.stored(), std::round(fraction * zeros));
    const double weight = wanted > 0 ? fraction * zeros / wanted : 0.0;
    UnstoredZeros sample(draw_different(random, static_cast<Index>(wanted),
                                        static_cast<Index>(std::min(zeros, 0x1p62))),
                         view.rows());
    std::vector<Index> stored;
    std::vector<Index> sampled;
    list.places->outer.push_back(0);
    PacedInterrupt pace;
    for (Index j = 0; j < view.cols(); ++j) {
        stored.clear();
        sampled.clear();
        view.visit(j, [&](Index i, auto, auto) { stored.push_back(i); });
        sample.visit(stored, [&](Index i) { sampled.push_back(i); });
        std::size_t next = 0;
        const auto add_zeros = [&](Index end) {
            for (; next < sampled.size() && sampled[next] < end; ++next) {
                list.add(sampled[next], S(0), weight);
            }
        };
        view.visit(j, [&](Index i, auto v, auto m) {
            if (!held(i, j)) return;
            add_zeros(i);
            list.add(i, v, static_cast<double>(m));
        });
        add_zeros(view.rows());
        list.places->outer.push_back(list.count());
        pace.step(static_cast<Index>(stored.size() + sampled.size()) + 1);
    }
    return list;
}

}  // namespace nmf::detail
