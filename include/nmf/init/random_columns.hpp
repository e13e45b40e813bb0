// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Start from random columns of V.

#include <algorithm>
#include <string_view>

#include <nmf/data/extent.hpp>
#include <nmf/data/flipped.hpp>
#include <nmf/data/signed.hpp>
#include <nmf/init/random.hpp>

namespace nmf {

/// Each column of W is the mean of a few random columns of V, and H is uniform in [0, 1). A
/// component starts at random if its columns of V are all zero. Cost: one product with V.
///
/// @par Source
/// A. Langville, C. Meyer, R. Albright, J. Cox and D. Duling, "Initializations for the nonnegative
/// matrix factorization", KDD 2006 ("random Acol").
struct RandomColumns {
    using Axis = axis::Init;
    static constexpr std::string_view name = "columns";

    Index columns = 5;  ///< Columns of V in a mean, drawn with replacement; at least 1.

    void check() const {
        detail::check_parameter(columns >= 1, "RandomColumns.columns", columns, ">= 1");
    }

    template <DataView View, class S = typename View::Scalar>
    void start(const View& view, const Summary&, CounterRandom random, Factor<S>& w,
               Factor<S>& h) const {
        const Extent cols = detail::column_extent(view);
        detail::fill_uniform(random.stream(1), 1.0, cols, h);
        const Index count = std::max<Index>(1, columns);
        Factor<S> chosen(w.rows(), view.cols());
        const CounterRandom draws = random.stream(0);
        for (Index a = 0; a < w.rows(); ++a) {
            for (Index p = 0; p < count; ++p) {
                const auto draw = static_cast<std::uint64_t>(a * count + p);
                const Index j = draws.below(draw, cols.total) - cols.first;
                if (j < 0 || j >= view.cols()) continue;
                chosen.matrix()(a, j) += S(1) / static_cast<S>(count);
            }
        }
        detail::flipped_view(view).product(chosen, w);
        if (detail::may_be_negative(view)) {
            w.for_each([](S& entry) { entry = std::max(S(0), entry); });
        }
        Factor<S> spare(w.rows(), w.cols());
        detail::fill_uniform(random.stream(2), static_cast<double>(w.matrix().maxCoeff()),
                             detail::row_extent(view), spare);
        for (Index a = 0; a < w.rows(); ++a) {
            if (!(w.matrix().row(a).maxCoeff() > S(0))) w.matrix().row(a) = spare.matrix().row(a);
        }
    }
};

static_assert(InitFor<RandomColumns, detail::PlainView<double>>);

}  // namespace nmf
