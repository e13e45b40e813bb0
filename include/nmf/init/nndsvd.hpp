// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Non-negative double singular value decomposition.

#include <algorithm>
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
    /// The first pair has one sign (Perron and Frobenius); absolute values mend its rounding. Of
    /// the others the half counts that weighs more.
    template <RealScalar S>
    static void set_component(const detail::TruncatedSvd<S>& svd, Index a, Factor<S>& w,
                              Factor<S>& h) {
        const auto half = [&](S sign) {
            return [a, sign](S x) { return a == 0 ? std::abs(x) : std::max(S(0), sign * x); };
        };
        const auto weight = [&](S sign) {
            return norm(svd.u, a, half(sign)) * norm(svd.z, a, half(sign));
        };
        const S sign = weight(S(1)) > weight(S(-1)) ? S(1) : S(-1);
        const double u_norm = norm(svd.u, a, half(sign));
        const double z_norm = norm(svd.z, a, half(sign));
        // sqrt(s m) u / ||u|| with m = ||u|| ||z||.
        const bool counts = u_norm > 0 && z_norm > 0;
        const double size =
            counts ? std::sqrt(static_cast<double>(svd.s[a]) * u_norm * z_norm) : 0.0;
        set_row(svd.u, a, half(sign), counts ? size / u_norm : 0.0, w);
        set_row(svd.z, a, half(sign), counts ? size / z_norm : 0.0, h);
    }

    template <RealScalar S, class Half>
    [[nodiscard]] static double norm(const Matrix<S>& vectors, Index a, const Half& half) {
        double square = 0;
        for (Index i = 0; i < vectors.rows(); ++i) {
            const auto entry = static_cast<double>(half(vectors(i, a)));
            square += entry * entry;
        }
        return std::sqrt(square);
    }

    /// Entries that are rounding errors of the SVD become the zeros they stand for.
    template <RealScalar S, class Half>
    static void set_row(const Matrix<S>& vectors, Index a, const Half& half, double by,
                        Factor<S>& x) {
        S largest = 0;
        for (Index i = 0; i < x.cols(); ++i) largest = std::max(largest, half(vectors(i, a)));
        const S least = S(100) * std::numeric_limits<S>::epsilon() * largest;
        for (Index i = 0; i < x.cols(); ++i) {
            const S entry = half(vectors(i, a));
            x.data()[i * x.stride() + a] = entry < least ? S(0) : static_cast<S>(by) * entry;
        }
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
