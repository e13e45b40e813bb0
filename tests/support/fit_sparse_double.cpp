// SPDX-License-Identifier: MIT
#include "support/fit_any.hpp"

Fit<double> fit(const Sparse<double>& v, nmf::Index rank, const Options& options) {
    return fit_any(v, rank, options);
}
