// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What a penalty has to provide.

#include <cmath>
#include <concepts>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include <nmf/core/errors.hpp>
#include <nmf/core/options.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/subproblem/penalty_terms.hpp>

namespace nmf {
namespace detail {

/// Throws unless the weights w and h of the penalty of this name are finite numbers >= 0.
inline void check_weights(const std::string& penalty, double w, double h) {
    const auto check = [&](const char* member, double weight) {
        check_parameter(weight >= 0 && std::isfinite(weight), penalty + member, weight,
                        "a finite number >= 0");
    };
    check(".w", w);
    check(".h", h);
}

}  // namespace detail

namespace detail {

template <class P>
inline constexpr bool couples_components = requires {
    requires P::couples_components;
};

template <class P>
inline constexpr bool wants_gram = requires {
    requires P::needs_gram;
};

template <class P, class S>
concept HasCountedValue = requires(const P& penalty, Side side, const Factor<S>& x) {
    penalty.value(side, x, 1.0);
};

/// The value of a penalty if each column has this many observations.
template <class P, class S>
requires HasCountedValue<P, S>
[[nodiscard]] auto penalty_value(const P& penalty, Side side, const Factor<S>& x,
                                 double observations)
    -> decltype(penalty.value(side, x, observations)) {
    return penalty.value(side, x, observations);
}
template <class P, class S>
[[nodiscard]] auto penalty_value(const P& penalty, Side side, const Factor<S>& x, double)
    -> decltype(penalty.value(side, x)) {
    return penalty.value(side, x);
}

}  // namespace detail

/// `penalty.value(side, X)`: the value that the penalty adds to the objective for that factor. It
/// is `value(side, X, observations)` if it depends on how many entries of V a column of X explains.
template <class P, class S>
concept HasValue = requires(const P& penalty, Side side, const Factor<S>& x) {
    { detail::penalty_value(penalty, side, x, 1.0) } -> std::same_as<double>;
};

/// `penalty.add_to(place, terms)` adds the terms of that factor. Their sum is the value up to a
/// constant. If the penalty `touches`, the sum is an upper bound with the same slope at
/// place.factor.
template <class P, class S>
concept HasAddTo = requires(const P& penalty, const PenaltyPlace<S>& place, PenaltyTerms& terms) {
    { penalty.add_to(place, terms) } -> std::same_as<void>;
};

/// Optional: `penalty.pull(place, first, to)` adds to P = `to`, P >= 0, for the columns from
/// `first` on. These are linear terms -<P, X>. For penalties that couple columns.
template <class P, class S>
concept HasPull = requires(const P& penalty, const PenaltyPlace<S>& place, FactorMap<S> to) {
    { penalty.pull(place, Index(0), to) } -> std::same_as<void>;
};

namespace detail {

/// Whether the terms of a penalty depend on the X at which they are made.
template <class P>
inline constexpr bool touches_at_factor = HasPull<P, double> || wants_gram<P> || requires {
    requires P::touches;
};

}  // namespace detail

/// A term of the objective that depends on one factor at a time. Law, tested by
/// nmf/testing/penalty_laws.hpp: its terms are as described above.
///
/// Optional members:
///
///     bool none()                       It is 0. Default false.
///     void check()                      Throws InputError for a parameter out of range.
///     static bool touches               The terms depend on place.factor, and are nowhere below
///                                       the penalty. With a pull it is taken for granted.
///     static bool needs_gram            The same, and the place has the Gram matrix of the factor.
///     static bool couples_components    The terms have a coupling. For Frobenius.
template <class P>
concept Penalty = std::copy_constructible<P> && HasAxis<P, axis::Penalty> && HasName<P> &&
    HasValue<P, float> && HasValue<P, double> && HasAddTo<P, float> && HasAddTo<P, double>;

/// The sum of the penalties of a run.
template <Penalty... Ps>
struct Penalties {
    std::tuple<Ps...> terms;

    /// The value if each column has this many observations.
    template <RealScalar S>
    [[nodiscard]] double value(Side side, const Factor<S>& x, double observations) const {
        return value_of<true, true>(side, x, observations);
    }

    /// The value of the penalties that depend on observations, or of all others.
    template <bool Counted, RealScalar S>
    [[nodiscard]] double part(Side side, const Factor<S>& x, double observations) const {
        return value_of<Counted, !Counted>(side, x, observations);
    }

    /// Whether the value depends on how many entries of V a column explains.
    [[nodiscard]] static constexpr bool counts_observations() {
        return (false || ... || detail::HasCountedValue<Ps, double>);
    }

    static constexpr bool has_pulls = (false || ... || HasPull<Ps, double>);

    /// Whether terms touch the penalty at one X only. Then the KKT residual of another X is an
    /// estimate.
    static constexpr bool touches = (false || ... || detail::touches_at_factor<Ps>);

    /// Whether a component can be scaled up in W and down in H at no cost.
    static constexpr bool scale_free = false;
    [[nodiscard]] static constexpr bool is_scale_free() { return false; }

    static constexpr bool needs_gram = (false || ... || detail::wants_gram<Ps>);

    /// Sets the terms of a half-step.
    template <RealScalar S>
    void terms_of(const PenaltyPlace<S>& place, Index rank, PenaltyTerms& out) const {
        out.clear(rank);
        std::apply([&](const Ps&... term) { (term.add_to(place, out), ...); }, terms);
    }

    /// Sets the pulls of the columns from `first` on.
    template <RealScalar S>
    void pulls_of(const PenaltyPlace<S>& place, Index first, FactorMap<S> out) const {
        out.setZero();
        const auto add = [&](const auto& term) {
            if constexpr (HasPull<std::decay_t<decltype(term)>, S>) term.pull(place, first, out);
        };
        std::apply([&](const Ps&... term) { (add(term), ...); }, terms);
    }

    /// Calls check() of the penalties that have it, which throws InputError for parameters out of
    /// range.
    void check() const {
        std::apply([](const Ps&... term) { detail::check_parameters(term...); }, terms);
    }

    /// Whether nothing is penalised.
    [[nodiscard]] bool none() const {
        return std::apply([](const Ps&... term) { return (true && ... && is_none(term)); }, terms);
    }

private:
    template <bool Counted, bool Others, RealScalar S>
    [[nodiscard]] double value_of(Side side, const Factor<S>& x, double observations) const {
        const auto value_if_asked = [&](const auto& term) {
            constexpr bool counted = detail::HasCountedValue<std::decay_t<decltype(term)>, S>;
            if constexpr (counted ? Counted : Others) {
                return detail::penalty_value(term, side, x, observations);
            } else {
                return 0.0;
            }
        };
        return std::apply([&](const Ps&... term) { return (0.0 + ... + value_if_asked(term)); },
                          terms);
    }

    template <class P>
    static bool is_none(const P& term) {
        if constexpr (requires { term.none(); }) return term.none();
        return false;
    }
};

}  // namespace nmf
