// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// An observer that prints how a run goes.

#include <algorithm>
#include <cstdio>

#include <nmf/core/errors.hpp>
#include <nmf/core/options.hpp>
#include <nmf/core/progress.hpp>

namespace nmf {

/// Prints a line to `to` for the start and for every n-th iteration:
///
///     iteration 10: 0.03 s, objective 1523.1, relative error 0.2817, KKT residual 0.0021
///
///     nmf::factorize(V, 20, nmf::PrintProgress{.every = 10});
struct PrintProgress {
    using Axis = axis::Observer;

    Index every = 1;         ///< At least 1.
    std::FILE* to = stderr;  ///< Has to stay open during the run.

    void check() const {
        detail::check_parameter(every >= 1, "PrintProgress.every", every, ">= 1");
    }

    void operator()(const Progress& progress) const {
        if (progress.iteration % std::max<Index>(every, 1) != 0) return;
        if (progress.start > 0) {
            std::fprintf(to, "start %lld, ", static_cast<long long>(progress.start));
        }
        std::fprintf(to,
                     "iteration %lld: %.2f s, objective %.6g, relative error %.4g, "
                     "KKT residual %.2g\n",
                     static_cast<long long>(progress.iteration), progress.seconds,
                     progress.objective, progress.relative_error, progress.kkt_residual);
    }
};

}  // namespace nmf
