// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// V and weights of any storage, as few types.

#include <concepts>
#include <cstddef>
#include <limits>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

#include <Eigen/SparseCore>

#include <nmf/any/names.hpp>
#include <nmf/core/compiler.hpp>
#include <nmf/core/errors.hpp>
#include <nmf/data/dense/source.hpp>
#include <nmf/data/sparse/stored_entries.hpp>
#include <nmf/data/view.hpp>
#include <nmf/machine/memory.hpp>

namespace nmf {
namespace detail {

/// A V in memory, dense or sparse. Refers to it, or to a copy that it owns.
template <RealScalar S>
struct AnyMatrix {
    Index rows = 0;
    Index cols = 0;
    StridedSource<S> dense{nullptr, 0, 0};
    bool is_sparse = false;
    StoredEntries<S, int> stored{};  ///< Of a sparse V by columns, or by rows,
    bool by_rows = false;            ///< if it is row-major.
    std::shared_ptr<const void> owned{};
};

template <class Derived>
[[nodiscard]] auto any_matrix(const Eigen::DenseBase<Derived>& v) {
    using S = typename Derived::Scalar;
    AnyMatrix<S> any;
    any.rows = v.rows();
    any.cols = v.cols();
    if constexpr (DirectAccess<Derived>) {
        any.dense = entry_source(v);
    } else {
        auto copy = std::make_shared<const Matrix<S>>(v.derived());
        any.dense = entry_source(*copy);
        any.owned = std::move(copy);
    }
    return any;
}

/// Throws InputError for more entries than an int counts.
NMF_COLD inline void check_count(std::string_view what, Index entries) {
    if (entries <= std::numeric_limits<int>::max()) return;
    throw_input_error({what, " have ", decimal(entries),
                       " stored entries; with nmf::Options an int has to count them"});
}

/// Wider indices are copied to int, and expressions are evaluated.
template <class Derived>
[[nodiscard]] auto any_matrix(const Eigen::SparseMatrixBase<Derived>& v) {
    using S = typename Derived::Scalar;
    constexpr bool stored = requires { v.derived().innerNonZeroPtr(); };
    constexpr int order = Derived::IsRowMajor ? Eigen::RowMajor : Eigen::ColMajor;
    if constexpr (stored && std::same_as<typename Derived::StorageIndex, int>) {
        AnyMatrix<S> any;
        any.rows = v.rows();
        any.cols = v.cols();
        any.is_sparse = true;
        any.by_rows = Derived::IsRowMajor;
        any.stored = stored_entries(v.derived());
        return any;
    } else if constexpr (stored) {
        check_order(v.derived(), "V");
        check_count("the columns of V", v.derived().nonZeros());
        auto copy = std::make_shared<const Eigen::SparseMatrix<S, order, int>>(v.derived());
        AnyMatrix<S> any = any_matrix(*copy);
        any.owned = std::move(copy);
        return any;
    } else {
        auto copy = std::make_shared<const Eigen::SparseMatrix<S, order, int>>(v.derived());
        AnyMatrix<S> any = any_matrix(*copy);
        any.owned = std::move(copy);
        return any;
    }
}

/// A sparse V in single precision. Owns its values.
[[nodiscard]] NMF_COLD inline AnyMatrix<float> in_single(const AnyMatrix<double>& v) {
    const StoredEntries<double, int>& from = v.stored;
    const Index end = from.cols > 0 ? from.end(from.cols - 1) : 0;
    const std::shared_ptr<float> values = make_room<float>(end);
    for (Index j = 0; j < from.cols; ++j) {
        for (Index entry = from.begin(j); entry < from.end(j); ++entry) {
            values.get()[entry] = static_cast<float>(from.values[entry]);
        }
    }
    AnyMatrix<float> any;
    any.rows = v.rows;
    any.cols = v.cols;
    any.is_sparse = true;
    any.stored = {from.rows, from.cols, from.outer, from.counts, from.inner, values.get()};
    any.by_rows = v.by_rows;
    any.owned = std::make_shared<std::pair<std::shared_ptr<float>, std::shared_ptr<const void>>>(
        values, v.owned);
    return any;
}

}  // namespace detail

/// Weights of the entries of V in nmf::Options, or none; see nmf::Weights. Refers to a dense
/// matrix, which has to outlive the run; of an expression or a sparse matrix it keeps a copy.
class AnyWeights {
public:
    AnyWeights() = default;

    template <class Derived>
    AnyWeights(const Eigen::DenseBase<Derived>& weights) {
        using S = typename Derived::Scalar;
        static_assert(RealScalar<S>,
                      "nmf: weights have to be float or double; pass M.cast<double>()");
        auto any = detail::any_matrix(weights);
        rows_ = any.rows;
        cols_ = any.cols;
        owned_ = any.owned;
        if constexpr (std::same_as<S, double>) {
            in_double_ = any.dense;
        } else {
            in_float_ = any.dense;
        }
    }
    template <class Derived>
    AnyWeights(const Eigen::PlainObjectBase<Derived>&& weights) = delete;
    template <class T, int Choice, class Strides>
    AnyWeights(const Eigen::Ref<const T, Choice, Strides>&& weights) = delete;

    template <class Derived>
    AnyWeights(const Eigen::SparseMatrixBase<Derived>& weights)
        : rows_(weights.rows()), cols_(weights.cols()) {
        if constexpr (requires { weights.derived().innerNonZeroPtr(); }) {
            detail::check_order(weights.derived(), "weights");
        }
        sparse_ = std::make_shared<const Sparse>(weights.derived().template cast<double>());
    }

    using Sparse = Eigen::SparseMatrix<double, Eigen::ColMajor, Index>;

    [[nodiscard]] bool none() const { return rows_ < 0; }
    [[nodiscard]] Index rows() const { return rows_; }
    [[nodiscard]] Index cols() const { return cols_; }

    /// Null where they are dense.
    [[nodiscard]] const Sparse* sparse() const { return sparse_.get(); }

    /// Of entry (i, j), where they are dense.
    [[nodiscard]] double operator()(Index i, Index j) const {
        return in_double_.data != nullptr ? in_double_(i, j) : static_cast<double>(in_float_(i, j));
    }

private:
    Index rows_ = -1;
    Index cols_ = -1;
    detail::StridedSource<double> in_double_{nullptr, 0, 0};
    detail::StridedSource<float> in_float_{nullptr, 0, 0};
    std::shared_ptr<const Sparse> sparse_;
    std::shared_ptr<const void> owned_;
};

/// Which entries of V are missing: "none", "nan" (see MissingNan) or "unstored" (MissingUnstored).
class AnyMissing {
public:
    AnyMissing() = default;
    AnyMissing(std::string_view text);
    AnyMissing(const char* text) : AnyMissing(std::string_view(text)) {}
    AnyMissing(const std::string& text) : AnyMissing(std::string_view(text)) {}

    [[nodiscard]] bool nan() const { return kind_ == Kind::nan; }
    [[nodiscard]] bool unstored() const { return kind_ == Kind::unstored; }
    [[nodiscard]] bool none() const { return kind_ == Kind::none; }

private:
    enum class Kind { none, nan, unstored };
    Kind kind_ = Kind::none;
};

NMF_COLD inline AnyMissing::AnyMissing(std::string_view text)
    : kind_(text == "nan"        ? Kind::nan
            : text == "unstored" ? Kind::unstored
                                 : Kind::none) {
    if (kind_ != Kind::none || text == "none") return;
    detail::throw_unknown_name("choice of missing entries", text, {"none", "nan", "unstored"});
}

}  // namespace nmf
