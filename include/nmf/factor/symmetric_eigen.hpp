// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Eigenvalues and eigenvectors of a symmetric matrix.

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <nmf/core/compiler.hpp>
#include <nmf/core/interrupt.hpp>
#include <nmf/core/types.hpp>
#include <nmf/machine/columns.hpp>

namespace nmf::detail {

/// The eigenvalues of a symmetric matrix A in descending order, and its eigenvectors as columns.
/// Their errors are a few roundings of the largest eigenvalue. About 8 k^3 flops. Eigen's solver
/// takes long to compile.
///
/// Householder reflections make A tridiagonal. QL iterations with implicit shifts make that
/// diagonal.
///
/// Source: H. Bowdler, R. S. Martin, C. Reinsch and J. H. Wilkinson, "The QR and QL algorithms for
/// symmetric matrices", Numerische Mathematik 11, 1968.
class SymmetricEigen {
public:
    explicit SymmetricEigen(Matrix<double> a) {
        const Index size = a.rows();
        values.setZero(size);
        beside_.setZero(size);
        vectors.setZero(size, size);
        if (size == 0) return;
        // By a power of 2, so that no square of an entry overflows or gets lost.
        const double largest =
            *std::max_element(a.data(), a.data() + a.size(),
                              [](double x, double y) { return std::abs(x) < std::abs(y); });
        if (!(std::abs(largest) > 0) || !std::isfinite(largest)) {
            vectors.setIdentity(size, size);
            values.setConstant(largest);
            return;
        }
        const int scale = std::ilogb(largest);
        for (Index at = 0; at < a.size(); ++at) a.data()[at] = std::scalbn(a.data()[at], -scale);
        make_tridiagonal(a);
        for (Index p = 0; p < size; ++p) norm_ = std::max(norm_, std::abs(values[p]));
        for (Index p = 0; p < size; ++p) norm_ = std::max(norm_, std::abs(beside_[p]));
        for (Index p = 0; p < size; ++p) split_off(p);
        sort();
        for (Index p = 0; p < size; ++p) values[p] = std::scalbn(values[p], scale);
    }

    Vector<double> values;
    Matrix<double> vectors;

private:
    [[nodiscard]] double* column(Index p) { return vectors.data() + p * vectors.rows(); }

    /// Q' A Q with the diagonal `values` and the entries below it `beside_`; `vectors` become Q.
    NMF_COLD void make_tridiagonal(Matrix<double>& a) {
        const Index size = a.rows();
        Vector<double> scale = Vector<double>::Zero(size);
        Vector<double> product(size);
        for (Index p = 0; p + 2 < size; ++p) {
            check_interrupt();
            const Index rest = size - p - 1;
            double* const v = a.data() + p * size + p + 1;
            const double norm = std::sqrt(dot(v, v, rest));
            beside_[p] = v[0];
            if (!(dot(v + 1, v + 1, rest - 1) > 0)) continue;
            beside_[p] = v[0] > 0 ? -norm : norm;
            v[0] -= beside_[p];
            // The reflection is I - scale v v'.
            scale[p] = 2.0 / dot(v, v, rest);
            double* const w = product.data();
            double* const corner = a.data() + (p + 1) * size + p + 1;
            for (Index j = 0; j < rest; ++j) w[j] = scale[p] * dot(corner + j * size, v, rest);
            add_scaled(w, -0.5 * scale[p] * dot(w, v, rest), v, rest);
            for (Index j = 0; j < rest; ++j) {
                add_scaled(corner + j * size, -w[j], v, rest);
                add_scaled(corner + j * size, -v[j], w, rest);
            }
        }
        for (Index p = 0; p < size; ++p) {
            values[p] = a(p, p);
            vectors(p, p) = 1;
        }
        if (size > 1) beside_[size - 2] = a(size - 1, size - 2);
        for (Index p = size - 2; p-- > 0;) {
            check_interrupt();
            const Index rest = size - p - 1;
            const double* const v = a.data() + p * size + p + 1;
            for (Index j = p + 1; j < size; ++j) {
                double* const to = column(j) + p + 1;
                add_scaled(to, -scale[p] * dot(v, to, rest), v, rest);
            }
        }
    }

    /// Iterates until the entry beside the diagonal entry p is negligible.
    NMF_COLD void split_off(Index p) {
        constexpr int most = 60;
        const double nothing = std::numeric_limits<double>::epsilon() * norm_;
        for (int iteration = 0; iteration < most; ++iteration) {
            check_interrupt();
            Index end = p;
            while (end + 1 < values.size() && std::abs(beside_[end]) > nothing) ++end;
            if (end == p) return;
            const double half = (values[p + 1] - values[p]) / (2.0 * beside_[p]);
            const double shift = beside_[p] / (half + std::copysign(std::hypot(half, 1.0), half));
            sweep(p, end, shift);
        }
    }

    /// Rotations from `end` up to p chase the entry that the shifted first one makes.
    void sweep(Index p, Index end, double shift) {
        double g = values[end] - values[p] + shift;
        double s = 1;
        double c = 1;
        double moved = 0;
        for (Index i = end; i-- > p;) {
            const double f = s * beside_[i];
            const double b = c * beside_[i];
            const double r = std::hypot(f, g);
            beside_[i + 1] = r;
            if (r == 0) {
                values[i + 1] -= moved;
                beside_[end] = 0;
                return;
            }
            s = f / r;
            c = g / r;
            const double above = values[i + 1] - moved;
            const double t = (values[i] - above) * s + 2.0 * c * b;
            moved = s * t;
            values[i + 1] = above + moved;
            g = c * t - b;
            turn(column(i), column(i + 1), c, s);
        }
        values[p] -= moved;
        beside_[p] = g;
        beside_[end] = 0;
    }

    void turn(double* x, double* y, double c, double s) const {
        for (Index i = 0; i < vectors.rows(); ++i) {
            const double before = x[i];
            x[i] = c * before - s * y[i];
            y[i] = s * before + c * y[i];
        }
    }

    NMF_COLD void sort() {
        const Index size = values.size();
        for (Index p = 0; p < size; ++p) {
            const auto next = std::max_element(values.data() + p, values.data() + size);
            const Index q = next - values.data();
            std::swap(values[p], values[q]);
            if (q != p) std::swap_ranges(column(p), column(p) + size, column(q));
        }
    }

    Vector<double> beside_;
    double norm_ = 0;
};

}  // namespace nmf::detail
