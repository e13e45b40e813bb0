// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// From the user's matrix to its data view.

#include <memory>
#include <type_traits>

#include <Eigen/SparseCore>

#include <nmf/core/errors.hpp>
#include <nmf/core/interrupt.hpp>
#include <nmf/data/dense/view.hpp>
#include <nmf/data/sparse/view.hpp>

namespace nmf {
namespace detail {

template <class Derived>
concept DirectAccess = (Eigen::internal::traits<Derived>::Flags & Eigen::DirectAccessBit) != 0;

template <class Derived>
consteval bool require_real_scalar() {
    static_assert(RealScalar<typename Derived::Scalar>,
                  "nmf: V has to hold float or double; pass V.cast<double>()");
    return RealScalar<typename Derived::Scalar>;
}

/// The arrays of a sparse matrix, read in its own storage order.
template <class Sparse>
auto stored_entries(const Sparse& v) {
    using S = typename Sparse::Scalar;
    using I = typename Sparse::StorageIndex;
    return StoredEntries<S, I>{v.innerSize(),       v.outerSize(),     v.outerIndexPtr(),
                               v.innerNonZeroPtr(), v.innerIndexPtr(), v.valuePtr()};
}

/// Throws InputError unless the indices of the stored entries of each column ascend and lie inside
/// of the matrix. In row-major order this holds for each row. The kernels and Eigen's own copies
/// rely on it.
template <class Sparse>
void check_order(const Sparse& v, const char* name) {
    const auto entries = stored_entries(v);
    PacedInterrupt pace;
    for (Index outer = 0; outer < entries.cols; ++outer) {
        pace.step(entries.end(outer) - entries.begin(outer) + 1);
        Index before = -1;
        for (Index entry = entries.begin(outer); entry < entries.end(outer); ++entry) {
            const Index inner = entries.row(entry);
            if (inner > before && inner < entries.rows) {
                before = inner;
                continue;
            }
            const bool outside = inner < 0 || inner >= entries.rows;
            throw InputError(name, Sparse::IsRowMajor ? outer : inner,
                             Sparse::IsRowMajor ? inner : outer,
                             static_cast<double>(entries.values[entry]),
                             outside ? "the matrix is " + shape(v.rows(), v.cols())
                             : Sparse::IsRowMajor
                                 ? "the entries of a row have to be stored by ascending column"
                                 : "the entries of a column have to be stored by ascending row");
        }
    }
}

template <Unstored Meaning, class Sparse>
auto sparse_view(const Sparse& v, std::shared_ptr<const void> owned) {
    using S = typename Sparse::Scalar;
    using I = typename Sparse::StorageIndex;
    struct Copies {
        TurnedEntries<S, I> across;
        std::shared_ptr<const void> original;
    };
    check_order(v, "V");
    const auto own = stored_entries(v);
    auto copies = std::make_shared<const Copies>(Copies{turn(own), std::move(owned)});
    const auto other = copies->across.entries;
    return Sparse::IsRowMajor ? SparseView<S, I, Meaning>(other, own, copies)
                              : SparseView<S, I, Meaning>(own, other, copies);
}

template <Unstored Meaning, class Derived>
auto make_sparse_view(const Eigen::SparseMatrixBase<Derived>& v) {
    if constexpr (!require_real_scalar<Derived>()) {
        return make_sparse_view<Meaning>(Eigen::SparseMatrix<double>());
    } else if constexpr (requires { v.derived().innerNonZeroPtr(); }) {
        return sparse_view<Meaning>(v.derived(), nullptr);
    } else {
        auto evaluated = std::make_shared<const typename Derived::PlainObject>(v.derived());
        return sparse_view<Meaning>(*evaluated, evaluated);
    }
}

/// A dense matrix or expression as a source of entries.
template <class Derived>
auto entry_source(const Eigen::DenseBase<Derived>& v) {
    using S = typename Derived::Scalar;
    const Derived& matrix = v.derived();
    if constexpr (DirectAccess<Derived> && RealScalar<S>) {
        const Index inner = matrix.innerStride();
        const Index outer = matrix.outerStride();
        return Derived::IsRowMajor ? StridedSource<S>{matrix.data(), outer, inner}
                                   : StridedSource<S>{matrix.data(), inner, outer};
    } else {
        return ExpressionSource<Derived>(matrix);
    }
}

}  // namespace detail

/// A view of a dense matrix, Map, Ref, Block, vector or expression, which has to outlive it. Copies
/// nothing.
template <class Derived>
[[nodiscard]] auto make_view(const Eigen::DenseBase<Derived>& v) {
    using S = std::conditional_t<detail::require_real_scalar<Derived>(), typename Derived::Scalar,
                                 double>;
    const auto source = detail::entry_source(v);
    return DenseView<S, std::decay_t<decltype(source)>>(source, v.rows(), v.cols());
}

/// A view refers to its matrix, which has to have a name of its own.
template <class Derived>
auto make_view(const Eigen::PlainObjectBase<Derived>&& v) = delete;
template <class T, int Options, class Strides>
auto make_view(const Eigen::Ref<const T, Options, Strides>&& v) = delete;
template <class S, int Options, class I>
auto make_view(const Eigen::SparseMatrix<S, Options, I>&& v) = delete;

/// A view of a sparse matrix or Map, compressed or not, which has to outlive it. Makes one copy of
/// its entries, in the other storage order; a sparse expression is evaluated first. Throws
/// InputError for stored entries out of order, twice or outside of the matrix.
template <class Derived>
[[nodiscard]] auto make_view(const Eigen::SparseMatrixBase<Derived>& v) {
    return detail::make_sparse_view<Unstored::zero>(v);
}

}  // namespace nmf
