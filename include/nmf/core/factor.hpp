// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Storage of a factor: one aligned column of k scalars per row or column of V.

#include <cassert>
#include <utility>

#include <nmf/core/simd.hpp>
#include <nmf/core/types.hpp>

namespace nmf {

/// A k x N factor as policies see it: an Eigen matrix whose columns are padded apart.
template <RealScalar S>
using FactorMap = Eigen::Map<Matrix<S>, Eigen::Unaligned, Eigen::OuterStride<>>;

template <RealScalar S>
using ConstFactorMap = Eigen::Map<const Matrix<S>, Eigen::Unaligned, Eigen::OuterStride<>>;

/// Owns a k x N matrix, column-major, each column starting at a multiple of the vector width and
/// filled up with zeros. Kernels work on whole columns and rely on those zeros.
template <RealScalar S>
class Factor {
public:
    Factor() = default;
    Factor(Index rank, Index size) { resize(rank, size); }

    template <class Derived>
    explicit Factor(const Eigen::MatrixBase<Derived>& values) {
        assign(values);
    }

    /// All entries zero. Keeps the memory when the shape stays.
    void resize(Index rank, Index size) {
        rank_ = rank;
        storage_.setZero(detail::padded<S>(rank), size);
    }

    /// Entries and padding are not set: for a factor that is to be written as a whole.
    void allocate(Index rank, Index size) {
        rank_ = rank;
        storage_.resize(detail::padded<S>(rank), size);
    }

    template <class Derived>
    void assign(const Eigen::MatrixBase<Derived>& values) {
        if (values.rows() != rows() || values.cols() != cols()) {
            resize(values.rows(), values.cols());
        }
        matrix() = values;
    }

    [[nodiscard]] Index rows() const { return rank_; }
    [[nodiscard]] Index cols() const { return storage_.cols(); }

    /// Scalars from one column to the next.
    [[nodiscard]] Index stride() const { return storage_.rows(); }

    [[nodiscard]] S* data() { return storage_.data(); }
    [[nodiscard]] const S* data() const { return storage_.data(); }

    [[nodiscard]] FactorMap<S> matrix() {
        return {storage_.data(), rows(), cols(), Eigen::OuterStride<>(stride())};
    }
    [[nodiscard]] ConstFactorMap<S> matrix() const {
        return {storage_.data(), rows(), cols(), Eigen::OuterStride<>(stride())};
    }

    /// The entries with their padding, for operations that act on each entry alone and keep 0 at 0.
    [[nodiscard]] Matrix<S>& padded_matrix() { return storage_; }
    [[nodiscard]] const Matrix<S>& padded_matrix() const { return storage_; }

    void swap(Factor& with) {
        storage_.swap(with.storage_);
        std::swap(rank_, with.rank_);
    }

private:
    Index rank_ = 0;
    Matrix<S> storage_;
};

}  // namespace nmf
