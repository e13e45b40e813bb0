// SPDX-License-Identifier: MIT
#include "progress.hpp"

#include <algorithm>
#include <cstdio>

#if __has_include(<unistd.h>)
#include <unistd.h>
#endif

namespace cli {
namespace {

bool is_terminal() {
#if __has_include(<unistd.h>)
    return isatty(STDERR_FILENO) != 0;
#else
    return false;
#endif
}

/// 1, 2, 5, 10, 20, 50, ...
nmf::Index next_of(nmf::Index iteration) {
    nmf::Index power = 1;
    while (power * 10 <= iteration) power *= 10;
    return iteration == 2 * power ? 5 * power : 2 * iteration;
}

}  // namespace

ProgressDisplay::ProgressDisplay(const Options& options)
    : max_iterations_(static_cast<double>(options.max_iterations)),
      time_limit_(options.time_limit),
      seed_(options.seed),
      quiet_(options.quiet),
      terminal_(is_terminal()) {}

ProgressDisplay::~ProgressDisplay() {
    if (terminal_ && !quiet_) std::fputs("\r\033[K", stderr);
}

void ProgressDisplay::show(const nmf::Progress& progress) {
    if (quiet_) return;
    if (progress.start != start_) {
        start_ = progress.start;
        next_iteration_ = 1;
        while (next_iteration_ < progress.iteration) next_iteration_ = next_of(next_iteration_);
        if (!terminal_)
            std::fprintf(stderr, "seed %llu\n", seed_ + static_cast<unsigned long long>(start_));
    }
    if (terminal_) {
        if (progress.seconds < next_time_) return;
        next_time_ = progress.seconds + 0.1;
        draw_bar(progress);
    } else if (progress.iteration == next_iteration_) {
        next_iteration_ = next_of(progress.iteration);
        std::fprintf(stderr, "iteration %td: relative error %.6g, KKT residual %.2g, %.2f s\n",
                     progress.iteration, progress.relative_error, progress.kkt_residual,
                     progress.seconds);
    }
}

void ProgressDisplay::draw_bar(const nmf::Progress& progress) {
    const double done = std::max(static_cast<double>(progress.iteration) / max_iterations_,
                                 progress.seconds / time_limit_);
    constexpr std::size_t width = 24;
    const auto filled = static_cast<std::size_t>(std::min(done, 1.0) * double{width});
    const std::string bar = std::string(filled, '#') + std::string(width - filled, '-');
    std::fprintf(stderr, "\r[%s] %td  relative error %.6f  KKT residual %.1e  %.1f s\033[K",
                 bar.c_str(), progress.iteration, progress.relative_error, progress.kkt_residual,
                 progress.seconds);
    std::fflush(stderr);
}

}  // namespace cli
