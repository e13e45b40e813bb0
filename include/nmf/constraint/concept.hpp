// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What a constraint has to provide.

#include <concepts>
#include <string_view>
#include <tuple>

#include <nmf/core/errors.hpp>
#include <nmf/core/options.hpp>
#include <nmf/subproblem/bounds.hpp>

namespace nmf {

/// `constraint.bound(side, bounds)` narrows the bounds of the entries of that factor. The factor is
/// Wt (k x m) or H (k x n). Throws InputError if the constraint does not fit the factor.
template <class P, class S>
concept HasBound = requires(const P& constraint, Side side, Bounds<S>& bounds) {
    { constraint.bound(side, bounds) } -> std::same_as<void>;
};

/// Restricts the entries of the factors beyond >= 0. Laws, tested by
/// nmf/testing/constraint_laws.hpp: bounds only become narrower, and are the same in every call.
///
/// Optional members:
///
///     bool any_sign(Side)         The entries of that factor may be negative. Default false.
///     static bool known_columns   The bounds belong to the columns of this V alone, so that
///                                 transform has none for H. Default false.
template <class P>
concept Constraint = std::copy_constructible<P> && HasAxis<P, axis::Constraint> && HasName<P> &&
    HasBound<P, float> && HasBound<P, double>;

namespace detail {

template <class P>
concept FreesSigns = requires(const P& constraint) {
    { constraint.any_sign(Side::w) } -> std::same_as<bool>;
};

template <class P>
inline constexpr bool has_known_columns = requires {
    requires P::known_columns;
};

/// Throws where lower > upper.
template <RealScalar S>
NMF_COLD void check_bounds(const Bounds<S>& bounds, Side side) {
    for (Index j = 0; j < bounds.columns(); ++j) {
        for (Index a = 0; a < bounds.rank(); ++a) {
            if (bounds.lower(a, j) <= bounds.upper(a, j)) continue;
            const Index row = side == Side::w ? j : a;
            const Index col = side == Side::w ? a : j;
            throw_input_error({"the constraints leave no number for ", side == Side::w ? "W" : "H",
                               "(", decimal(row), ", ", decimal(col), "): it would have to be >= ",
                               scientific(static_cast<double>(bounds.lower(a, j))),
                               " and <= ", scientific(static_cast<double>(bounds.upper(a, j)))});
        }
    }
}

}  // namespace detail

/// The constraints of a run.
template <Constraint... Ps>
struct Constraints {
    std::tuple<Ps...> terms;

    static constexpr bool none = sizeof...(Ps) == 0;
    static constexpr bool frees_signs = (false || ... || detail::FreesSigns<Ps>);

    /// Whether the entries of a factor may be negative.
    [[nodiscard]] bool any_sign(Side side) const {
        const auto frees = [&](const auto& term) {
            if constexpr (detail::FreesSigns<std::decay_t<decltype(term)>>) {
                return term.any_sign(side);
            } else {
                return false;
            }
        };
        return std::apply([&](const Ps&... term) { return (false || ... || frees(term)); }, terms);
    }

    /// The bounds of a factor with this many columns. `further`: the columns do not belong to the V
    /// of the fit.
    template <RealScalar S>
    [[nodiscard]] NMF_COLD Bounds<S> bounds(Side side, Index rank, Index columns,
                                            bool further = false) const {
        Bounds<S> all(rank, columns, any_sign(side));
        const auto narrow = [&](const auto& term) {
            constexpr bool known = detail::has_known_columns<std::decay_t<decltype(term)>>;
            if (!known || !further) term.bound(side, all);
        };
        std::apply([&](const Ps&... term) { (narrow(term), ...); }, terms);
        detail::check_bounds(all, side);
        return all;
    }

    /// Calls check() of the constraints that have it, which throws InputError for parameters out of
    /// range.
    void check() const {
        std::apply([](const Ps&... term) { detail::check_parameters(term...); }, terms);
    }
};

}  // namespace nmf
