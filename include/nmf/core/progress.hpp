// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What a run reports while it goes on, and how it can end.

#include <span>
#include <string_view>

#include <nmf/core/types.hpp>

namespace nmf {

/// Why a run ended. Only `converged` says that a stopping criterion on the factors was met.
enum class Status {
    converged,       ///< The stopping rule was satisfied.
    max_iterations,  ///< The limit on iterations came first.
    time_limit,      ///< The limit on time came first.
    cancelled,       ///< The observer cancelled.
    stalled  ///< Neither the objective nor the KKT residual has come down for 20 iterations.
};

[[nodiscard]] constexpr std::string_view to_string(Status status) {
    switch (status) {
        case Status::converged: return "converged";
        case Status::max_iterations: return "max_iterations";
        case Status::time_limit: return "time_limit";
        case Status::cancelled: return "cancelled";
        case Status::stalled: return "stalled";
    }
    return "unknown";
}

/// One line of the history of a run. Line 0 is the start.
struct HistoryEntry {
    Index iteration = 0;
    double seconds = 0;         ///< Since the run began.
    double objective = 0;       ///< What is minimised, penalties included.
    double relative_error = 0;  ///< ||V - W H|| / ||V||, Frobenius norms.
    double kkt_residual = 0;    ///< Distance from stationarity; see loss/normal_equations.hpp.
};

/// What stopping rules and observers see after each iteration: the last line of the history, and
/// the lines before it.
struct Progress : HistoryEntry {
    std::span<const HistoryEntry> history;
};

}  // namespace nmf
