// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The factor that a half-step updates: where it starts, and what is kept of it.

#include <algorithm>
#include <limits>

#include <nmf/acceleration/positive_extrapolation.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/machine/columns.hpp>
#include <nmf/subproblem/bounds.hpp>

namespace nmf::detail {

/// Each column of X is replaced by x + a max(0, x - previous), with the momentum a of the step, and
/// then updated. Null members are left out.
template <RealScalar S>
struct StepTarget {
    const Factor<S>& x;
    const Factor<S>& previous;
    PositiveStep step{};
    Factor<S>* next = nullptr;   ///< The new columns; may be `previous`. Without it nothing moves.
    Factor<S>* point = nullptr;  ///< The columns that were updated.
    bool costs = false;          ///< The costs of the entries at the point are added up as well.

    /// Least squares: next + beta (next - from), at least 0 if `projected`.
    Factor<S>* ahead = nullptr;
    const Factor<S>* from = nullptr;
    double beta = 0;
    bool projected = false;

    const Bounds<S>* bounds = nullptr;  ///< Of X, if it is not X >= 0.

    /// Columns first .. first + cols - 1 of the point, as far apart as those of x.
    void load(Index first, Index cols, S* to) const {
        const Index begin = first * x.stride();
        const Index size = cols * x.stride();
        const S* const now = x.data() + begin;
        const auto lowest = P::set(bounds == nullptr ? S(0) : -std::numeric_limits<S>::infinity());
        if (ahead != nullptr) {
            for_packets<S>(size,
                           [&](Index at) { P::store(to + at, P::max(P::load(now + at), lowest)); });
        } else if (step.momentum == 0) {
            std::copy_n(now, size, to);
        } else {
            const S* const before = previous.data() + begin;
            const auto momentum = P::set(static_cast<S>(step.momentum));
            for_packets<S>(size, [&](Index at) {
                const auto here = P::load(now + at);
                const auto risen = P::max(P::sub(here, P::load(before + at)), P::set(S(0)));
                P::store(to + at, P::fma(momentum, risen, here));
            });
        }
        clip(first, cols, to);
        if (point != nullptr) std::copy_n(to, size, point->data() + begin);
    }

    /// Takes columns that were made.
    void store(Index first, Index cols, const S* made) const {
        const Index begin = first * x.stride();
        const Index size = cols * x.stride();
        if (ahead == nullptr) {
            std::copy_n(made, size, next->data() + begin);
            return;
        }
        const auto by = P::set(static_cast<S>(beta));
        const bool at_least_zero = projected && bounds == nullptr;
        const auto least = P::set(at_least_zero ? S(0) : -std::numeric_limits<S>::infinity());
        for_packets<S>(size, [&](Index at) {
            const auto now = P::load(made + at);
            const auto before = P::load(from->data() + begin + at);
            P::store(next->data() + begin + at, now);
            P::store(ahead->data() + begin + at,
                     P::max(P::fma(by, P::sub(now, before), now), least));
        });
        if (projected) clip(first, cols, ahead->data() + begin);
    }

private:
    using P = Simd<S>;

    void clip(Index first, Index cols, S* columns) const {
        if (bounds == nullptr) return;
        nmf::detail::clip(bounds->box(first), columns, x.stride(), cols);
    }
};

}  // namespace nmf::detail
