// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A V whose entries may be negative.

#include <cmath>
#include <memory>
#include <string_view>
#include <utility>

#include <nmf/core/interrupt.hpp>
#include <nmf/core/options.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/has_weights.hpp>
#include <nmf/data/summary.hpp>
#include <nmf/data/view.hpp>
#include <nmf/machine/chunks.hpp>
#include <nmf/machine/parallel.hpp>
#include <nmf/machine/sums.hpp>

namespace nmf {

/// The view of a V whose entries may have any sign. For Frobenius.
template <DataView View>
class SignedView : public View {
public:
    static constexpr bool any_sign = true;

    explicit SignedView(View view) : View(std::move(view)) {}

    [[nodiscard]] auto transposed() const {
        using Turned = decltype(std::declval<const View&>().transposed());
        return SignedView<Turned>(View::transposed());
    }

    /// Sums of the sizes of the entries. Throws InputError for the first one that is NaN or
    /// infinite, and for a weight that is no finite number >= 0.
    [[nodiscard]] Summary summary() const {
        return (*known_)([&] { return sum_up(); });
    }

private:
    struct Signed : Summary {
        Signed() { some_positive = false; }
    };

    /// The sizes of the entries, and whether one is positive.
    struct Sizes {
        const View& of;
        bool& some_positive;

        template <class F>
        void visit(Index j, const F& f) const {
            of.visit(j, [&](Index i, auto v, auto m) {
                some_positive = some_positive || v > 0;
                f(i, std::abs(v), m);
            });
        }
    };

    [[nodiscard]] Summary sum_up() const {
        if constexpr (requires(const View& view) { view.check_weights(); }) View::check_weights();
        const detail::Chunks chunks(View::cols(), 1, 1);
        detail::Parts<Signed> parts;
        detail::for_each_chunk(chunks.count(), [&](Index chunk, int) {
            Summary& sum = parts[chunk];
            detail::PacedInterrupt pace;
            for (Index j = chunks.begin(chunk); j < chunks.end(chunk); ++j) {
                pace.step(View::rows());
                detail::summarize_visited(Sizes{*this, sum.some_positive}, j, sum);
            }
        });
        Summary total = parts.total();
        if (!total.acceptable) refuse();
        detail::complete_weights(static_cast<const View&>(*this), total);
        return total;
    }

    void refuse() const {
        detail::FirstOffender first;
        for (Index j = 0; j < View::cols(); ++j) {
            View::visit(j, [&](Index i, auto v, auto) {
                if (!std::isfinite(v)) first.see(i, j, static_cast<double>(v));
            });
        }
        first.throw_if_any("V", "every entry has to be a finite number");
    }

    std::shared_ptr<detail::SharedSummary> known_ = std::make_shared<detail::SharedSummary>();
};

/// V may be negative, for Frobenius. W and H are still >= 0, unless nmf::Free says otherwise. Can
/// be given together with weights and missing entries.
struct SignedEntries {
    using Axis = axis::Entries;
    static constexpr std::string_view name = "signed";

    template <class Derived>
    [[nodiscard]] auto view(const Eigen::EigenBase<Derived>& v) const {
        auto of = make_view(v.derived());
        return SignedView<decltype(of)>(std::move(of));
    }
};

namespace detail {

/// Whether the entries of V may be negative.
template <class View>
inline constexpr bool entries_of_any_sign = requires {
    requires View::any_sign;
};

/// Whether entries of this V may be. A view of a kind that allows it may say by a member
/// may_be_negative() that this V has none.
template <class View>
[[nodiscard]] constexpr bool may_be_negative([[maybe_unused]] const View& view) {
    if constexpr (!entries_of_any_sign<View>) {
        return false;
    } else if constexpr (requires { view.may_be_negative(); }) {
        return view.may_be_negative();
    } else {
        return true;
    }
}

}  // namespace detail
}  // namespace nmf
