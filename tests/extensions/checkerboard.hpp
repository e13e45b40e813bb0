// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A choice of entries: of a dense V every second one counts, like the white squares of a board.

#include <string_view>
#include <utility>

#include <nmf/data/entries.hpp>

namespace own {

/// Weights 1 and 0 in turn, as a source of entries.
struct Squares {
    static constexpr bool weighted = false;
    [[nodiscard]] double operator()(nmf::Index i, nmf::Index j) const {
        return (i + j) % 2 == 0 ? 1.0 : 0.0;
    }
    [[nodiscard]] Squares transposed() const { return {}; }
};

struct Checkerboard {
    using Axis = nmf::axis::Entries;
    static constexpr std::string_view name = "checkerboard";

    template <class Derived>
    [[nodiscard]] auto view(const Eigen::DenseBase<Derived>& v) const {
        using S = typename Derived::Scalar;
        auto values = nmf::detail::entry_source(v.derived());
        using Source = nmf::detail::WeightedSource<decltype(values), Squares>;
        return nmf::DenseView<S, Source>(Source{std::move(values), {}}, v.rows(), v.cols());
    }
};

}  // namespace own
