// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The values that a subproblem allows for the entries of a factor.

#include <algorithm>
#include <limits>

#include <nmf/core/types.hpp>
#include <nmf/machine/simd.hpp>

namespace nmf {

/// X >= 0: the region of a subproblem without constraints.
struct NonNegative {
    [[nodiscard]] NonNegative from(Index /*column*/) const { return {}; }
};

/// lower <= X <= upper, entry by entry. Bounds may be infinite. An entry with equal bounds keeps
/// its value. The columns of the bounds are padded like those of X, with 0 in the padding.
template <RealScalar S>
struct Box {
    const S* lower = nullptr;
    const S* upper = nullptr;
    Index step = 0;  ///< From one column to the next; 0 where all columns have the same bounds.
    Index columns = std::numeric_limits<Index>::max();  ///< That have bounds.
    bool open = false;                                  ///< X >= 0 is all that the bounds say.

    [[nodiscard]] Box from(Index column) const {
        return {lower + column * step, upper + column * step, step, columns - column, open};
    }

    /// Entry a of column j, clipped to the box. A NaN stays a NaN.
    [[nodiscard]] S clipped(Index a, Index j, S x) const {
        const S least = lower[j * step + a];
        const S most = upper[j * step + a];
        return x < least ? least : x > most ? most : x;
    }
};

namespace detail {

template <class Region>
inline constexpr bool is_bounded = requires(const Region& region) {
    region.lower;
};

/// Clips columns of X, `stride` apart, to a box. Does nothing for NonNegative: the caller keeps X
/// >= 0 itself.
template <RealScalar S>
void clip(const NonNegative& /*region*/, S* /*x*/, Index /*stride*/, Index /*cols*/) {}
template <RealScalar S>
void clip(const Box<S>& box, S* x, Index stride, Index cols) {
    for (Index j = 0; j < std::min(cols, box.columns); ++j) {
        for (Index a = 0; a < stride; ++a) {
            x[j * stride + a] = box.clipped(a, j, x[j * stride + a]);
        }
    }
}

/// The same for whoever keeps X >= 0 anyway.
template <RealScalar S, class Region>
void clip_positive(const Region& region, S* x, Index stride, Index cols) {
    if constexpr (is_bounded<Region>) {
        if (!region.open) clip(region, x, stride, cols);
    }
}

/// The region of one column in double. Keeps its memory.
template <class Region>
struct RegionInDouble {
    static void prepare(Index /*rank*/) {}
    [[nodiscard]] NonNegative of(const NonNegative& region, Index /*rank*/) const { return region; }
};
template <class S>
struct RegionInDouble<Box<S>> {
    Vector<double> lower;
    Vector<double> upper;

    void prepare(Index rank) {
        lower.setZero(padded<double>(rank));
        upper.setConstant(padded<double>(rank), std::numeric_limits<double>::infinity());
    }

    [[nodiscard]] Box<double> of(const Box<S>& box, Index rank) {
        for (Index a = 0; a < rank && !box.open; ++a) {
            lower[a] = static_cast<double>(box.lower[a]);
            upper[a] = static_cast<double>(box.upper[a]);
        }
        return {lower.data(), upper.data(), 0, 1, box.open};
    }
};

/// How far a packet of entries can fall, x - lower, from row a of column j on.
template <RealScalar S>
[[nodiscard]] auto room_below(const NonNegative& /*region*/, Index /*a*/, Index /*j*/,
                              const typename Simd<S>::Packet& x) {
    return x;
}
template <RealScalar S>
[[nodiscard]] auto room_below(const Box<S>& box, Index a, Index j,
                              const typename Simd<S>::Packet& x) {
    return Simd<S>::sub(x, Simd<S>::load(box.lower + j * box.step + a));
}

/// The same for an X that does not fall below a floor > 0 either.
template <RealScalar S>
[[nodiscard]] auto room_below(const NonNegative& /*region*/, Index /*a*/, Index /*j*/,
                              const typename Simd<S>::Packet& x,
                              const typename Simd<S>::Packet& floor) {
    return Simd<S>::max(Simd<S>::set(S(0)), Simd<S>::sub(x, floor));
}
template <RealScalar S>
[[nodiscard]] auto room_below(const Box<S>& box, Index a, Index j,
                              const typename Simd<S>::Packet& x,
                              const typename Simd<S>::Packet& floor) {
    return Simd<S>::min(room_below<S>(NonNegative{}, a, j, x, floor), room_below<S>(box, a, j, x));
}

/// The larger of `most` <= 0 and x - upper: the negative of how far the entries can rise.
template <RealScalar S>
[[nodiscard]] auto room_above(const NonNegative& /*region*/, Index /*a*/, Index /*j*/,
                              const typename Simd<S>::Packet& /*x*/,
                              const typename Simd<S>::Packet& most) {
    return most;
}
template <RealScalar S>
[[nodiscard]] auto room_above(const Box<S>& box, Index a, Index j,
                              const typename Simd<S>::Packet& x,
                              const typename Simd<S>::Packet& most) {
    return Simd<S>::max(most, Simd<S>::sub(x, Simd<S>::load(box.upper + j * box.step + a)));
}

}  // namespace detail
}  // namespace nmf
