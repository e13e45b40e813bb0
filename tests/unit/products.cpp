// SPDX-License-Identifier: MIT
// Products with V write C as a whole, at every rank: of the last packet of its columns no entry,
// some, half or all may count.

#include <limits>

#include <nmf/data/view.hpp>
#include <nmf/testing/padding.hpp>

#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/storage.hpp"

using nmf::Factor;
using nmf::Index;
using nmf::make_view;
using nmf::Matrix;

TEMPLATE_TEST_CASE("A product replaces all of C and leaves its padding 0, at every rank", "", float,
                   double) {
    using S = TestType;
    // More rows than go into the sums at a time, and columns for tiles of every width.
    const Matrix<S> v = scattered(300, 21, 0.4).cast<S>();
    const storage::RowMajor<S> by_rows = v;
    const Sparse<S> stored = sparse(v);
    // Of sums of m products >= 0, here and in the reference.
    const double rounding = 2.0 * static_cast<double>(v.rows()) * std::numeric_limits<S>::epsilon();
    for (Index rank = 1; rank <= 40; ++rank) {
        const Factor<S> a(uniform(3, rank, v.rows()).template cast<S>());
        const Matrix<double> expected =
            a.matrix().template cast<double>() * v.template cast<double>();
        const auto check = [&](const char* form, const auto& view) {
            INFO(form << ", rank " << rank);
            Factor<S> c(rank, v.cols());
            c.padded_matrix().setConstant(std::numeric_limits<S>::quiet_NaN());
            view.product(a, c);
            CHECK(nmf::testing::detail::padding_is_zero(c));
            const Matrix<double> errors =
                (c.matrix().template cast<double>() - expected).cwiseAbs();
            CHECK((errors.array() <= rounding * expected.array()).all());
        };
        check("columns", make_view(v));
        check("rows", make_view(by_rows));
        check("sparse", make_view(stored));
    }
}
