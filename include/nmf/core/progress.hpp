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
    cancelled,       ///< The observer, or a stop token, cancelled.
    stalled,         ///< Plain steps lower neither the objective nor the KKT residual any more.
    not_finite       ///< A policy made a NaN or an infinity; the result is the pair before.
};

[[nodiscard]] constexpr std::string_view to_string(Status status) {
    switch (status) {
        case Status::converged: return "converged";
        case Status::max_iterations: return "max_iterations";
        case Status::time_limit: return "time_limit";
        case Status::cancelled: return "cancelled";
        case Status::stalled: return "stalled";
        case Status::not_finite: return "not_finite";
    }
    return "unknown";
}

/// What a status means, as a sentence.
[[nodiscard]] constexpr std::string_view message(Status status) {
    switch (status) {
        case Status::converged: return "The stopping criterion on the factors was met.";
        case Status::max_iterations: return "The limit on iterations came first.";
        case Status::time_limit: return "The limit on time came first.";
        case Status::cancelled: return "The run was cancelled.";
        case Status::stalled:
            return "Plain steps lower neither the objective nor the KKT residual any more.";
        case Status::not_finite:
            return "A solver, loss, penalty or parameter made a NaN or an infinity; W and H are "
                   "the pair before.";
    }
    return "unknown";
}

/// One line of the history of a run. Line 0 is the start.
struct HistoryEntry {
    Index iteration = 0;
    double seconds = 0;         ///< Since the run began.
    double objective = 0;       ///< What is minimised, penalties included.
    double relative_error = 0;  ///< ||V - W H|| / ||V||, Frobenius norms.
    double kkt_residual = 0;    ///< Distance from stationarity; see kkt_residual().
};

/// What stopping rules and observers see after each iteration: the last line of the history, and
/// the lines before it.
struct Progress : HistoryEntry {
    std::span<const HistoryEntry> history;
};

}  // namespace nmf
