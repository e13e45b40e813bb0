// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What a run refuses of a start.

#include <string>
#include <string_view>

#include <nmf/core/errors.hpp>
#include <nmf/data/summary.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/machine/finite.hpp>

namespace nmf::detail {

/// Throws InputError for the first entry of a factor X (k x N) of a start that is no finite number
/// >= 0. `transposed` where X is W'.
template <RealScalar S>
NMF_COLD void check_start(std::string_view init, const char* factor, const Factor<S>& x,
                          bool transposed) {
    const Index padded = x.cols() * x.stride();
    const bool acceptable_entries =
        all_finite(x.data(), padded) && x.all([](S e) { return e >= S(0); });
    if (acceptable_entries) return;
    FirstOffender first;
    for (Index j = 0; j < x.cols(); ++j) {
        for (Index a = 0; a < x.rows(); ++a) {
            const S value = x.data()[j * x.stride() + a];
            if (acceptable(value)) continue;
            first.see(transposed ? j : a, transposed ? a : j, static_cast<double>(value));
        }
    }
    const std::string name = joined({"the init '", init, "' has made a start of which ", factor});
    first.throw_if_any(name.c_str());
}

}  // namespace nmf::detail
