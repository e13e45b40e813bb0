// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Storage of a factor: one aligned column of k scalars per row or column of V.

#include <algorithm>
#include <cassert>
#include <initializer_list>
#include <memory>
#include <utility>

#include <nmf/core/compiler.hpp>
#include <nmf/core/types.hpp>
#include <nmf/machine/memory.hpp>
#include <nmf/machine/simd.hpp>

namespace nmf {

/// A k x N factor as policies see it: an Eigen matrix with padding between its columns.
template <RealScalar S>
using FactorMap = Eigen::Map<Matrix<S>, Eigen::Unaligned, Eigen::OuterStride<>>;

template <RealScalar S>
using ConstFactorMap = Eigen::Map<const Matrix<S>, Eigen::Unaligned, Eigen::OuterStride<>>;

template <RealScalar S>
using PaddedMap = Eigen::Map<Matrix<S>, Eigen::Aligned64>;

template <RealScalar S>
using ConstPaddedMap = Eigen::Map<const Matrix<S>, Eigen::Aligned64>;

/// Owns a column-major k x N matrix. Each column starts at a multiple of the vector width and is
/// padded with zeros. Kernels work on whole columns and rely on these zeros. A copy has its own
/// memory.
template <RealScalar S>
class Factor {
public:
    Factor() = default;
    Factor(Index rank, Index size) { resize(rank, size); }

    template <class Derived>
    explicit Factor(const Eigen::MatrixBase<Derived>& values) {
        assign(values);
    }

    Factor(const Factor& other) { *this = other; }
    Factor(Factor&& other) noexcept { swap(other); }
    Factor& operator=(const Factor& other) {
        if (this == &other) return *this;
        if (rank_ != other.rank_ || size_ != other.size_) allocate(other.rank_, other.size_);
        std::copy_n(other.data(), stride_ * size_, data());
        return *this;
    }
    Factor& operator=(Factor&& other) noexcept {
        Factor(std::move(other)).swap(*this);
        return *this;
    }
    NMF_NOINLINE ~Factor() = default;  // Compiled once, not at each of many places.

    /// Sets the shape and all entries to zero. Keeps the memory if the shape stays the same.
    void resize(Index rank, Index size) {
        allocate(rank, size);
        std::fill_n(data(), stride_ * size_, S(0));
    }

    /// Sets the shape, but neither entries nor padding, for a factor that is written as a whole
    /// next. Keeps the memory if the shape stays the same.
    void allocate(Index rank, Index size) {
        if (rank != rank_ || size != size_) allocate_together(rank, {{this, size}});
    }

    struct Room {
        Factor* of;
        Index size;
    };

    /// The same for several factors, which then lie side by side in memory.
    static void allocate_together(Index rank, std::initializer_list<Room> rooms,
                                  detail::Pages pages = detail::Pages::usual) {
        const Index stride = detail::padded<S>(rank);
        const Index step = detail::vector_alignment / sizeof(S);
        const auto length = [&](Index size) { return (stride * size + step - 1) / step * step; };
        Index total = 0;
        for (const Room& room : rooms) total += length(room.size);
        const std::shared_ptr<S> memory = detail::make_room<S>(total, pages);
        Index at = 0;
        for (const Room& room : rooms) {
            room.of->memory_ = {memory, memory.get() + at};
            room.of->rank_ = rank;
            room.of->stride_ = stride;
            room.of->size_ = room.size;
            at += length(room.size);
        }
    }

    template <class Derived>
    void assign(const Eigen::MatrixBase<Derived>& values) {
        if (values.rows() != rows() || values.cols() != cols()) {
            resize(values.rows(), values.cols());
        }
        matrix() = values;
    }

    /// Copies the entries of a matrix in double.
    template <class Derived>
    void take(const Eigen::PlainObjectBase<Derived>& values) {
        if (values.rows() != rows() || values.cols() != cols()) {
            resize(values.rows(), values.cols());
        }
        const double* from = values.data();
        for_each([&](S& entry) { entry = static_cast<S>(*from++); });
    }

    [[nodiscard]] Index rows() const { return rank_; }
    [[nodiscard]] Index cols() const { return size_; }

    /// Scalars from one column to the next.
    [[nodiscard]] Index stride() const { return stride_; }

    [[nodiscard]] S* data() { return memory_.get(); }
    [[nodiscard]] const S* data() const { return memory_.get(); }

    [[nodiscard]] FactorMap<S> matrix() {
        return FactorMap<S>(data(), rows(), cols(), Eigen::OuterStride<>(stride()));
    }
    [[nodiscard]] ConstFactorMap<S> matrix() const {
        return ConstFactorMap<S>(data(), rows(), cols(), Eigen::OuterStride<>(stride()));
    }

    /// The memory from column j on.
    [[nodiscard]] const S* column(Index j) const { return data() + j * stride_; }

    /// The first columns.
    [[nodiscard]] FactorMap<S> columns(Index count) {
        return FactorMap<S>(data(), rows(), count, Eigen::OuterStride<>(stride()));
    }

    /// The entries with their padding, for entrywise operations that map 0 to 0.
    [[nodiscard]] PaddedMap<S> padded_matrix() { return PaddedMap<S>(data(), stride(), cols()); }
    [[nodiscard]] ConstPaddedMap<S> padded_matrix() const {
        return ConstPaddedMap<S>(data(), stride(), cols());
    }

    /// The transpose, N x k.
    [[nodiscard]] Matrix<S> transposed() const {
        Matrix<S> out(size_, rank_);
        for (Index a = 0; a < rank_; ++a) {
            for (Index j = 0; j < size_; ++j) out(j, a) = data()[j * stride_ + a];
        }
        return out;
    }

    /// Column j becomes 0.
    void clear(Index j) { std::fill_n(data() + j * stride_, stride_, S(0)); }

    /// Calls f(entry) for all entries, column by column.
    template <class F>
    void for_each(const F& f) {
        for (Index j = 0; j < size_; ++j) std::for_each_n(data() + j * stride_, rank_, f);
    }
    template <class F>
    void for_each(const F& f) const {
        for (Index j = 0; j < size_; ++j) std::for_each_n(data() + j * stride_, rank_, f);
    }

    /// Whether f(entry) holds for all entries.
    template <class F>
    [[nodiscard]] bool all(const F& f) const {
        bool holds = true;
        for (Index j = 0; j < size_ && holds; ++j) {
            holds = std::all_of(data() + j * stride_, data() + j * stride_ + rank_, f);
        }
        return holds;
    }

    void swap(Factor& with) noexcept {
        memory_.swap(with.memory_);
        std::swap(rank_, with.rank_);
        std::swap(stride_, with.stride_);
        std::swap(size_, with.size_);
    }

private:
    std::shared_ptr<S> memory_;
    Index rank_ = 0;
    Index stride_ = 0;
    Index size_ = 0;
};

}  // namespace nmf
