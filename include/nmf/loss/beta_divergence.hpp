// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The beta-divergences, with Kullback-Leibler and Itakura-Saito among them.

#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

#include <nmf/core/errors.hpp>
#include <nmf/loss/concept.hpp>
#include <nmf/loss/divergence_of_entry.hpp>
#include <nmf/loss/separable.hpp>
#include <nmf/machine/log_ratio.hpp>
#include <nmf/subproblem/entry_column.hpp>

namespace nmf {
namespace detail {

/// The power is known at compile time, so code for other powers is left out.
template <class Loss>
concept HasConstantPower = requires {
    typename std::bool_constant<(Loss::beta == 0)>;
};

/// Whether the power of a loss may be b.
template <class Loss>
[[nodiscard]] consteval bool may_have_power(double b) {
    if constexpr (HasConstantPower<Loss>) {
        return Loss::beta == b;
    } else {
        return true;
    }
}

/// Whether the power may differ from 0 and 1.
template <class Loss>
[[nodiscard]] consteval bool may_have_other_power() {
    if constexpr (HasConstantPower<Loss>) {
        return Loss::beta != 0 && Loss::beta != 1;
    } else {
        return true;
    }
}

/// The members of the family, for a loss with a member beta.
template <class Loss>
struct BetaFamily {
    using Axis = axis::Loss;

    template <RealScalar S>
    using HalfStep = MultiplicativeStep<S>;

    [[nodiscard]] double entry(double v, double y) const { return beta_divergence(v, y, beta()); }

    [[nodiscard]] bool allows_zeros() const { return beta() > 0; }
    [[nodiscard]] bool unit_denominator() const { return beta() == 1; }
    [[nodiscard]] bool convex_in_each_factor() const { return beta() >= 1 && beta() <= 2; }
    [[nodiscard]] double degree() const { return beta(); }

    /// C. Fevotte and J. Idier, "Algorithms for nonnegative matrix factorization with the
    /// beta-divergence", Neural Computation 23(9), 2011. With an L2 penalty the exponent is the one
    /// that keeps the step a majorisation-minimisation step.
    [[nodiscard]] double exponent(bool with_l2) const {
        const double b = beta();
        if (with_l2 && b < 2) return b == 1 ? 1.0 : 1.0 / (3.0 - b);
        return b < 1 ? 1.0 / (2.0 - b) : b <= 2 ? 1.0 : 1.0 / (b - 1.0);
    }

    /// p = v y^(b-2), q = y^(b-1), for y > 0.
    template <class V, class Y, class P, class Q>
    void split(const V& v, const Y& y, P& p, Q& q) const {
        const double b = beta();
        if constexpr (may_have_power<Loss>(1)) {
            if (b == 1) {
                p = v / y;
                q.setOnes();
            }
        }
        if constexpr (may_have_power<Loss>(0)) {
            if (b == 0) {
                q = y.inverse();
                p = v * q * q;
            }
        }
        if constexpr (may_have_other_power<Loss>()) {
            if (b != 0 && b != 1) split_by_power(v, y, p, q, b);
        }
    }

    /// The factors that the sums of a joint update run over. With Z before and Z' after the update,
    /// they are Z'^(b-1) Z^(2-b) and Z'^b Z^(1-b), or Z' where that is not convex.
    template <RealScalar S>
    void joint_factors(const Factor<S>& after, const Factor<S>& before, Factor<S>& top,
                       Factor<S>& bottom) const {
        const double b = beta();
        constexpr S least = std::numeric_limits<S>::min();
        if (top.rows() != after.rows() || top.cols() != after.cols()) {
            top.resize(after.rows(), after.cols());
            bottom.resize(after.rows(), after.cols());
        }
        const auto power = [&](double p) {
            return ((after.matrix().array().max(least) / before.matrix().array().max(least)).log() *
                    static_cast<S>(p))
                .exp();
        };
        if (b > 2) {
            top.matrix() = after.matrix();
        } else {
            top.matrix() = before.matrix().array() * power(b - 1.0);
        }
        if (b < 1) {
            bottom.matrix() = after.matrix();
        } else {
            bottom.matrix() = before.matrix().array() * power(b);
        }
    }

    /// p alone, where q is 1.
    template <class V, class Y, class P>
    void split(const V& v, const Y& y, P& p) const {
        p = v / y;
    }

    /// out = d(v | y) for v >= 0 and y > 0, maybe with lost digits. Returns the size of the terms
    /// that were subtracted.
    template <class V, class Y, class Out>
    double costs(const V& v, const Y& y, Out& out) const {
        const double b = beta();
        if constexpr (may_have_power<Loss>(1)) {
            if (b == 1) {
                map_packets(v, y, out, [](const auto& entry, const auto& model) {
                    using P = Simd<double>;
                    // What is below counts for nothing beside y.
                    const auto log = log_ratio(P::max(entry, P::set(1e-155)), model);
                    return P::fma(entry, log, P::sub(model, entry));
                });
                return y.sum();
            }
        }
        if constexpr (may_have_power<Loss>(0)) {
            if (b == 0) {
                log_ratios(v, y, out);
                out = v / y - out - 1.0;
                return static_cast<double>(v.size());
            }
        }
        if constexpr (may_have_other_power<Loss>()) return costs_by_power(v, y, out, b);
        return 0;
    }

private:
    [[nodiscard]] double beta() const { return static_cast<const Loss&>(*this).beta; }

    /// split() for powers other than 0 and 1.
    template <class V, class Y, class P, class Q>
    static void split_by_power(const V& v, const Y& y, P& p, Q& q, double b) {
        using S = typename V::Scalar;
        if (b == 2) {
            p = v;
            q = y;
        } else if (b == 1.5) {
            q = y.sqrt();
            p = v / q;
        } else if (b == 0.5) {
            q = y.sqrt().inverse();
            p = v * q * q * q;
        } else {
            q = (y.log() * static_cast<S>(b - 1.0)).exp();
            p = v * q / y;
        }
    }

    /// costs() for these powers.
    template <class V, class Y, class Out>
    static double costs_by_power(const V& v, const Y& y, Out& out, double b) {
        constexpr double least = std::numeric_limits<double>::min();
        if (b == 2) {
            out = 0.5 * (v - y).square();
            return 0;
        }
        // The power of y; then that of v, which may be 0.
        const double denominator = 1.0 / (b * (b - 1.0));
        if (b == 0.5) {
            out = y.sqrt();
        } else if (b == 1.5) {
            out = y * y.sqrt();
        } else {
            out = (y.log() * b).exp();
        }
        const double size = out.sum();
        out = (b - 1.0) * out - b * (v / y) * out;
        if (b == 0.5) {
            out = denominator * (out + v.sqrt());
        } else if (b == 1.5) {
            out = denominator * (out + v * v.sqrt());
        } else if (b > 0) {
            out = denominator * (out + (v > 0.0).select((v.max(least).log() * b).exp(), 0.0));
        } else {
            out = denominator * (out + (v.log() * b).exp());
        }
        return size * (std::abs(1.0 / b) + std::abs(denominator));
    }
};

}  // namespace detail

/// The beta-divergence, summed over the entries of V and Y = W H:
///
///     d_b(v | y) = (v^b + (b - 1) y^b - b v y^(b-1)) / (b (b - 1)),
///
/// with its limits at 0 and 1, in scikit-learn's scale: b = 2 is 1/2 ||V - Y||^2. Small b weighs
/// small entries, large b large ones. For b <= 0 every entry of V has to be > 0 (InputError).
///
/// @par Range
/// b is in [-64, 64]. With the mean entry c of V, its largest entry v and the number N of entries,
/// a run needs
///
/// - N c^b between 1e-290 and 1e290;
/// - for b > 2, (v / c)^(b - 1) of at most 1e300, or 1e30 in single precision.
///
/// Otherwise it throws InputError. For b < 2, the updates raise smaller models of an entry to
/// c 10^(-300 / (2 - b)), or to c 10^(-30 / (2 - b)) in single precision. In single precision that
/// is a tenth of c at b = -28.
///
/// @par Cost
/// 12 m n k flops an iteration, also for a sparse V, whose zeros are visited too. 8 nnz k flops for
/// b = 1. For b = 2 prefer Frobenius, which needs only the two products with V.
///
/// @par Source
/// A. Cichocki and S. Amari, "Families of alpha- beta- and gamma-divergences", Entropy 12(6), 2010.
struct BetaDivergence : detail::BetaFamily<BetaDivergence> {
    static constexpr std::string_view name = "beta";

    double beta = 1;

    BetaDivergence() = default;
    explicit BetaDivergence(double b) : beta(b) { check(); }

    [[nodiscard]] std::string full_name() const {
        return detail::joined({"beta:", detail::scientific(beta)});
    }

    void check() const {
        detail::check_parameter(std::abs(beta) <= 64, "BetaDivergence.beta", beta, "in [-64, 64]");
    }
};

/// The generalised Kullback-Leibler divergence v log(v / y) - v + y. Up to a constant it is the
/// negative log-likelihood of Poisson counts. The loss for counts.
struct KullbackLeibler : detail::BetaFamily<KullbackLeibler> {
    static constexpr std::string_view name = "kl";
    static constexpr double beta = 1;

    template <RealScalar S>
    using Column = EntryColumn<S>;
};

/// The Itakura-Saito divergence v / y - log(v / y) - 1. It does not change with the scale of an
/// entry. For multiplicative Gamma noise, such as power spectra. Entries of V have to be > 0.
struct ItakuraSaito : detail::BetaFamily<ItakuraSaito> {
    static constexpr std::string_view name = "is";
    static constexpr double beta = 0;
};

static_assert(SeparableLoss<BetaDivergence>);
static_assert(SeparableLoss<KullbackLeibler>);
static_assert(SeparableLoss<ItakuraSaito>);

}  // namespace nmf
