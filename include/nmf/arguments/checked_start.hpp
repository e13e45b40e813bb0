// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What a run refuses of a start.

#include <cmath>
#include <string>
#include <string_view>

#include <nmf/core/errors.hpp>
#include <nmf/data/summary.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/machine/finite.hpp>

namespace nmf::detail {

/// Throws InputError for the first entry of a factor Wt or H of a start that is no finite number
/// >= 0, or of any sign.
template <RealScalar S>
NMF_COLD void check_start(std::string_view init, Side side, const Factor<S>& x, bool any_sign) {
    const Index padded = x.cols() * x.stride();
    const auto fits = [&](S value) {
        return acceptable(value) || (any_sign && std::isfinite(value));
    };
    if (all_finite(x.data(), padded) && x.all(fits)) return;
    const bool transposed = side == Side::w;
    FirstOffender first;
    for (Index j = 0; j < x.cols(); ++j) {
        for (Index a = 0; a < x.rows(); ++a) {
            const S value = x.data()[j * x.stride() + a];
            if (fits(value)) continue;
            first.see(transposed ? j : a, transposed ? a : j, static_cast<double>(value));
        }
    }
    const std::string name =
        joined({"the init '", init, "' has made a start of which ", transposed ? "W" : "H"});
    first.throw_if_any(name.c_str());
}

}  // namespace nmf::detail
