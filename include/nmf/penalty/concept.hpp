// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What a penalty has to provide.

#include <concepts>
#include <tuple>

#include <nmf/core/factor.hpp>
#include <nmf/core/policy.hpp>
#include <nmf/loss/normal_equations.hpp>

namespace nmf {

/// `penalty.value(side, X)`: what the penalty adds to the objective for that factor.
template <class P, class S>
concept HasValue = requires(const P& penalty, Side side, const Factor<S>& x) {
    { penalty.value(side, x) } -> std::same_as<double>;
};

/// `penalty.add_to(side, eq)`: adds the penalty of that factor to the equations of its half-step.
template <class P, class S>
concept HasAddTo = requires(const P& penalty, Side side, NormalEquations<S>& eq) {
    { penalty.add_to(side, eq) } -> std::same_as<void>;
};

/// A term of the objective that depends on one factor at a time. Law, tested by
/// nmf/testing/penalty_laws.hpp: what add_to adds to f is value, up to a constant.
template <class P>
concept Penalty = std::copy_constructible<P> && HasAxis<P, axis::Penalty> && HasName<P> &&
    HasValue<P, float> && HasValue<P, double> && HasAddTo<P, float> && HasAddTo<P, double>;

/// The penalties of a run, added up.
template <Penalty... Ps>
struct Penalties {
    std::tuple<Ps...> terms;

    template <RealScalar S>
    [[nodiscard]] double value(Side side, const Factor<S>& x) const {
        return std::apply([&](const Ps&... term) { return (0.0 + ... + term.value(side, x)); },
                          terms);
    }

    template <RealScalar S>
    void add_to(Side side, NormalEquations<S>& eq) const {
        std::apply([&](const Ps&... term) { (term.add_to(side, eq), ...); }, terms);
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
