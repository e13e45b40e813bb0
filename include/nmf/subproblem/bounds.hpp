// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The bounds of the entries of a factor.

#include <algorithm>
#include <cstddef>
#include <limits>
#include <vector>

#include <nmf/core/compiler.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/machine/sums.hpp>
#include <nmf/subproblem/region.hpp>

namespace nmf {

/// lower <= X <= upper for a factor X (k x N). The bounds are 0 and infinity until a constraint
/// narrows them. They are stored for whole components, or for all entries once an entry differs
/// from its component.
template <RealScalar S>
class Bounds {
public:
    static constexpr S infinite = std::numeric_limits<S>::infinity();

    Bounds() = default;

    /// With `any_sign` the entries may be negative.
    Bounds(Index rank, Index columns, bool any_sign)
        : columns_(columns),
          any_sign_(any_sign),
          open_(!any_sign),
          lower_(rank, 1),
          upper_(rank, 1) {
        if (any_sign) lower_.matrix().setConstant(-infinite);
        upper_.matrix().setConstant(infinite);
    }

    [[nodiscard]] Index rank() const { return lower_.rows(); }
    [[nodiscard]] Index columns() const { return columns_; }
    [[nodiscard]] bool any_sign() const { return any_sign_; }

    /// Narrows the bounds of component a to [least, most].
    void narrow(Index a, S least, S most) {
        for (Index j = 0; j < lower_.cols(); ++j) narrow_entry(a, j, least, most);
    }

    /// Narrows the bounds of entry (a, j) to [least, most].
    void narrow(Index a, Index j, S least, S most) {
        spread();
        narrow_entry(a, j, least, most);
    }

    [[nodiscard]] S lower(Index a, Index j) const { return lower_.data()[place(a, j)]; }
    [[nodiscard]] S upper(Index a, Index j) const { return upper_.data()[place(a, j)]; }

    /// The box of the columns from `first` on.
    [[nodiscard]] Box<S> box(Index first) const {
        const Index step = lower_.cols() == 1 ? 0 : lower_.stride();
        return Box<S>{lower_.data(), upper_.data(), step, columns_, open_}.from(first);
    }

    /// Whether an entry of component a has a bound other than 0. Then the component cannot be
    /// scaled.
    [[nodiscard]] bool holds(Index a) const {
        for (Index j = 0; j < lower_.cols(); ++j) {
            const bool free_below = lower(a, j) == S(0) || lower(a, j) == -infinite;
            if (!free_below || upper(a, j) != infinite) return true;
        }
        return false;
    }

    /// Whether X >= 0 is the only bound.
    [[nodiscard]] bool none() const { return open_; }

    /// Whether the bounds make component a zero.
    [[nodiscard]] bool only_zeros(Index a) const {
        for (Index j = 0; j < lower_.cols(); ++j) {
            if (lower(a, j) != S(0) || upper(a, j) != S(0)) return false;
        }
        return true;
    }

    /// Whether all entries of component a can grow without bound.
    [[nodiscard]] bool can_grow(Index a) const {
        for (Index j = 0; j < lower_.cols(); ++j) {
            if (upper(a, j) != infinite) return false;
        }
        return true;
    }

    /// Clips X to the bounds.
    NMF_COLD void clip(Factor<S>& x) const { detail::clip(box(0), x.data(), x.stride(), x.cols()); }

    /// The squared norms of the components of X over the entries that may move. A sum over the
    /// columns, which belong to `data`; see Sums.
    template <class Data>
    void free_norms(const Factor<S>& x, const Data& data, Vector<double>& out) const {
        out.setZero(x.rows());
        for (Index j = 0; j < x.cols(); ++j) {
            for (Index a = 0; a < x.rows(); ++a) {
                if (lower(a, j) == upper(a, j)) continue;
                const auto entry = static_cast<double>(x.data()[j * x.stride() + a]);
                out[a] += entry * entry;
            }
        }
        detail::reduce(data, {out.data(), static_cast<std::size_t>(out.size())});
    }

private:
    [[nodiscard]] Index place(Index a, Index j) const {
        return (lower_.cols() == 1 ? 0 : j) * lower_.stride() + a;
    }

    void narrow_entry(Index a, Index j, S least, S most) {
        S& low = lower_.data()[place(a, j)];
        S& high = upper_.data()[place(a, j)];
        low = std::max(low, least);
        high = std::min(high, most);
        open_ = open_ && low == S(0) && high == infinite;
    }

    void spread() {
        if (lower_.cols() == columns_) return;
        for (Factor<S>* bound : {&lower_, &upper_}) {
            Factor<S> all(rank(), columns_);
            for (Index j = 0; j < columns_; ++j) {
                std::copy_n(bound->data(), bound->stride(), all.data() + j * all.stride());
            }
            bound->swap(all);
        }
    }

    Index columns_ = 0;
    bool any_sign_ = false;
    bool open_ = true;
    Factor<S> lower_;
    Factor<S> upper_;
};

}  // namespace nmf
