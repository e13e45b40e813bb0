// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The factor that a half-step updates: where it starts, and what is kept of it.

#include <algorithm>

#include <nmf/acceleration/positive_extrapolation.hpp>
#include <nmf/factor/factor.hpp>

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
        ArrayMap<S> out(to, cols * x.stride());
        const ConstArrayMap<S> now = columns(x, first, cols);
        if (ahead != nullptr) {
            out = now.max(S(0));
        } else if (step.momentum == 0) {
            out = now;
        } else {
            out = now +
                  static_cast<S>(step.momentum) * (now - columns(previous, first, cols)).max(S(0));
        }
        if (point != nullptr) columns(*point, first, cols) = out;
    }

    /// Takes columns that were made.
    void store(Index first, Index cols, const S* made) const {
        const ConstArrayMap<S> values(made, cols * x.stride());
        columns(*next, first, cols) = values;
        if (ahead == nullptr) return;
        const auto by = static_cast<S>(beta);
        ArrayMap<S> moved = columns(*ahead, first, cols);
        if (projected) {
            moved = (values + by * (values - columns(*from, first, cols))).max(S(0));
        } else {
            moved = values + by * (values - columns(*from, first, cols));
        }
    }

private:
    [[nodiscard]] static ArrayMap<S> columns(Factor<S>& of, Index first, Index cols) {
        return ArrayMap<S>(of.data() + first * of.stride(), cols * of.stride());
    }
    [[nodiscard]] static ConstArrayMap<S> columns(const Factor<S>& of, Index first, Index cols) {
        return ConstArrayMap<S>(of.data() + first * of.stride(), cols * of.stride());
    }
};

}  // namespace nmf::detail
