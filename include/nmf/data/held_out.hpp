// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Entries of V that are held out of a run, and tell how well it predicts.

#include <concepts>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include <nmf/core/options.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/dense/view.hpp>
#include <nmf/data/entries.hpp>
#include <nmf/data/held_out_draw.hpp>
#include <nmf/data/held_out_entries.hpp>
#include <nmf/data/sparse/missing_zeros.hpp>
#include <nmf/data/sparse/view.hpp>

namespace nmf {

/// Holds out a random part of the entries that count. The run does not see them: they are missing.
/// How well W H predicts them is Factorization::validation, and what ValidationError looks at.
///
/// @par Which entries
/// Entry (i, j) is held out or not by a hash of the seed, i and j, whatever else is given. Of a
/// dense V every entry is drawn that counts, of a sparse one every stored entry. Where its unstored
/// zeros count, as many are drawn as the fraction makes of them, but not more than V stores; these
/// have the weight in the score that makes up for it.
///
/// @par Score
/// The mean of the loss of the held-out entries, each times its weight. Where V >= 0 a model below
/// 1e-6 of the mean entry of the rest counts as that. Rows and columns of which nothing is left are
/// not scored.
///
/// @par Cost
/// A hash for each entry of a dense V in each pass. Of a sparse V two lists are made, without what
/// is held out. Where zeros count, a half-step takes k^2 flops more for each held-out entry, or k
/// for losses other than Frobenius. Columns with held-out entries are then solved one by one.
struct HeldOut {
    using Axis = axis::Entries;
    static constexpr std::string_view name = "held out";

    double fraction = 0.1;   ///< Of the entries, in (0, 1).
    std::uint64_t seed = 0;  ///< Of the draw; the Seed of a run is another.

    void check() const {
        detail::check_parameter(fraction > 0 && fraction < 1, "HeldOut.fraction", fraction,
                                "in (0, 1)");
    }
};

/// A view of V without the entries that are held out. `OthersCount` tells that all others count
/// once.
template <DataView Training, class Held, bool OthersCount>
class HeldOutView : public Training {
public:
    static constexpr bool holds_out = true;
    static constexpr bool others_count = OthersCount;

    /// `turned` tells that `held` has the entries of V'.
    HeldOutView(Training training, Held held, bool turned = false)
        : Training(std::move(training)), held_(std::move(held)), turned_(turned) {}

    [[nodiscard]] auto transposed() const {
        using Turned = decltype(std::declval<const Training&>().transposed());
        return HeldOutView<Turned, Held, OthersCount>(Training::transposed(), held_, !turned_);
    }

    [[nodiscard]] const Held& held_out() const { return held_; }
    [[nodiscard]] bool turned() const { return turned_; }

private:
    Held held_;
    bool turned_;
};

namespace detail {

/// Whether some entries of the view's V are held out.
template <class View>
inline constexpr bool holds_out = requires {
    requires View::holds_out;
};

/// Whether entries have weights or are missing, but for those held out.
template <class View>
[[nodiscard]] consteval bool others_differ() {
    if constexpr (holds_out<View>) {
        return !View::others_count;
    } else {
        return View::weighted;
    }
}

template <RealScalar S, class Values, class Counts>
[[nodiscard]] auto hold_out(const Values& values, const Counts& counts, const HeldOut& policy,
                            Index rows, Index cols) {
    const HeldOutDraw held(policy.fraction, policy.seed, rows, cols);
    using Kept = KeptWeights<Counts>;
    using Source = WeightedSource<Values, Kept>;
    using Training = DenseView<S, Source>;
    using Held = DrawnEntries<Values, Counts>;
    constexpr bool others_count = std::same_as<Counts, UnitWeights<S>>;
    return HeldOutView<Training, Held, others_count>(
        Training(Source{values, Kept{counts, held}}, rows, cols),
        Held(values, counts, held, rows, cols));
}

/// A view that holds out entries of another one.
template <RealScalar S, class Source>
[[nodiscard]] auto hold_out(const DenseView<S, Source>& view, const HeldOut& policy) {
    const Source& source = view.source();
    if constexpr (!Source::weighted) {
        return hold_out<S>(source, UnitWeights<S>{}, policy, view.rows(), view.cols());
    } else if constexpr (requires { source.values, source.weights; }) {
        return hold_out<S>(source.values, source.weights, policy, view.rows(), view.cols());
    } else {
        return hold_out<S>(ValuesOf<Source>{source}, WeightsOf<Source>{source}, policy, view.rows(),
                           view.cols());
    }
}

template <RealScalar S, class I, Unstored Meaning>
[[nodiscard]] auto hold_out(const SparseView<S, I, Meaning>& view, const HeldOut& policy) {
    const HeldOutDraw held(policy.fraction, policy.seed, view.rows(), view.cols());
    auto lists = std::make_shared<EntryLists<S, I>>();
    list_entries(
        view, [&](Index i, Index j) { return !held(i, j); }, lists->by_columns);
    list_entries(
        view.transposed(), [&](Index j, Index i) { return !held(i, j); }, lists->by_rows);
    HeldOutList<S> list =
        list_held_out(view, held, policy.fraction, HeldOutDraw::of_zeros(policy.seed));
    using Stored = SparseView<S, I, Meaning>;
    Stored stored(lists->by_columns.entries(view.rows(), view.cols()),
                  lists->by_rows.entries(view.cols(), view.rows()), lists);
    using Held = ListedEntries<S>;
    if constexpr (Meaning == Unstored::zero) {
        const auto across = std::make_shared<const Places>(list.places->turned(view.rows()));
        using Training = MissingZerosView<S, I>;
        Training training(std::move(stored), list.places, across);
        return HeldOutView<Training, Held, true>(std::move(training), Held(std::move(list)));
    } else {
        return HeldOutView<Stored, Held, false>(std::move(stored), Held(std::move(list)));
    }
}

/// A view of which entries can be held out.
template <class View>
inline constexpr bool can_hold_out = false;
template <RealScalar S, class Source>
inline constexpr bool can_hold_out<DenseView<S, Source>> = true;
template <RealScalar S, class I, Unstored Meaning>
inline constexpr bool can_hold_out<SparseView<S, I, Meaning>> = true;

/// Entries held out of another choice.
template <class Base>
struct HeldOutOf {
    using Axis = axis::Entries;
    static constexpr std::string_view name = HeldOut::name;

    Base base;
    HeldOut held;

    template <class V>
    [[nodiscard]] static consteval bool accept() {
        if constexpr (accept_entries<Base, V>()) {
            using View = decltype(std::declval<const Base&>().view(std::declval<const V&>()));
            constexpr bool known = can_hold_out<View>;
            static_assert(known,
                          "nmf: HeldOut goes with AllEntries, Weights, MissingNan, MissingUnstored "
                          "and SignedEntries, and with views that are an nmf::DenseView or an "
                          "nmf::SparseView");
            return known;
        }
        return false;
    }

    template <class Derived>
    [[nodiscard]] auto view(const Eigen::EigenBase<Derived>& v) const {
        held.check();
        return hold_out(base.view(v.derived()), held);
    }
};

}  // namespace detail
}  // namespace nmf
