// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Losses that are sums over entries and that multiplicative updates minimise.

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <type_traits>
#include <utility>

#include <nmf/core/compiler.hpp>
#include <nmf/core/precision.hpp>
#include <nmf/data/cost_sums.hpp>
#include <nmf/factor/turned_tile.hpp>
#include <nmf/loss/concept.hpp>
#include <nmf/subproblem/ratios.hpp>

namespace nmf {

/// `loss.split(v, y, p, q)` works on Eigen arrays of entries v >= 0 and y > 0. The derivative of
/// the cost by y is q - p, with p, q >= 0.
template <class L, class S>
concept HasSplit = requires(const L& loss, const detail::ConstArrayMap<S>& entries,
                            detail::ArrayMap<S>& out) {
    loss.split(entries, entries, out, out);
};

/// `loss.exponent(with_l2)`: the power of the ratio of sums, with or without an L2 penalty. With it
/// a step does not raise the objective.
template <class L>
concept HasExponent = requires(const L& loss) {
    { loss.exponent(true) } -> std::same_as<double>;
};

/// A loss of the multiplicative family. Optional members:
///
///     bool unit_denominator()       q is 1 and d(0 | y) is y: cheap on sparse data; then also
///                                   split(v, y, p). Default false.
///     bool convex_in_each_factor()  Extrapolation pays. Default false.
///     bool allows_zeros()           V may have zeros. Default true.
///     double degree()               d(c v | c y) = c^degree d(v | y): data of any scale is then
///                                   brought to 1 before powers are taken.
///     double costs(v, y, out)       Many entries at once, without care for lost digits, NaN where
///                                   it cannot, as for y = 0; returns the size of what was
///                                   subtracted.
template <class L>
concept SeparableLoss = Loss<L> && HasSplit<L, float> && HasSplit<L, double> && HasExponent<L>;

namespace detail {

template <class L>
[[nodiscard]] bool unit_denominator(const L& loss) {
    if constexpr (requires { loss.unit_denominator(); }) return loss.unit_denominator();
    return false;
}

template <class L>
[[nodiscard]] bool convex_in_each_factor(const L& loss) {
    if constexpr (requires { loss.convex_in_each_factor(); }) return loss.convex_in_each_factor();
    return false;
}

template <class L>
[[nodiscard]] bool allows_zeros(const L& loss) {
    if constexpr (requires { loss.allows_zeros(); }) return loss.allows_zeros();
    return true;
}

/// c^(degree - 1). The two sides of a step grow by it when V and Y grow c-fold.
template <class L>
[[nodiscard]] double step_scale(const L& loss, double c) {
    if constexpr (requires { loss.degree(); }) return std::pow(c, loss.degree() - 1.0);
    return 1.0;
}

/// P and Q of the entries of a tile, in units of a typical entry of V, times the weights.
template <SeparableLoss Loss, RealScalar S>
class EntryTerms {
public:
    EntryTerms(const Loss& loss, double typical)
        : loss_(loss), unit_(nmf::detail::unit_denominator(loss)) {
        if constexpr (requires { loss.degree(); }) {
            if (typical > 0 && !unit_) {
                scale_ = static_cast<S>(1.0 / typical);
                unit_scale_ = step_scale(loss, 1.0 / typical);
            }
        }
        // Powers of Y stay in the range of S, and Y > 0 also for V = 0.
        double floor = std::same_as<S, double> ? 1e-60 : 1e-10;
        if constexpr (requires { loss.degree(); }) {
            const double power = 2.0 - loss.degree();
            if (power > 0) floor = std::max(floor, std::pow(10.0, -largest_power<S> / power));
        }
        least_ = static_cast<S>(floor * (scale_ == S(1) && typical > 0 ? typical : 1.0));
    }

    [[nodiscard]] bool unit_denominator() const { return unit_; }

    /// The factor by which P and Q are scaled.
    [[nodiscard]] double unit() const { return unit_scale_; }

    /// For at most a tile's width of entries. Overwrites y. Without q, makes p alone.
    void operator()(const S* v, S* y, const S* weights, Index n, S* p, S* q) const {
        alignas(64) S scaled[static_cast<std::size_t>(tile_width)];
        ArrayMap<S> model(y, n);
        ArrayMap<S> above(p, n);
        if (scale_ != S(1)) {
            ArrayMap<S>(scaled, n) = ConstArrayMap<S>(v, n) * scale_;
            model *= scale_;
            v = scaled;
        }
        const ConstArrayMap<S> entries(v, n);
        if (q != nullptr) {
            model = model.max(least_);
            ArrayMap<S> below(q, n);
            loss_.split(entries, model, above, below);
            if (weights != nullptr) below *= ConstArrayMap<S>(weights, n);
        } else if constexpr (requires { loss_.split(entries, model, above); }) {
            loss_.split(entries, model.max(least_), above);
        }
        if (weights != nullptr) above *= ConstArrayMap<S>(weights, n);
    }

private:
    const Loss& loss_;
    bool unit_;
    S scale_ = 1;
    double unit_scale_ = 1;
    S least_ = 0;
};

/// Adds up costs of entries, in double. Near an exact fit costs lose their digits; such blocks are
/// computed again entry by entry.
template <class Loss, RealScalar S>
class EntryCosts {
public:
    explicit EntryCosts(const Loss& loss) : loss_(loss) {}

    /// Whether a zero entry costs y.
    [[nodiscard]] bool zeros_cost_y() const { return nmf::detail::unit_denominator(loss_); }

    /// Whether all entries of such a view are needed, instead of the visited ones alone.
    template <class View>
    [[nodiscard]] bool needs_every_entry(const View& view) const {
        return view.has_unstored_zeros() && !zeros_cost_y();
    }

    void operator()(const S* v, const S* y, const S* weights, Index n, CostSums& sums) const {
        for (Index first = 0; first < n; first += tile_width) {
            add(v + first, y + first, weights == nullptr ? nullptr : weights + first,
                std::min(tile_width, n - first), sums);
        }
    }

private:
    using P = Simd<double>;
    using Piece =
        Eigen::Array<double, Eigen::Dynamic, 1, Eigen::ColMajor, static_cast<int>(tile_width), 1>;
    using InDouble = std::conditional_t<std::same_as<S, double>, ConstArrayMap<double>, Piece>;

    void add(const S* v, const S* y, const S* weights, Index n, CostSums& sums) const {
        const InDouble entries = ConstArrayMap<S>(v, n).template cast<double>();
        const InDouble model = ConstArrayMap<S>(y, n).template cast<double>();
        Piece cost(n);
        if constexpr (requires { loss_.costs(entries, model, cost); }) {
            const double subtracted = loss_.costs(entries, model, cost);
            const CostSums part = products(entries, model, cost, weights);
            constexpr double digits = 1e-6;
            const double sum = weights == nullptr ? part.cost : cost.sum();
            const bool kept = sum > digits * subtracted || subtracted == 0;
            if (kept && sum <= std::numeric_limits<double>::max()) {
                sums += part;
                return;
            }
        }
        for (Index e = 0; e < n; ++e) cost[e] = loss_.entry(entries[e], model[e]);
        sums += products(entries, model, cost, weights);
    }

    static CostSums products(const InDouble& v, const InDouble& y, const Piece& cost,
                             const S* weights) {
        if (weights == nullptr) {
            return products(v.data(), y.data(), cost.data(), v.size(),
                            [](const auto& x, Index) { return x; });
        }
        const Piece weight = ConstArrayMap<S>(weights, v.size()).template cast<double>();
        return products(v.data(), y.data(), cost.data(), v.size(), [&](const auto& x, Index e) {
            if constexpr (std::same_as<std::decay_t<decltype(x)>, double>) {
                return weight[e] * x;
            } else {
                return P::mul(P::load_unaligned(weight.data() + e), x);
            }
        });
    }

    /// weigh(x, e) multiplies a packet or a number by the weights of the entries from e on. Not
    /// inlined: GCC 12 warns of an endless loop where the number of entries is a constant.
    template <class Weigh>
    NMF_NOINLINE static CostSums products(const double* v, const double* y, const double* cost,
                                          Index n, const Weigh& weigh) {
        auto costs = P::set(0.0);
        auto gaps = costs;
        auto model = costs;
        auto squares = costs;
        Index e = 0;
        for (; e + P::width <= n; e += P::width) {
            const auto reconstruction = P::load_unaligned(y + e);
            const auto gap = P::sub(P::load_unaligned(v + e), reconstruction);
            const auto weighed = weigh(reconstruction, e);
            costs = P::add(costs, weigh(P::load_unaligned(cost + e), e));
            gaps = P::fma(gap, weigh(gap, e), gaps);
            model = P::add(model, weighed);
            squares = P::fma(reconstruction, weighed, squares);
        }
        CostSums sums;
        sums.cost = P::sum(costs);
        sums.squared_residual = P::sum(gaps);
        sums.reconstruction = P::sum(model);
        sums.squared_reconstruction = P::sum(squares);
        for (; e < n; ++e) {
            const double gap = v[e] - y[e];
            sums.cost += weigh(cost[e], e);
            sums.squared_residual += gap * weigh(gap, e);
            sums.reconstruction += weigh(y[e], e);
            sums.squared_reconstruction += y[e] * weigh(y[e], e);
        }
        return sums;
    }

    const Loss& loss_;
};

/// Costs of entries that come in short pieces. The pieces are collected, because many entries at
/// once cost less.
template <class Loss, RealScalar S>
class CostBatch {
public:
    using Costs = EntryCosts<Loss, S>;

    /// Adds at most a tile's width of entries.
    void add(const Costs& costs, const S* v, const S* y, const S* weights, Index n) {
        if (n == tile_width) {
            costs(v, y, weights, n, sums_);
            return;
        }
        if (filled_ + n > room) flush(costs);
        std::copy_n(v, n, v_ + filled_);
        std::copy_n(y, n, y_ + filled_);
        weighted_ = weights != nullptr;
        if (weighted_) std::copy_n(weights, n, weights_ + filled_);
        filled_ += n;
    }

    /// The sums over the entries added since the last call.
    [[nodiscard]] CostSums take(const Costs& costs) {
        flush(costs);
        return std::exchange(sums_, {});
    }

private:
    static constexpr Index room = 8 * tile_width;

    void flush(const Costs& costs) {
        costs(v_, y_, weighted_ ? weights_ : nullptr, filled_, sums_);
        filled_ = 0;
    }

    alignas(64) S v_[room];
    alignas(64) S y_[room];
    alignas(64) S weights_[room];
    bool weighted_ = false;
    Index filled_ = 0;
    CostSums sums_{};
};

}  // namespace detail
}  // namespace nmf
