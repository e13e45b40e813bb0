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
#include <nmf/data/back_product.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/flipped.hpp>
#include <nmf/machine/chunks.hpp>
#include <nmf/machine/parallel.hpp>
#include <nmf/testing/broken_laws.hpp>
#include <nmf/testing/padding.hpp>

namespace nmf::testing {

namespace detail {

/// The results that the kernels of a view of `v` should give for factors A (k x m) and X (k x n)
/// with entries below 1.
struct ViewReference {
    Matrix<double> a;
    Matrix<double> x;
    Matrix<double> product;      ///< A V
    Vector<double> column_sums;  ///< Of V, and so bounds on the columns of A V.
    double reconstruction = 0;   ///< ||A'X||^2
    double residual = 0;         ///< ||V - A'X||^2
    double squared_norm = 0;     ///< ||V||^2
};

[[nodiscard]] inline ViewReference view_reference(const Matrix<double>& v, const Matrix<double>& a,
                                                  const Matrix<double>& x) {
    const Matrix<double> reconstruction = a.transpose() * x;
    // One after the other they would lose digits to rounding, where Eigen has no packets.
    const auto square = [](const auto& of) { return of.colwise().squaredNorm().sum(); };
    return {a,
            x,
            a * v,
            v.colwise().sum().transpose(),
            square(reconstruction),
            square(v - reconstruction),
            square(v)};
}

/// Every entry of `product` is within `rounding` of A V, relative to the column sum of V.
[[nodiscard]] inline bool agrees(const Matrix<double>& product, const ViewReference& with,
                                 double rounding) {
    const Vector<double> errors =
        (product - with.product).cwiseAbs().colwise().maxCoeff().transpose();
    return (errors.array() <= rounding * with.column_sums.array()).all();
}

template <DataView View>
class ViewCheck {
public:
    ViewCheck(const View& view, const Matrix<double>& expected, std::string where,
              BrokenLaws& broken)
        : view_(view), expected_(expected), where_(std::move(where)), broken_(broken) {}

    void check() {
        const bool shape = view_.rows() == expected_.rows() && view_.cols() == expected_.cols();
        broken_.require(shape, "1. rows() and cols() are those of V", where_);
        if (!shape) return;
        broken_.require(view_.stored() >= static_cast<double>((expected_.array() != 0).count()) &&
                            view_.stored() <= static_cast<double>(expected_.size()),
                        "2. stored() counts the entries that a pass visits", where_);
        check_summary();
        for (const Index rank : {1, 3, 8, 21}) check_kernels(rank);
    }

private:
    using S = typename View::Scalar;
    static constexpr double eps = static_cast<double>(std::numeric_limits<S>::epsilon());

    void check_summary() {
        const Summary sums = view_.summary();
        const double close =
            4.0 * static_cast<double>(expected_.size()) * std::numeric_limits<double>::epsilon();
        const double square = expected_.squaredNorm();
        broken_.require(std::abs(sums.sum - expected_.sum()) <= close * expected_.sum() &&
                            std::abs(sums.squared_norm - square) <= close * square &&
                            sums.largest == expected_.maxCoeff(),
                        "3. summary() holds the sum, the squared norm and the largest entry",
                        where_);
    }

    void check_kernels(Index rank) {
        const CounterRandom random(static_cast<std::uint64_t>(rank));
        const Factor<S> a(random.stream(0).template uniform_matrix<S>(rank, view_.rows()));
        const Factor<S> x(random.stream(1).template uniform_matrix<S>(rank, view_.cols()));
        const ViewReference reference = view_reference(
            expected_, a.matrix().template cast<double>(), x.matrix().template cast<double>());

        Factor<S> product(rank, view_.cols());
        product.padded_matrix().setConstant(S(77));
        view_.product(a, product);
        broken_.require(agrees(product.matrix().template cast<double>(), reference,
                               4.0 * static_cast<double>(view_.rows()) * eps),
                        "4. product(A, C) sets C = A V", where_);
        broken_.require(padding_is_zero(product), "5. product(A, C) sets the padding of C to 0",
                        where_);

        check_blocks(a, product);
        if constexpr (OneSidedView<View>) check_back(x);

        const double residual = view_.squared_residual(a, x, reference.reconstruction, scratch_);
        broken_.require(std::abs(residual - reference.residual) <=
                            8.0 * static_cast<double>(rank + 1) * eps *
                                (reference.reconstruction + reference.squared_norm),
                        "6. squared_residual(A, X, ||A'X||^2, scratch) is ||V - A'X||^2", where_);
    }

    void check_blocks(const Factor<S>& a, const Factor<S>& product) {
        Factor<S> blocks(a.rows(), view_.cols());
        std::vector<int> times(static_cast<std::size_t>(view_.cols()), 0);
        bool even = true;
        const int threads = nmf::detail::threads_of_run();
        auto products = view_.products(a.rows());
        // Twice, so that nothing of the first is left in the second.
        const Factor<S> other(Matrix<S>::Constant(a.rows(), a.cols(), S(3)));
        products.begin(other);
        products.begin(a);
        view_.for_each_block([&](Index first, Index cols, Index chunk, int thread) {
            even = even && (cols == View::block_size || first + cols == view_.cols()) &&
                   chunk >= 0 && chunk < nmf::detail::most_chunks && thread >= 0 &&
                   thread < threads;
            for (Index c = 0; c < cols; ++c) ++times[static_cast<std::size_t>(first + c)];
            std::as_const(products)(first, cols, blocks.data() + first * blocks.stride());
        });
        for (const int count : times) even = even && count == 1;
        broken_.require(even, "7. for_each_block(f) takes each column once, in blocks of one size",
                        where_);
        broken_.require(blocks.padded_matrix() == product.padded_matrix(),
                        "8. products(rank) sets the same columns of A V", where_);
    }

    /// Parts of X V' by chunks of any number.
    void check_back(const Factor<S>& x) {
        const Matrix<double> expected = x.matrix().template cast<double>() * expected_.transpose();
        for (const Index most : {1, 2, 5}) {
            nmf::detail::BackProduct<S> back;
            back.prepare(x.rows(), view_.rows(), most);
            back.begin();
            bool below = true;
            view_.for_each_block(
                [&](Index first, Index cols, Index chunk, int) {
                    below = below && chunk < most;
                    if (chunk < most) back.add(view_, chunk, first, cols, x.column(first));
                },
                most);
            broken_.require(below, "9. for_each_block(f, most) has chunks below most", where_);
            Factor<S> c(x.rows(), view_.rows());
            back.copy(0, view_.rows(), c.data());
            const double rounding = 4.0 * static_cast<double>(view_.cols()) * eps;
            const Matrix<double> gap = (c.matrix().template cast<double>() - expected).cwiseAbs();
            broken_.require((gap.array() <= rounding * expected.array()).all(),
                            "10. multiply_back() sets and adds X V' of a block", where_);
            broken_.require(padding_is_zero(c), "11. multiply_back() sets the padding of C to 0",
                            where_);
        }
    }

    const View& view_;
    const Matrix<double>& expected_;
    std::string where_;
    BrokenLaws& broken_;
    nmf::detail::Scratch<S> scratch_;
};

}  // namespace detail

/// The laws that a view of `expected` breaks; none for a good one. The view of the transpose is
/// tested too, and so are copies of both. For a one-sided view it rests on multiply_back().
template <DataView View>
[[nodiscard]] std::vector<std::string> data_view_laws(const View& view,
                                                      const Matrix<double>& expected) {
    BrokenLaws broken;
    const auto check = [&](const auto& of, const Matrix<double>& matrix, const char* where) {
        detail::ViewCheck(of, matrix, where, broken).check();
    };
    check(view, expected, "the view");
    // That of V' rests on these.
    if (OneSidedView<View> && !broken.none()) return std::move(broken).reports();
    const auto flipped = nmf::detail::flipped_view(view);
    const Matrix<double> turned = expected.transpose();
    check(flipped, turned, "the view of V'");
    const View copy = view;
    check(copy, expected, "a copy");
    check(flipped.transposed(), expected, "the view of V''");
    return std::move(broken).reports();
}

}  // namespace nmf::testing
