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
#include <nmf/core/factor.hpp>
#include <nmf/core/policy.hpp>
#include <nmf/loss/normal_equations.hpp>

namespace nmf {
namespace detail {

/// Throws for the weights, on W and on H, of a penalty of this name that are no finite numbers
/// >= 0.
inline void check_weights(std::string_view penalty, double w, double h) {
    const auto check = [&](const char* factor, double weight) {
        if (weight >= 0 && std::isfinite(weight)) return;
        throw InputError("the " + std::string(penalty) + " penalty on " + factor + " is " +
                         scientific(weight) + "; it has to be a finite number >= 0");
    };
    check("W", w);
    check("H", h);
}

}  // namespace detail

/// `penalty.value(side, X)`: what the penalty adds to the objective for that factor.
template <class P, class S>
concept HasValue = requires(const P& penalty, Side side, const Factor<S>& x) {
    { penalty.value(side, x) } -> std::same_as<double>;
};

/// The same, where the value depends on how many entries of V a column of X has to explain.
template <class P, class S>
concept HasCountedValue = requires(const P& penalty, Side side, const Factor<S>& x) {
    { penalty.value(side, x, 1.0) } -> std::same_as<double>;
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
    (HasValue<P, float> || HasCountedValue<P, float>)&&(
        HasValue<P, double> ||
        HasCountedValue<
            P, double>)&&HasAddTo<P, NormalEquations<float>>&& HasAddTo<P, NormalEquations<double>>;

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
        const auto of = [&](const auto& term) {
            if constexpr (requires { term.value(side, x, observations); }) {
                return term.value(side, x, observations);
            } else {
                return term.value(side, x);
            }
        };
        return std::apply([&](const Ps&... term) { return (0.0 + ... + of(term)); }, terms);
    }

    template <class HalfStep>
    void add_to(Side side, HalfStep& step) const {
        static_assert((true && ... && PenaltyFor<Ps, HalfStep>),
                      "nmf: a penalty cannot be added to the half-steps of this loss");
        std::apply([&](const Ps&... term) { (term.add_to(side, step), ...); }, terms);
    }

    /// Asks the penalties that have a member check() for an InputError on their parameters.
    void check() const {
        const auto ask = [](const auto& term) {
            if constexpr (requires { term.check(); }) term.check();
        };
        std::apply([&](const Ps&... term) { (ask(term), ...); }, terms);
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
