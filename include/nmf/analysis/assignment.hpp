// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The assignment problem, solved exactly.

#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include <nmf/core/errors.hpp>
#include <nmf/core/types.hpp>
#include <nmf/data/summary.hpp>

namespace nmf {
namespace detail {

/// The least assignment of the first rows of a cost matrix, row by row.
class GrowingAssignment {
public:
    explicit GrowingAssignment(const Matrix<double>& costs)
        : costs_(costs),
          row_of_(at(costs.cols()), none),
          column_of_(at(costs.rows()), none),
          of_rows_(Vector<double>::Zero(costs.rows())),
          of_cols_(Vector<double>::Zero(costs.cols())) {}

    /// Assigns a further row. Others may change their columns.
    void add(Index start) {
        const Index cols = costs_.cols();
        shortest_.setConstant(cols, std::numeric_limits<double>::infinity());
        from_.assign(at(cols), none);
        done_.assign(at(cols), false);
        double length = 0;
        Index column = nearest_from(start, length);
        while (row_of_[at(column)] != none) {
            done_[at(column)] = true;
            column = nearest_from(row_of_[at(column)], length);
        }
        of_rows_[start] += length;
        for (Index j = 0; j < cols; ++j) {
            if (!done_[at(j)]) continue;
            of_rows_[row_of_[at(j)]] += length - shortest_[j];
            of_cols_[j] -= length - shortest_[j];
        }
        for (Index row = none; row != start;) {
            row = from_[at(column)];
            row_of_[at(column)] = row;
            std::swap(column_of_[at(row)], column);
        }
    }

    [[nodiscard]] const std::vector<Index>& columns() const { return column_of_; }

private:
    static constexpr Index none = -1;
    static std::size_t at(Index i) { return static_cast<std::size_t>(i); }

    /// Looks from a row that is `length` away. Returns the nearest column that is not done, and
    /// sets its distance.
    Index nearest_from(Index row, double& length) {
        Index nearest = none;
        for (Index j = 0; j < costs_.cols(); ++j) {
            if (done_[at(j)]) continue;
            const double way = length + costs_(row, j) - of_rows_[row] - of_cols_[j];
            if (way < shortest_[j]) {
                shortest_[j] = way;
                from_[at(j)] = row;
            }
            if (nearest == none || shortest_[j] < shortest_[nearest]) nearest = j;
        }
        length = shortest_[nearest];
        return nearest;
    }

    const Matrix<double>& costs_;
    std::vector<Index> row_of_;
    std::vector<Index> column_of_;
    // costs(i, j) - of_rows[i] - of_cols[j] is >= 0, and 0 for what is assigned.
    Vector<double> of_rows_;
    Vector<double> of_cols_;
    // Of the shortest way from a row to each column, by rows and columns in turn.
    Vector<double> shortest_;
    std::vector<Index> from_;
    std::vector<bool> done_;
};

}  // namespace detail

/// One column for each row of a cost matrix (r x c, r <= c), no column twice, so that the sum of
/// the costs is least. Returns the columns. Throws InputError for more rows than columns, and for a
/// cost that is not finite. Cost: r^2 c.
///
/// @par Source
/// R. Jonker and A. Volgenant, "A shortest augmenting path algorithm for dense and sparse linear
/// assignment problems", Computing 38, 1987; here without their initialisation.
[[nodiscard]] inline std::vector<Index> assignment(const Matrix<double>& costs) {
    if (costs.rows() > costs.cols()) {
        detail::throw_input_error({"the costs of an assignment are ",
                                   detail::shape(costs.rows(), costs.cols()),
                                   "; it needs at least as many columns as rows"});
    }
    detail::FirstOffender first;
    for (Index j = 0; j < costs.cols(); ++j) {
        for (Index i = 0; i < costs.rows(); ++i) {
            if (!std::isfinite(costs(i, j))) first.see(i, j, costs(i, j));
        }
    }
    first.throw_if_any("costs", "every cost has to be a finite number");
    detail::GrowingAssignment found(costs);
    for (Index i = 0; i < costs.rows(); ++i) found.add(i);
    return found.columns();
}

}  // namespace nmf
