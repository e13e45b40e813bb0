// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// An init: every component likes rows and columns of its own.

#include <string_view>

#include <nmf/init/concept.hpp>

namespace own {

struct DiagonalInit {
    using Axis = nmf::axis::Init;
    static constexpr std::string_view name = "diagonal";

    template <nmf::DataView View, class S = typename View::Scalar>
    void start(const View& /*view*/, const nmf::Summary& /*sums*/, nmf::CounterRandom /*random*/,
               nmf::Factor<S>& w, nmf::Factor<S>& h) const {
        for (nmf::Factor<S>* x : {&w, &h}) {
            for (nmf::Index j = 0; j < x->cols(); ++j) {
                for (nmf::Index a = 0; a < x->rows(); ++a) {
                    x->matrix()(a, j) = j % x->rows() == a ? S(1) : S(0.25);
                }
            }
        }
    }
};

}  // namespace own
