// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The sums that a half-step of the multiplicative family takes from a reading of V for the other
/// factor.

#include <nmf/core/types.hpp>
#include <nmf/data/back_product.hpp>
#include <nmf/data/reconstruction_tile.hpp>
#include <nmf/factor/factor.hpp>

namespace nmf::detail {

/// R P' and R Q' (k x rows) for V ~ L'R, P and Q being made of V and L'R, as sums over blocks of
/// columns of V. L is `point`.
template <RealScalar S>
class BackRatios {
public:
    Factor<S> point;  ///< k x rows.

    /// Room for so many chunks. `bottom`: Q is wanted too.
    void prepare(Index rank, Index rows, Index chunks, bool bottom) {
        point.resize(rank, rows);
        chunks_ = chunks;
        top_.prepare(rank, rows, chunks);
        if (bottom) bottom_.prepare(rank, rows, chunks);
    }

    [[nodiscard]] Index chunks() const { return chunks_; }

    void begin() {
        top_.begin();
        bottom_.begin();
    }

    /// Columns of R, as far apart as those of L, with what is multiplied by P and Q.
    struct Columns {
        const S* r;
        const S* for_top;
        const S* for_bottom;
    };

    /// For columns of V that are at hand; see HasPassBack.
    template <class View, class Terms, class Look>
    void add(const View& view, Index chunk, Index first, Index cols, const Columns& columns,
             const Terms& terms, const Look& look, S* room) {
        top_.add_part(chunk, [&](Factor<S>& top, bool overwrite) {
            BackPass<S> back{point, columns.r, columns.for_top, columns.for_bottom,
                             &top,  nullptr,   overwrite};
            if (terms.unit_denominator())
                return view.pass_back(back, first, cols, terms, look, room);
            bottom_.add_part(chunk, [&](Factor<S>& bottom, bool) {
                back.bottom = &bottom;
                view.pass_back(back, first, cols, terms, look, room);
            });
        });
    }

    /// Columns first .. first + cols - 1 of both sums. Without Q there is nothing to put into
    /// `bottom`.
    void copy(Index first, Index cols, bool with_bottom, S* top, S* bottom) const {
        top_.copy(first, cols, top);
        if (with_bottom) bottom_.copy(first, cols, bottom);
    }

private:
    BackProduct<S> top_;
    BackProduct<S> bottom_;
    Index chunks_ = 0;
};

}  // namespace nmf::detail
