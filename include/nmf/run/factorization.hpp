// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The result of a run: plain data, of one type whatever the policies were.

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <nmf/core/progress.hpp>
#include <nmf/core/types.hpp>
#include <nmf/core/warning.hpp>

namespace nmf {

/// How well W H predicts the entries that are held out; see HeldOut.
struct Validation {
    double error = 0;   ///< The mean loss of an entry, over those that are scored.
    Index entries = 0;  ///< The number of scored entries; 0 if nothing is held out.
    Index floored = 0;  ///< Entries whose model was raised to 1e-6 of the training mean.
};

/// What a run reached from one of its starts; see Starts.
struct StartResult {
    std::uint64_t seed = 0;
    Index iterations = 0;  ///< When it was given up, or when it ended.
    double objective = 0;
    std::string init{};  ///< The name of its init.
};

/// V ~ W H, and how the run went. Keeps no pointer to the user's data. With Compressed, objective,
/// errors and history are those of V~, the matrix of low rank that took the place of V.
template <RealScalar S>
struct Factorization {
    Matrix<S> W{};  ///< m x k
    Matrix<S> H{};  ///< k x n
    Status status = Status::max_iterations;
    Index iterations = 0;
    double objective = 0;                  ///< The loss plus penalties, of these W and H.
    double relative_error = 0;             ///< ||V - W H|| / ||V||; 0 for V = 0.
    double kkt_residual = 0;               ///< See nmf::kkt_residual().
    double compression_error = 0;          ///< With Compressed: ||V - V~|| / ||V||.
    Validation validation{};               ///< With HeldOut.
    double seconds = 0;                    ///< The run, initialisation included.
    Index steps_taken_back = 0;            ///< Extrapolated steps that raised the objective.
    std::vector<HistoryEntry> history{};   ///< Entry 0 is the start; objectives do not rise.
    std::vector<Index> dead_components{};  ///< Components that contribute nothing, by number.
    std::vector<Warning> warnings{};       ///< See message(Warning).

    /// Rows and columns of V without any entry that counts. Their factors are 0, unless a penalty
    /// pulls them.
    std::vector<Index> unobserved_rows{};
    std::vector<Index> unobserved_columns{};

    std::string loss{};                 ///< The names of the policies.
    std::string solver{};               ///< \copybrief loss
    std::string init{};                 ///< Of the start that was the best.
    std::uint64_t seed = 0;             ///< \copybrief init
    std::vector<StartResult> starts{};  ///< Those that began, in their order.
    int threads = 1;
};

/// Prints one line: the shape, how the run ended, and how good the result is.
template <RealScalar S>
std::ostream& operator<<(std::ostream& out, const Factorization<S>& fit) {
    return out << fit.W.rows() << " x " << fit.H.cols() << ", rank " << fit.W.cols() << ", "
               << fit.loss << " by " << fit.solver << " from " << fit.init << ": " << fit.status
               << " after " << fit.iterations << " iterations, objective " << fit.objective
               << ", relative error " << fit.relative_error << ", KKT residual "
               << fit.kkt_residual;
}

namespace detail {

/// The name of a policy in results.
template <HasName P>
[[nodiscard]] std::string name_of(const P& policy) {
    if constexpr (requires { policy.full_name(); }) {
        return policy.full_name();
    } else {
        return std::string(std::string_view(policy.name));
    }
}

}  // namespace detail
}  // namespace nmf
