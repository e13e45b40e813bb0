// SPDX-License-Identifier: MIT
#include "support/fit_any.hpp"

Fit<float> fit(const Sparse<float>& v, nmf::Index rank, const Options& options) {
    return fit_any(v, rank, options);
}
