// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Which entries of V count, as policies chosen when the program runs: one for entries that are
/// visited one by one, one for those of a list. Neither makes dense what is sparse.

#include <memory>
#include <string_view>
#include <utility>

#include <nmf/data/entries.hpp>

#include "io/matrix.hpp"

namespace cli {

/// Weights of the entries of V, a source for nmf::DenseView: those of a matrix, or 0 where V is
/// NaN and 1 elsewhere.
template <class S>
class WeightedEntries {
public:
    static constexpr bool weighted = true;

    WeightedEntries(const io::Dense<S>& v, const io::Dense<S>* weights)
        : dense_(&v), weights_(weights) {}
    WeightedEntries(const io::Sparse<S>& v, const io::Dense<S>* weights)
        : sparse_(&v), weights_(weights) {}

    [[nodiscard]] S operator()(nmf::Index i, nmf::Index j) const {
        const S m = weight(i, j);
        return m > S(0) ? m * stored(i, j) : S(0);
    }
    [[nodiscard]] S value(nmf::Index i, nmf::Index j) const {
        return weight(i, j) > S(0) ? stored(i, j) : S(1);
    }
    [[nodiscard]] S weight(nmf::Index i, nmf::Index j) const {
        if (weights_ != nullptr) return turned_ ? (*weights_)(j, i) : (*weights_)(i, j);
        const S v = stored(i, j);
        return v == v ? S(1) : S(0);
    }
    [[nodiscard]] WeightedEntries transposed() const {
        WeightedEntries flipped(*this);
        flipped.turned_ = !turned_;
        return flipped;
    }

private:
    [[nodiscard]] S stored(nmf::Index i, nmf::Index j) const {
        if (turned_) std::swap(i, j);
        return dense_ != nullptr ? (*dense_)(i, j) : sparse_->coeff(i, j);
    }

    const io::Dense<S>* dense_ = nullptr;
    const io::Sparse<S>* sparse_ = nullptr;
    const io::Dense<S>* weights_;
    bool turned_ = false;
};

/// Dense weights, or those that are not NaN.
template <class S>
struct VisitedEntries {
    using Axis = nmf::axis::Entries;
    static constexpr std::string_view name = "visited";

    const io::Dense<S>* weights;  ///< Null: 0 for NaN, 1 for all else.

    template <class V>
    [[nodiscard]] auto view(const V& v) const {
        return nmf::DenseView<S, WeightedEntries<S>>(WeightedEntries<S>(v, weights), v.rows(),
                                                     v.cols());
    }
};

/// The entries that sparse weights store, or those that V itself does.
template <class S>
class ListedEntries {
public:
    using Axis = nmf::axis::Entries;
    static constexpr std::string_view name = "listed";

    static ListedEntries of(const io::Sparse<S>& weights) { return {&weights, nullptr}; }
    static ListedEntries stored(const io::Sparse<S>& v) {
        return {nullptr, std::make_shared<const List>(v)};
    }

    template <class V>
    [[nodiscard]] auto view(const V& v) const {
        if (list_) return nmf::MissingUnstored{}.view(*list_);
        return nmf::Weights(*weights_).view(v);
    }

private:
    /// With indices as wide as those of weights, so that both are one kind of view.
    using List = Eigen::SparseMatrix<S, Eigen::ColMajor, nmf::Index>;

    ListedEntries(const io::Sparse<S>* weights, std::shared_ptr<const List> list)
        : weights_(weights), list_(std::move(list)) {}

    const io::Sparse<S>* weights_;
    std::shared_ptr<const List> list_;
};

}  // namespace cli
