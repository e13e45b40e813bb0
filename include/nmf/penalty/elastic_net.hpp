// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// L1 and L2 together, and scikit-learn's parameters for them.

#include <concepts>
#include <optional>
#include <string_view>
#include <type_traits>

#include <nmf/penalty/l1.hpp>
#include <nmf/penalty/l2.hpp>

namespace nmf {
namespace detail {

template <class T>
concept Number = std::is_arithmetic_v<T>;

template <bool Named>
constexpr void refuse_unnamed_weights() {
    static_assert(Named,
                  "nmf: bare numbers do not say what they weigh: write nmf::ElasticNet{.l1 = "
                  "nmf::L1{.w = 0.1, .h = 0.1}, .l2 = nmf::L2{.w = 0.2, .h = 0.2}}");
}

/// A penalty that is part of another one. Bare numbers in its place do not compile.
template <class P>
struct Part : P {
    constexpr Part() = default;
    constexpr Part(const P& penalty) : P(penalty) {}
    template <Number... Ns>
    constexpr Part(Ns...) {
        refuse_unnamed_weights<(sizeof...(Ns) == 0)>();
    }
};

/// Five unnamed numbers in a row are easily confused, so their names are required.
template <bool Named>
constexpr void refuse_unnamed_alphas() {
    static_assert(Named,
                  "nmf: scikit_learn_penalty takes names: nmf::scikit_learn_penalty({.rows = "
                  "V.rows(), .cols = V.cols(), .alpha_W = 0.1, .alpha_H = 0.1, .l1_ratio = 0.5})");
}

/// The first member of a struct, which makes names of its members necessary.
struct ByName {
    constexpr ByName() = default;
    template <Number N>
    constexpr ByName(N) {
        refuse_unnamed_alphas<(sizeof(N) == 0)>();
    }
};

}  // namespace detail

/// The sum of an L1 and an L2 penalty:
///
///     nmf::ElasticNet{.l1 = nmf::L1{.w = 0.1, .h = 0.1}, .l2 = nmf::L2{.w = 0.2, .h = 0.2}}
struct ElasticNet {
    using Axis = axis::Penalty;
    static constexpr std::string_view name = "elastic net";

    detail::Part<L1> l1{};
    detail::Part<L2> l2{};

    [[nodiscard]] constexpr bool none() const { return l1.none() && l2.none(); }
    void check() const { detail::check_parameters(l1, l2); }

    template <RealScalar S>
    [[nodiscard]] double value(Side side, const Factor<S>& x) const {
        return l1.value(side, x) + l2.value(side, x);
    }

    template <RealScalar S>
    void add_to(const PenaltyPlace<S>& place, PenaltyTerms& terms) const {
        l1.add_to(place, terms);
        l2.add_to(place, terms);
    }
};

static_assert(Penalty<ElasticNet>);

/// The parameters of scikit-learn's penalty (1.0 and later), for a V of this shape with one sample
/// per row. alpha_H defaults to alpha_W.
struct ScikitLearnPenalty {
    detail::ByName by_name{};
    Index rows = 0;
    Index cols = 0;
    double alpha_W = 0;
    std::optional<double> alpha_H{};
    double l1_ratio = 0;
};

/// That penalty as a policy. The weights for W are multiplied by the number of features (columns),
/// and those for H by the number of samples (rows). Throws InputError for a shape without entries,
/// for an alpha that is not a finite number >= 0, and for an l1_ratio outside of [0, 1].
///
///     nmf::scikit_learn_penalty({.rows = V.rows(), .cols = V.cols(), .alpha_W = 0.1})
[[nodiscard]] inline ElasticNet scikit_learn_penalty(const ScikitLearnPenalty& in) {
    const double alpha_h = in.alpha_H.value_or(in.alpha_W);
    const auto alpha = [](double value, std::string_view member) {
        detail::check_parameter(value >= 0 && std::isfinite(value), member, value,
                                "a finite number >= 0");
    };
    detail::check_parameter(in.rows >= 1, "ScikitLearnPenalty.rows", in.rows, ">= 1");
    detail::check_parameter(in.cols >= 1, "ScikitLearnPenalty.cols", in.cols, ">= 1");
    alpha(in.alpha_W, "ScikitLearnPenalty.alpha_W");
    alpha(alpha_h, "ScikitLearnPenalty.alpha_H");
    detail::check_parameter(in.l1_ratio >= 0 && in.l1_ratio <= 1, "ScikitLearnPenalty.l1_ratio",
                            in.l1_ratio, "in [0, 1]");
    const double w = in.alpha_W * static_cast<double>(in.cols);
    const double h = alpha_h * static_cast<double>(in.rows);
    const double rest = 1.0 - in.l1_ratio;
    return {L1{in.l1_ratio * w, in.l1_ratio * h}, L2{rest * w, rest * h}};
}

template <detail::Number... Ns>
ElasticNet scikit_learn_penalty(Ns...) {
    detail::refuse_unnamed_alphas<(sizeof...(Ns) == 0)>();
    return {};
}

}  // namespace nmf
