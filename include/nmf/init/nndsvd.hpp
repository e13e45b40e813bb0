// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Non-negative double singular value decomposition.

#include <cmath>
#include <limits>
#include <string_view>

#include <nmf/core/interrupt.hpp>
#include <nmf/init/random.hpp>
#include <nmf/init/truncated_svd.hpp>

namespace nmf {

/// NNDSVD: the non-negative parts of the leading singular vectors, of the two signs the one that
/// weighs more. Good for sparse data and for results that do not depend on luck. For
/// MultiplicativeUpdate, which cannot leave zeros, a run fills them up whatever the fill.
///
/// Components past the numerical rank of V start at random. Cost: 10 products with V at rank k
/// + 10.
///
/// @par Source
/// C. Boutsidis and E. Gallopoulos, "SVD based initialization: a head start for nonnegative matrix
/// factorization", Pattern Recognition 41(4), 2008. The fills are theirs in kind; their size here
/// is sqrt(mean(V) / k), an average entry of a factor, so that the start scales with V.
struct Nndsvd {
    using Axis = axis::Init;
    static constexpr std::string_view name = "nndsvd";

    /// What zeros are replaced by.
    enum class Fill {
        zeros,    ///< Nothing.
        average,  ///< The average entry (NNDSVDa).
        random    ///< Uniform draws up to a hundredth of it (NNDSVDar).
    };
    Fill fill = Fill::zeros;

    void check() const {
        detail::check_parameter(
            fill == Fill::zeros || fill == Fill::average || fill == Fill::random, "Nndsvd.fill",
            static_cast<int>(fill), "Fill::zeros, Fill::average or Fill::random");
    }

    template <DataView View, class S = typename View::Scalar>
    void start(const View& view, const Summary& sums, CounterRandom random, Factor<S>& w,
               Factor<S>& h) const {
        const auto svd = detail::truncated_svd(view, w.rows(), random.stream(0));
        const double entries = static_cast<double>(view.rows()) * static_cast<double>(view.cols());
        const double average = std::sqrt(sums.sum / entries / static_cast<double>(w.rows()));
        detail::fill_uniform(random.stream(1), average, w);
        detail::fill_uniform(random.stream(2), average, h);
        for (Index a = 0; a < svd.s.size(); ++a) {
            detail::check_interrupt();
            set_component(svd, a, w, h);
        }
        fill_zeros(average, random.stream(3), w);
        fill_zeros(average, random.stream(4), h);
    }

private:
    template <RealScalar S>
    static void set_component(const detail::TruncatedSvd<S>& svd, Index a, Factor<S>& w,
                              Factor<S>& h) {
        auto u = w.matrix().row(a).transpose();
        auto z = h.matrix().row(a).transpose();
        // The first pair has one sign (Perron and Frobenius); absolute values mend its rounding.
        if (a == 0) {
            u = svd.u.col(0).cwiseAbs();
            z = svd.z.col(0).cwiseAbs();
        } else {
            const auto weight = [&](S sign) {
                return (sign * svd.u.col(a)).cwiseMax(S(0)).norm() *
                       (sign * svd.z.col(a)).cwiseMax(S(0)).norm();
            };
            const S sign = weight(S(1)) > weight(S(-1)) ? S(1) : S(-1);
            u = (sign * svd.u.col(a)).cwiseMax(S(0));
            z = (sign * svd.z.col(a)).cwiseMax(S(0));
        }
        // sqrt(s m) u / ||u|| with m = ||u|| ||z||.
        const S u_norm = u.norm();
        const S z_norm = z.norm();
        if (!(u_norm > S(0)) || !(z_norm > S(0))) {
            u.setZero();
            z.setZero();
            return;
        }
        const S size = std::sqrt(svd.s[a] * u_norm * z_norm);
        u *= size / u_norm;
        z *= size / z_norm;
        drop_rounding(u);
        drop_rounding(z);
    }

    /// Entries that are rounding errors of the SVD become the zeros they stand for.
    template <class Component>
    static void drop_rounding(Component& x) {
        using S = typename Component::Scalar;
        const S least = S(100) * std::numeric_limits<S>::epsilon() * x.maxCoeff();
        x = (x.array() < least).select(S(0), x);
    }

    template <RealScalar S>
    void fill_zeros(double average, CounterRandom random, Factor<S>& x) const {
        if (fill == Fill::zeros) return;
        detail::PacedInterrupt pace;
        for (Index j = 0; j < x.cols(); ++j) {
            pace.step(x.rows());
            for (Index a = 0; a < x.rows(); ++a) {
                if (x.matrix()(a, j) > S(0)) continue;
                const auto draw = static_cast<std::uint64_t>(a * x.cols() + j);
                x.matrix()(a, j) = static_cast<S>(
                    fill == Fill::average ? average : 0.01 * average * random.uniform(draw));
            }
        }
    }
};

static_assert(InitFor<Nndsvd, detail::PlainView<double>>);

}  // namespace nmf
