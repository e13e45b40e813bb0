// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What a run reports while it goes on, and how it can end.

#include <concepts>
#include <optional>
#include <ostream>
#include <span>
#include <string_view>

#include <nmf/core/errors.hpp>
#include <nmf/core/types.hpp>

namespace nmf {

/// Why a run ended. Only `converged` says that a test of the result was met.
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

inline std::ostream& operator<<(std::ostream& out, Status status) {
    return out << to_string(status);
}

/// What a status means, as a sentence.
[[nodiscard]] constexpr std::string_view message(Status status) {
    switch (status) {
        case Status::converged: return "The stopping test was met.";
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

/// One entry of the history of a run. Entry 0 is the start.
struct HistoryEntry {
    Index iteration = 0;
    double seconds = 0;         ///< Since the run began.
    double objective = 0;       ///< What is minimised, penalties included.
    double relative_error = 0;  ///< ||V - W H|| / ||V||, Frobenius norms.
    double kkt_residual = 0;    ///< Distance from stationarity; see kkt_residual().
    /// Of the entries held out, where a stopping rule asks for it; see ValidationError.
    std::optional<double> validation_error{};
};

namespace detail {

/// Where a factor lies in memory: k x N, its columns `stride` apart.
struct FactorPlace {
    const void* data = nullptr;
    Index rank = 0;
    Index size = 0;
    Index stride = 0;
    bool single = false;  ///< Of float.
};

}  // namespace detail

/// What stopping rules and observers see after each iteration: the last entry of the history, all
/// entries so far, and the best pair of factors.
struct Progress : HistoryEntry {
    template <RealScalar S>
    using MapOfW =
        Eigen::Map<const Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>,
                   Eigen::Unaligned, Eigen::OuterStride<>>;
    template <RealScalar S>
    using MapOfH = Eigen::Map<const Matrix<S>, Eigen::Unaligned, Eigen::OuterStride<>>;

    std::span<const HistoryEntry> history;

    Index start = 0;  ///< The number of the start, where there are several; see Starts.

    /// W (m x k) and H (k x n) of the best pair so far, without a copy. The Maps are valid during
    /// the call that received the progress. Components may be scaled differently from the result.
    /// Throws InputError if S is not the scalar type of the run.
    template <RealScalar S>
    [[nodiscard]] MapOfW<S> w() const {
        check_scalar<S>(of_w);
        return {static_cast<const S*>(of_w.data), of_w.size, of_w.rank,
                Eigen::OuterStride<>(of_w.stride)};
    }
    template <RealScalar S>
    [[nodiscard]] MapOfH<S> h() const {
        check_scalar<S>(of_h);
        return {static_cast<const S*>(of_h.data), of_h.rank, of_h.size,
                Eigen::OuterStride<>(of_h.stride)};
    }

    detail::FactorPlace of_w{};
    detail::FactorPlace of_h{};

private:
    template <RealScalar S>
    static void check_scalar(const detail::FactorPlace& of) {
        if (of.data == nullptr || of.single == std::same_as<S, float>) return;
        detail::throw_input_error({"the run is in ", of.single ? "float" : "double",
                                   ", and its factors are asked for in ",
                                   of.single ? "double" : "float"});
    }
};

}  // namespace nmf
