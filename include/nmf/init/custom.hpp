// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Start from given factors.

#include <cmath>
#include <string_view>

#include <nmf/core/errors.hpp>
#include <nmf/init/concept.hpp>

namespace nmf {

/// Starts from W (m x k) and H (k x n): a warm start, or the start of another program. Throws
/// InputError if the shapes do not fit V and the rank, or for the first entry that is not finite.
/// The run refuses a negative entry, unless the factor may have any sign.
template <RealScalar T>
class CustomInit {
public:
    using Axis = axis::Init;
    static constexpr std::string_view name = "custom";
    [[nodiscard]] static constexpr bool draws() { return false; }

    /// With `rescale` false, the run uses the factors as they are.
    template <class DerivedW, class DerivedH>
    CustomInit(const Eigen::MatrixBase<DerivedW>& w, const Eigen::MatrixBase<DerivedH>& h,
               bool rescaled = true)
        : rescale(rescaled), w_(w), h_(h) {}

    template <DataView View, class S = typename View::Scalar>
    void start(const View& view, const Summary&, CounterRandom, Factor<S>& w, Factor<S>& h) const {
        check("W", w_, view.rows(), w.rows());
        check("H", h_, h.rows(), view.cols());
        w.assign(w_.transpose().template cast<S>());
        h.assign(h_.template cast<S>());
    }

    /// The same in another precision.
    template <RealScalar Other>
    [[nodiscard]] CustomInit<Other> cast() const {
        return {w_.template cast<Other>(), h_.template cast<Other>(), rescale};
    }

    bool rescale;

private:
    static void check(const char* matrix, const Matrix<T>& x, Index rows, Index cols) {
        if (x.rows() != rows || x.cols() != cols) {
            detail::throw_input_error({"the custom start ", matrix, " is ",
                                       detail::shape(x.rows(), x.cols()),
                                       "; V and the rank ask for ", detail::shape(rows, cols)});
        }
        detail::FirstOffender first;
        for (Index j = 0; j < cols; ++j) {
            for (Index i = 0; i < rows; ++i) {
                if (!std::isfinite(x(i, j))) first.see(i, j, static_cast<double>(x(i, j)));
            }
        }
        first.throw_if_any(matrix, "every entry has to be a finite number");
    }

    Matrix<T> w_;
    Matrix<T> h_;
};

template <class DerivedW, class DerivedH>
CustomInit(const Eigen::MatrixBase<DerivedW>&, const Eigen::MatrixBase<DerivedH>&)
    -> CustomInit<typename DerivedW::Scalar>;
template <class DerivedW, class DerivedH>
CustomInit(const Eigen::MatrixBase<DerivedW>&, const Eigen::MatrixBase<DerivedH>&, bool)
    -> CustomInit<typename DerivedW::Scalar>;

static_assert(InitFor<CustomInit<double>, detail::PlainView<double>>);

}  // namespace nmf
