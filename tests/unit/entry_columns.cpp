// SPDX-License-Identifier: MIT
// What coordinate descent on entries forms of a column of V, against sums in long double.

#include <algorithm>
#include <cmath>
#include <vector>

#include <nmf/data/view.hpp>
#include <nmf/half_step/dense_columns.hpp>
#include <nmf/half_step/gathered_column.hpp>
#include <nmf/solvers/kl_entry_kernels.hpp>

#include "support/catch.hpp"
#include "support/problems.hpp"

using nmf::Factor;
using nmf::Index;
using nmf::Matrix;

namespace {

/// Columns of V read in groups, as far apart as `step`.
template <class V>
auto columns_of(const V& v, Index group, Index step) {
    using S = typename V::Scalar;
    const auto view = nmf::make_view(v);
    Factor<S> room(step, v.cols());
    for (Index first = 0; first < v.cols(); first += group) {
        view.read_columns(first, std::min(group, v.cols() - first), room.data() + first * step,
                          step);
    }
    return Matrix<S>(room.matrix().topRows(v.rows()));
}

}  // namespace

TEMPLATE_TEST_CASE("Columns are read as they are, wherever V lies", "", float, double) {
    using S = TestType;
    using RowMajor = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    constexpr Index step = 64;
    for (const Index rows : {1, 7, 16, 37}) {
        for (const Index cols : {1, 8, 21, 40}) {
            const Matrix<S> v = uniform(1, rows, cols).cast<S>();
            const Matrix<S> twice = v.replicate(2, 2);
            const RowMajor by_rows = v;
            for (const Index group : {Index{1}, Index{8}, nmf::detail::DenseColumns<S>::most}) {
                INFO(rows << " x " << cols << " by " << group);
                CHECK(columns_of(v, group, step) == v);
                CHECK(columns_of(by_rows, group, step) == v);
                CHECK(columns_of(twice.topLeftCorner(rows, cols), group, step) == v);
                CHECK(columns_of(v.transpose(), group, step) == v.transpose());
                CHECK(columns_of(S(2) * v, group, step) == S(2) * v);
            }
        }
    }
}

TEMPLATE_TEST_CASE("Dense columns know Y and the sums of v a / y", "", float, double) {
    using S = TestType;
    using Columns = nmf::detail::DenseColumns<S>;
    using Exact = Eigen::Matrix<long double, Eigen::Dynamic, Eigen::Dynamic>;
    constexpr auto eps = static_cast<double>(std::numeric_limits<S>::epsilon());
    for (const Index rank : {1, 5, 17}) {
        for (const Index rows : {1, 30, 256, 300, 517}) {
            for (const Index cols : {Index{1}, Index{3}, Columns::most}) {
                INFO("rank " << rank << ", " << rows << " x " << cols);
                const Matrix<S> v = scattered(rows, cols, 0.7).cast<S>();
                const Factor<S> a(Matrix<S>(uniform(2, rank, rows).cast<S>()));
                const Factor<S> x(Matrix<S>(uniform(3, rank, cols).cast<S>()));
                Factor<S> turned(rows, nmf::detail::padded<S>(rank));
                nmf::detail::gather_components(
                    a, [](Index e) { return e; }, rows, turned.data(), turned.stride());
                Columns columns;
                columns.prepare(rank, rows);
                columns.read(nmf::make_view(v), 0, cols);
                columns.look_at(a, turned.data(), x.data(), S(0.25));
                const Exact y = (a.matrix().template cast<long double>().transpose() *
                                 x.matrix().template cast<long double>())
                                    .cwiseMax(0.25L);
                const Exact pulls = a.matrix().template cast<long double>() *
                                    v.template cast<long double>().cwiseQuotient(y);
                for (Index c = 0; c < cols; ++c) {
                    CHECK(columns.model(c)[nmf::detail::padded<S>(rows) - 1] ==
                          columns.model(c)[rows - 1]);
                    for (Index i = 0; i < rows; ++i) {
                        CHECK_THAT(static_cast<double>(columns.model(c)[i]),
                                   WithinRel(static_cast<double>(y(i, c)), 20 * eps));
                    }
                    for (Index b = 0; b < rank; ++b) {
                        CHECK_THAT(columns.pulls(c)[b],
                                   WithinRel(static_cast<double>(pulls(b, c)), 300 * eps) ||
                                       WithinAbs(0, 0));
                    }
                }
            }
        }
    }
}

TEMPLATE_TEST_CASE("The least gain is not above the gain, and close where little moves", "", float,
                   double) {
    using S = TestType;
    constexpr Index n = 160;
    const Factor<S> weights(Matrix<S>(uniform(1, n, 1).cast<S>()));
    const Factor<S> before(Matrix<S>((uniform(2, n, 1).array() + 0.1).matrix().cast<S>()));
    const Eigen::ArrayXd sign = 2.0 * uniform(3, n, 1).array() - 1.0;
    nmf::EntryColumn<S> column;
    column.entries = n;
    column.weighted = weights.data();
    for (const double by : {1e-3, 1e-2, 0.1, 0.9, 0.999, 30.0}) {
        INFO("changes up to " << by);
        const auto moved = by < 1 ? (1.0 + by * sign).eval() : (by * sign).exp().eval();
        Factor<S> now(Matrix<S>(
            (before.matrix().template cast<double>().array() * moved).matrix().template cast<S>()));
        column.reconstruction = now.data();
        long double gain = 0;
        double size = 0;
        for (Index e = 0; e < n; ++e) {
            const auto term = static_cast<long double>(weights.data()[e]) *
                              (std::log(static_cast<long double>(now.data()[e])) -
                               std::log(static_cast<long double>(before.data()[e])));
            gain += term;
            size += std::abs(static_cast<double>(term));
        }
        const auto exact = static_cast<double>(gain);
        const double least = nmf::detail::least_log_gain(column, before.data());
        CHECK_THAT(nmf::detail::log_gain(column, before.data()), WithinAbs(exact, 1e-14 * size));
        CHECK(least <= exact + 1e-14 * size);
        // What is left out is of third order.
        if (by <= 0.1) CHECK(exact - least <= by * by * size);
    }
}

TEST_CASE("The least gain is NaN where products leave the range of numbers") {
    for (const double scale : {1e-170, 1e-150, 1e150, 1e170}) {
        const Factor<double> before(Matrix<double>::Constant(8, 1, scale));
        Factor<double> now(Matrix<double>::Constant(8, 1, 1.5 * scale));
        const Factor<double> weights(Matrix<double>::Ones(8, 1));
        nmf::EntryColumn<double> column;
        column.entries = 8;
        column.weighted = weights.data();
        column.reconstruction = now.data();
        CHECK(std::isnan(nmf::detail::least_log_gain(column, before.data())));
    }
}
