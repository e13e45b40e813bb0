// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What a run returns.

#include <vector>

#include <nmf/core/errors.hpp>
#include <nmf/core/options.hpp>
#include <nmf/core/progress.hpp>
#include <nmf/core/warning.hpp>
#include <nmf/data/entries.hpp>
#include <nmf/machine/parallel.hpp>
#include <nmf/penalty/concept.hpp>
#include <nmf/run/checked_summary.hpp>
#include <nmf/run/threads_for.hpp>
#include <nmf/run/transform.hpp>

namespace nmf {

/// V ~ W H, and how the run went. With Compressed, objective, errors and history are of V~, which
/// took the place of V.
template <RealScalar S, class PenaltySet = Penalties<>, class LossPolicy = Frobenius,
          class EntriesPolicy = AllEntries>
struct Factorization {
    Matrix<S> W{};  ///< m x k
    Matrix<S> H{};  ///< k x n
    Status status = Status::max_iterations;
    Index iterations = 0;
    double objective = 0;                  ///< The loss plus penalties, of these W and H.
    double relative_error = 0;             ///< ||V - W H|| / ||V||; 0 for V = 0.
    double kkt_residual = 0;               ///< See nmf::kkt_residual().
    double compression_error = 0;          ///< With Compressed: ||V - V~|| / ||V||.
    double seconds = 0;                    ///< The run, initialisation included.
    Index restarts = 0;                    ///< Steps that extrapolation took back.
    std::vector<HistoryEntry> history{};   ///< Line 0 is the start; objectives do not rise.
    std::vector<Index> dead_components{};  ///< Components that contribute nothing, by number.
    std::vector<Warning> warnings{};       ///< What the run noticed; message() tells what it means.

    /// Rows and columns of V without any entry that counts. Their factors are 0.
    std::vector<Index> unobserved_rows{};
    std::vector<Index> unobserved_columns{};

    LossPolicy loss;
    EntriesPolicy entries;
    PenaltySet penalties;
    int threads = 1;           ///< Of the run.
    Threads threads_wanted{};  ///< What the run was asked for; transform keeps to it.

    /// The coefficients of further columns, H2 >= 0 with V2 ~ W H2 (k x n2), for the same W, loss
    /// and penalties, with the status of the search: a matrix with members, see
    /// run/coefficients.hpp. Least squares and beta-divergences of power in [1, 2] are convex in
    /// H2; then H2 is a minimiser, whatever the rank of W, and at a converged fit whose H is
    /// unique, transform(V) is H to the tolerance. Other losses are taken to a KKT residual of 1e-9
    /// (1e-5 in single precision), or 2000 passes. Entries count as in the fit; a fit with weights
    /// needs those of V2: transform(V2, Weights(M2)). Throws InputError when V2 has not m rows, or
    /// for what factorize would refuse of V2.
    template <class Derived>
    [[nodiscard]] Coefficients<S> transform(const Eigen::EigenBase<Derived>& v2) const {
        static_assert(
            std::default_initializable<EntriesPolicy>,
            "nmf: a fit with weights needs the weights of V2: transform(V2, Weights(M2))");
        return transform(v2, entries);
    }

    template <class Derived, class Entries>
    [[nodiscard]] Coefficients<S> transform(const Eigen::EigenBase<Derived>& v2,
                                            const Entries& entries_of_v2) const {
        constexpr bool same = std::same_as<typename Derived::Scalar, S>;
        constexpr bool entries_given = HasAxis<Entries, axis::Entries>;
        static_assert(same, "nmf: transform needs the scalar type of the fit; pass V.cast<...>()");
        static_assert(!same || entries_given,
                      "nmf: transform takes V and which of its entries count, as in transform(V, "
                      "Weights(M)); loss and penalties are those of the fit");
        if constexpr (same && entries_given) {
            if constexpr (detail::accept_entries<Entries, Derived>()) {
                return transform_checked(v2, entries_of_v2);
            }
        }
        return {};
    }

private:
    template <class Derived, class Entries>
    [[nodiscard]] Coefficients<S> transform_checked(const Eigen::EigenBase<Derived>& v2,
                                                    const Entries& entries_of_v2) const {
        detail::check_parameters(loss, penalties, entries_of_v2);
        if (v2.rows() != W.rows()) {
            throw InputError("transform: V is " + detail::shape(v2.rows(), v2.cols()) +
                             "; the fit has " + std::to_string(W.rows()) + " rows");
        }
        if (v2.cols() == 0) return Coefficients<S>(Matrix<S>(W.cols(), 0));
        const detail::RunScope scope(
            detail::threads_for(v2, W.cols(), threads_wanted, loss, entries_of_v2));
        const auto view = entries_of_v2.view(v2.derived(), scope.threads());
        using View = std::decay_t<decltype(view)>;
        const Summary sums = detail::checked_summary(view, loss);
        return detail::Transform<View, LossPolicy, PenaltySet>(view, sums, loss,
                                                               penalties)(Factor<S>(W.transpose()));
    }
};

}  // namespace nmf
