// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// One column of V with what a coordinate descent on its entries needs.

#include <algorithm>
#include <vector>

#include <nmf/core/types.hpp>

namespace nmf {

/// For one column x of X, with A fixed, the entries v_i > 0 of the column of V:
///
///     minimise  sum_i m_i (-v_i log y_i) + <s, x> + l sum(x) + r/2 ||x||^2 over x >= 0,
///     y_i = <a_i, x>,   s = sum of m_i a_i over all entries, zeros included:
///
/// the Kullback-Leibler divergence up to a constant.
template <RealScalar S>
struct EntryColumn {
    Vector<double> sums;            ///< s, one for each component.
    std::vector<S> values;          ///< v_i
    std::vector<S> weights;         ///< m_i
    std::vector<S> reconstruction;  ///< y_i, at least least_model.
    std::vector<S> by_component;    ///< A' at the entries: component a begins at a * entries().
    S linear = 0;                   ///< l
    S ridge = 0;                    ///< r
    S typical_entry = 1;            ///< The size of an entry of X.
    S least_model = 0;              ///< What a y_i is raised to.

    [[nodiscard]] Index entries() const { return static_cast<Index>(values.size()); }

    [[nodiscard]] const S* component(Index a) const { return by_component.data() + a * entries(); }

    /// Room for that many components and entries.
    void reserve(Index rank, Index most) {
        const auto size = static_cast<std::size_t>(most);
        values.reserve(size);
        weights.reserve(size);
        reconstruction.reserve(size);
        by_component.reserve(static_cast<std::size_t>(rank) * size);
        rows_.reserve(size);
    }

    void clear() {
        values.clear();
        weights.clear();
        rows_.clear();
    }

    void append(Index i, S v, S m) {
        values.push_back(v);
        weights.push_back(m);
        rows_.push_back(i);
    }

    /// Fetches the columns of A, and sets the reconstruction to that of x.
    template <class Fixed, class Column>
    void gather(const Fixed& a, const Column& x) {
        const Index k = a.rows();
        const Index n = entries();
        by_component.resize(static_cast<std::size_t>(k * n));
        reconstruction.resize(values.size());
        for (Index e = 0; e < n; ++e) {
            const Index i = rows_[static_cast<std::size_t>(e)];
            for (Index b = 0; b < k; ++b) {
                by_component[static_cast<std::size_t>(b * n + e)] = a(b, i);
            }
        }
        Eigen::Map<Vector<S>> y(reconstruction.data(), n);
        y.setZero();
        for (Index b = 0; b < k; ++b) {
            y += x[b] * Eigen::Map<const Vector<S>>(component(b), n);
        }
        y = y.cwiseMax(least_model);
    }

    /// sum_i m_i v_i a_i / y_i for component a.
    [[nodiscard]] double numerator(Index a) const {
        const S* const of = component(a);
        double sum = 0;
        for (Index e = 0; e < entries(); ++e) {
            const auto i = static_cast<std::size_t>(e);
            sum += static_cast<double>(weights[i] * values[i] / reconstruction[i] * of[e]);
        }
        return sum;
    }

private:
    std::vector<Index> rows_;
};

}  // namespace nmf
