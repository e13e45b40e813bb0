// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Non-negative double singular value decomposition.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>

#include <nmf/core/interrupt.hpp>
#include <nmf/core/precision.hpp>
#include <nmf/data/extent.hpp>
#include <nmf/data/signed.hpp>
#include <nmf/init/random.hpp>
#include <nmf/init/truncated_svd.hpp>
#include <nmf/machine/sums.hpp>

namespace nmf {

/// NNDSVD: the non-negative parts of the leading singular vectors. Of the two signs, the part with
/// the larger norm is taken. Good for sparse data, and for results that depend little on the seed.
/// MultiplicativeUpdate cannot leave zeros, so its run fills them, whatever the fill.
///
/// Components past the numerical rank of V start at random. Cost: 10 products with V at rank k
/// + 10.
///
/// @par Source
/// C. Boutsidis and E. Gallopoulos, "SVD based initialization: a head start for nonnegative matrix
/// factorization", Pattern Recognition 41(4), 2008. The fills follow the paper, except for their
/// size: sqrt(mean(V) / k), an average entry of a factor. So the start scales with V.
struct Nndsvd {
    using Axis = axis::Init;
    static constexpr std::string_view name = "nndsvd";

    /// The replacement of zeros.
    enum class Fill {
        zeros,    ///< Nothing.
        average,  ///< The average entry (NNDSVDa).
        random    ///< Uniform draws up to a hundredth of it (NNDSVDar).
    };
    Fill fill = Fill::zeros;

    /// Components past the numerical rank are drawn, but starts from different seeds count as one.
    [[nodiscard]] constexpr bool draws() const { return fill == Fill::random; }

    void check() const {
        detail::check_parameter(
            fill == Fill::zeros || fill == Fill::average || fill == Fill::random, "Nndsvd.fill",
            static_cast<int>(fill), "Fill::zeros, Fill::average or Fill::random");
    }

    template <DataView View, class S = typename View::Scalar>
    void start(const View& view, const Summary& sums, CounterRandom random, Factor<S>& w,
               Factor<S>& h) const {
        const auto svd = detail::truncated_svd(view, w.rows(), random.stream(0));
        const double average =
            std::sqrt(sums.sum / detail::entries_of_whole(view) / static_cast<double>(w.rows()));
        const Extent rows = detail::row_extent(view);
        const Extent cols = detail::column_extent(view);
        detail::fill_uniform(random.stream(1), average, rows, w);
        detail::fill_uniform(random.stream(2), average, cols, h);
        for (Index a = 0; a < svd.s.size(); ++a) {
            detail::check_interrupt();
            set_component(view, svd, a, w, h);
        }
        fill_zeros(average, random.stream(3), rows, w);
        fill_zeros(average, random.stream(4), cols, h);
    }

private:
    /// For V >= 0 the first pair has one sign (Perron and Frobenius); absolute values mend its
    /// rounding. For the others, the half with the larger norm is taken.
    template <DataView View, RealScalar S>
    static void set_component(const View& view, const detail::TruncatedSvd<S>& svd, Index a,
                              Factor<S>& w, Factor<S>& h) {
        const bool one_sign = a == 0 && !detail::may_be_negative(view);
        const auto half = [one_sign](S sign) {
            return
                [one_sign, sign](S x) { return one_sign ? std::abs(x) : std::max(S(0), sign * x); };
        };
        const detail::RowsOf<View> rows{view};
        const Size u_plus = size_of(svd.u, a, half(S(1)), rows);
        const Size u_minus = size_of(svd.u, a, half(S(-1)), rows);
        const Size z_plus = size_of(svd.z, a, half(S(1)), view);
        const Size z_minus = size_of(svd.z, a, half(S(-1)), view);
        const bool plus = u_plus.norm * z_plus.norm > u_minus.norm * z_minus.norm;
        const S sign = plus ? S(1) : S(-1);
        const Size& u = plus ? u_plus : u_minus;
        const Size& z = plus ? z_plus : z_minus;
        // sqrt(s m) u / ||u|| with m = ||u|| ||z||.
        const double wanted = std::sqrt(static_cast<double>(svd.s[a]) * u.norm * z.norm);
        set_row(svd.u, a, half(sign), u, wanted, w);
        set_row(svd.z, a, half(sign), z, wanted, h);
    }

    struct Size {
        double norm;
        double typical;  ///< Of the entries that make the norm; at most the largest.
    };

    template <RealScalar S, class Half, class Data>
    [[nodiscard]] static Size size_of(const Matrix<S>& vectors, Index a, const Half& half,
                                      const Data& data) {
        std::array<double, 2> sums{};  // Of squares and fourth powers.
        for (Index i = 0; i < vectors.rows(); ++i) {
            const auto entry = static_cast<double>(half(vectors(i, a)));
            const double square = entry * entry;
            sums[0] += square;
            sums[1] += square * square;
        }
        detail::reduce(data, sums);
        return {std::sqrt(sums[0]), std::sqrt(detail::ratio_or_zero(sums[1], sums[0]))};
    }

    /// Scales a half to the norm that is wanted. Entries that are rounding errors of the SVD become
    /// 0.
    template <RealScalar S, class Half>
    static void set_row(const Matrix<S>& vectors, Index a, const Half& half, const Size& size,
                        double wanted, Factor<S>& x) {
        const auto by = static_cast<S>(detail::ratio_or_zero(wanted, size.norm));
        const auto least = static_cast<S>(100.0 * size.typical) * std::numeric_limits<S>::epsilon();
        for (Index i = 0; i < x.cols(); ++i) {
            const S entry = half(vectors(i, a));
            x.data()[i * x.stride() + a] = entry < least ? S(0) : by * entry;
        }
    }

    template <RealScalar S>
    void fill_zeros(double average, CounterRandom random, const Extent& extent,
                    Factor<S>& x) const {
        if (fill == Fill::zeros) return;
        detail::PacedInterrupt pace;
        for (Index j = 0; j < x.cols(); ++j) {
            pace.step(x.rows());
            for (Index a = 0; a < x.rows(); ++a) {
                if (x.matrix()(a, j) > S(0)) continue;
                const std::uint64_t draw = detail::draw_number(extent, a, j);
                x.matrix()(a, j) = static_cast<S>(
                    fill == Fill::average ? average : 0.01 * average * random.uniform(draw));
            }
        }
    }
};

static_assert(InitFor<Nndsvd, detail::PlainView<double>>);

}  // namespace nmf
