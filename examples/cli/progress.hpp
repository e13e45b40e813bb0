// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// How far a run is, on standard error.

#include <string>

#include <nmf/core/progress.hpp>

#include "options.hpp"

namespace cli {

/// A bar that is redrawn when standard error is a terminal; else a line after iteration 1, 2, 5,
/// 10, 20, 50 and so on of a start; nothing with --quiet.
class ProgressDisplay {
public:
    explicit ProgressDisplay(const Options& options);
    ProgressDisplay(const ProgressDisplay&) = delete;
    ProgressDisplay& operator=(const ProgressDisplay&) = delete;

    /// Removes the bar.
    ~ProgressDisplay();

    void show(const nmf::Progress& progress);

private:
    void draw_bar(const nmf::Progress& progress);

    double max_iterations_;
    double time_limit_;
    unsigned long long seed_;
    bool quiet_;
    bool terminal_;
    double next_time_ = 0;  // of the bar, in seconds of the run
    nmf::Index start_ = 0;
    nmf::Index next_iteration_ = 1;  // to report in a line
};

}  // namespace cli
