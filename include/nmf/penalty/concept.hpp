// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What a penalty has to provide.

#include <cmath>
#include <concepts>
#include <string>
#include <string_view>
#include <tuple>

#include <nmf/core/errors.hpp>
#include <nmf/core/options.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/subproblem/normal_equations.hpp>

namespace nmf {
namespace detail {

/// Throws for the weights w and h of a penalty of this name that are no finite numbers >= 0.
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

template <class P, class S>
concept HasCountedValue = requires(const P& penalty, Side side, const Factor<S>& x) {
    penalty.value(side, x, 1.0);
};

/// The value of a penalty for columns with this many observations each.
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

/// `penalty.value(side, X)`: what the penalty adds to the objective for that factor. Where that
/// depends on how many entries of V a column of X has to explain, `value(side, X, observations)`.
template <class P, class S>
concept HasValue = requires(const P& penalty, Side side, const Factor<S>& x) {
    { detail::penalty_value(penalty, side, x, 1.0) } -> std::same_as<double>;
};

/// `penalty.add_to(side, step)`: adds the penalty of that factor to the statistics of its
/// half-step, NormalEquations<S> at least.
template <class P, class HalfStep>
concept HasAddTo = requires(const P& penalty, Side side, HalfStep& step) {
    { penalty.add_to(side, step) } -> std::same_as<void>;
};

/// A term of the objective that depends on one factor at a time. Law, tested by
/// nmf/testing/penalty_laws.hpp: what add_to adds to f is value, up to a constant.
template <class P>
concept Penalty = std::copy_constructible<P> && HasAxis<P, axis::Penalty> && HasName<P> &&
    HasValue<P, float> && HasValue<P, double> && HasAddTo<P, NormalEquations<float>> &&
    HasAddTo<P, NormalEquations<double>>;

/// The penalty can be added to such half-steps.
template <class P, class HalfStep>
concept PenaltyFor = Penalty<P> && HasAddTo<P, HalfStep>;

/// The penalties of a run, added up.
template <Penalty... Ps>
struct Penalties {
    std::tuple<Ps...> terms;

    /// For columns with this many observations each.
    template <RealScalar S>
    [[nodiscard]] double value(Side side, const Factor<S>& x, double observations) const {
        return std::apply(
            [&](const Ps&... term) {
                return (0.0 + ... + detail::penalty_value(term, side, x, observations));
            },
            terms);
    }

    /// Whether the value depends on how many entries the columns have to explain.
    [[nodiscard]] static constexpr bool counts_observations() {
        return (false || ... || detail::HasCountedValue<Ps, double>);
    }

    template <class HalfStep>
    void add_to(Side side, HalfStep& step) const {
        std::apply([&](const Ps&... term) { (term.add_to(side, step), ...); }, terms);
    }

    /// Asks the penalties that have a member check() for an InputError on their parameters.
    void check() const {
        std::apply([](const Ps&... term) { detail::check_parameters(term...); }, terms);
    }

    /// Whether the objective stays when a component is scaled up in W and down in H.
    [[nodiscard]] bool scale_free() const {
        return std::apply([](const Ps&... term) { return (true && ... && none(term)); }, terms);
    }

private:
    template <class P>
    static bool none(const P& term) {
        if constexpr (requires { term.none(); }) return term.none();
        return false;
    }
};

}  // namespace nmf
