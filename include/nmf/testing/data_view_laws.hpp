// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The laws of a data view.

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <nmf/core/random.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/testing/broken_laws.hpp>

namespace nmf::testing {

namespace detail {

template <DataView View>
class ViewCheck {
public:
    ViewCheck(const View& view, Matrix<double> expected, std::string where, BrokenLaws& broken)
        : view_(view),
          expected_(std::move(expected)),
          where_(std::move(where)),
          broken_(broken) {}

    void check() {
        const bool shape = view_.rows() == expected_.rows() && view_.cols() == expected_.cols();
        broken_.require(shape, "1. rows() and cols() are those of V", where_);
        if (!shape) return;
        broken_.require(view_.stored() >= static_cast<double>((expected_.array() != 0).count()) &&
                            view_.stored() <= static_cast<double>(expected_.size()),
                        "2. stored() counts the entries that a pass visits", where_);
        broken_.require(view_.threads() >= 1, "3. threads() is at least 1", where_);
        check_summary();
        for (const Index rank : {1, 3, 8, 21}) check_kernels(rank);
    }

private:
    using S = typename View::Scalar;
    static constexpr double eps = static_cast<double>(std::numeric_limits<S>::epsilon());

    void check_summary() {
        const Summary sums = view_.summary();
        const double entries = static_cast<double>(expected_.size());
        const double close = 4.0 * entries * std::numeric_limits<double>::epsilon();
        broken_.require(
            std::abs(sums.sum - expected_.sum()) <= close * expected_.sum() &&
                std::abs(sums.squared_norm - expected_.squaredNorm()) <=
                    close * expected_.squaredNorm(),
            "4. summary() holds the sum and the squared norm, summed in double", where_);
    }

    void check_kernels(Index rank) {
        const CounterRandom random(static_cast<std::uint64_t>(rank));
        const Factor<S> a(random.stream(0).template uniform_matrix<S>(rank, view_.rows()));
        const Factor<S> x(random.stream(1).template uniform_matrix<S>(rank, view_.cols()));
        const Matrix<double> left = a.matrix().template cast<double>();
        const Matrix<double> right = x.matrix().template cast<double>();

        Factor<S> product(rank, view_.cols());
        product.padded_matrix().setConstant(S(77));
        view_.product(a, product);
        // Entries of A are at most 1, so a sum of terms is at most the sum of a column of V.
        const double rounding = 4.0 * static_cast<double>(view_.rows()) * eps;
        const Matrix<double> exact = left * expected_;
        const auto error = (product.matrix().template cast<double>() - exact).cwiseAbs();
        broken_.require(
            ((error.colwise().maxCoeff()).array() <= rounding * expected_.colwise().sum().array())
                .all(),
            "5. product(A, C) sets C = A V", where_);
        broken_.require(
            (product.padded_matrix().bottomRows(product.stride() - rank).array() == S(0)).all(),
            "6. product(A, C) sets the padding of C to 0", where_);

        const Matrix<double> reconstruction = left.transpose() * right;
        const double square = reconstruction.squaredNorm();
        const double residual = view_.squared_residual(a, x, square);
        const double direct = (expected_ - reconstruction).squaredNorm();
        broken_.require(
            std::abs(residual - direct) <=
                8.0 * static_cast<double>(rank + 1) * eps * (square + expected_.squaredNorm()),
            "7. squared_residual(A, X, ||A'X||^2) is ||V - A'X||^2", where_);
    }

    const View& view_;
    Matrix<double> expected_;
    std::string where_;
    BrokenLaws& broken_;
};

}  // namespace detail

/// The laws that a view of `expected` breaks, and its transposed() as a view of the transpose, and
/// copies of both; none for a good one.
template <DataView View>
[[nodiscard]] std::vector<std::string> data_view_laws(const View& view,
                                                      const Matrix<double>& expected) {
    BrokenLaws broken;
    const auto check = [&](const auto& of, const Matrix<double>& matrix, const char* where) {
        detail::ViewCheck(of, matrix, where, broken).check();
    };
    check(view, expected, "the view");
    const auto flipped = view.transposed();
    check(flipped, expected.transpose(), "the view of V'");
    const View copy = view;
    check(copy, expected, "a copy");
    check(flipped.transposed(), expected, "the view of V''");
    return std::move(broken).reports();
}

}  // namespace nmf::testing
