// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The factor that a half-step updates: where it starts, and what is kept of it.

#include <algorithm>
#include <limits>

#include <nmf/acceleration/positive_extrapolation.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/machine/columns.hpp>

namespace nmf::detail {

/// Each column of X is replaced by x + a max(0, x - previous), a being the momentum of the step,
/// and then updated. What is null is left out.
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

    /// Columns first .. first + cols - 1 of the point, as far apart as those of x.
    void load(Index first, Index cols, S* to) const {
        const Index begin = first * x.stride();
        const Index size = cols * x.stride();
        const S* const now = x.data() + begin;
        const auto zero = P::set(S(0));
        if (ahead != nullptr) {
            for_packets<S>(size,
                           [&](Index at) { P::store(to + at, P::max(P::load(now + at), zero)); });
        } else if (step.momentum == 0) {
            std::copy_n(now, size, to);
        } else {
            const S* const before = previous.data() + begin;
            const auto momentum = P::set(static_cast<S>(step.momentum));
            for_packets<S>(size, [&](Index at) {
                const auto here = P::load(now + at);
                const auto risen = P::max(P::sub(here, P::load(before + at)), zero);
                P::store(to + at, P::fma(momentum, risen, here));
            });
        }
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
        const auto least = P::set(projected ? S(0) : -std::numeric_limits<S>::infinity());
        for_packets<S>(size, [&](Index at) {
            const auto now = P::load(made + at);
            const auto before = P::load(from->data() + begin + at);
            P::store(next->data() + begin + at, now);
            P::store(ahead->data() + begin + at,
                     P::max(P::fma(by, P::sub(now, before), now), least));
        });
    }

private:
    using P = Simd<S>;
};

}  // namespace nmf::detail
