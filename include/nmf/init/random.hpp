// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Random start.

#include <string_view>

#include <nmf/core/interrupt.hpp>
#include <nmf/data/extent.hpp>
#include <nmf/init/concept.hpp>

namespace nmf {
namespace detail {

/// Uniform draws in [0, scale). Entry (a, j) is draw number a * N + j, with the N and j of the
/// whole factor.
template <RealScalar S>
void fill_uniform(CounterRandom random, double scale, const Extent& extent, Factor<S>& x) {
    PacedInterrupt pace;
    for (Index j = 0; j < x.cols(); ++j) {
        pace.step(x.rows());
        for (Index a = 0; a < x.rows(); ++a) {
            x.matrix()(a, j) = static_cast<S>(scale * random.uniform(draw_number(extent, a, j)));
        }
    }
}

}  // namespace detail

/// Entries uniform in [0, 1), the same on every platform for the same seed.
struct RandomInit {
    using Axis = axis::Init;
    static constexpr std::string_view name = "random";

    template <DataView View, class S = typename View::Scalar>
    void start(const View& view, const Summary&, CounterRandom random, Factor<S>& w,
               Factor<S>& h) const {
        detail::fill_uniform(random.stream(0), 1.0, detail::row_extent(view), w);
        detail::fill_uniform(random.stream(1), 1.0, detail::column_extent(view), h);
    }
};

static_assert(InitFor<RandomInit, detail::PlainView<double>>);

}  // namespace nmf
