// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What a run returns.

#include <vector>

#include <nmf/arguments/checked_summary.hpp>
#include <nmf/arguments/policies.hpp>
#include <nmf/arguments/refusals.hpp>
#include <nmf/arguments/refused_policies.hpp>
#include <nmf/core/errors.hpp>
#include <nmf/core/options.hpp>
#include <nmf/core/progress.hpp>
#include <nmf/core/warning.hpp>
#include <nmf/data/entries.hpp>
#include <nmf/machine/parallel.hpp>
#include <nmf/penalty/concept.hpp>
#include <nmf/run/limits_of.hpp>
#include <nmf/run/threads_for.hpp>
#include <nmf/run/transform.hpp>

namespace nmf {

/// V ~ W H, and how the run went. With Compressed, objective, errors and history are of V~, which
/// took the place of V.
template <RealScalar S, class PenaltySet = Penalties<>, class LossPolicy = Frobenius,
          class EntriesPolicy = AllEntries, class ConstraintSet = Constraints<>>
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

    /// Rows and columns of V without any entry that counts. Their factors are 0, unless a
    /// penalty pulls them.
    std::vector<Index> unobserved_rows{};
    std::vector<Index> unobserved_columns{};

    LossPolicy loss;
    EntriesPolicy entries;
    PenaltySet penalties;
    ConstraintSet constraints{};
    int threads = 1;           ///< Of the run.
    Threads threads_wanted{};  ///< What the run was asked for; transform keeps to it.

    /// The coefficients of further columns, H2 >= 0 with V2 ~ W H2 (k x n2), for the same W, loss
    /// and penalties, with the status of the search: a matrix with members, see
    /// run/coefficients.hpp. Least squares and beta-divergences of power in [1, 2] are convex in
    /// H2; then H2 is a minimiser, whatever the rank of W, and at a converged fit whose H is
    /// unique, transform(V) is H to the tolerance. Other losses are taken to a KKT residual of 1e-9
    /// (1e-5 in single precision), or 2000 passes. Entries count as in the fit; a fit with weights
    /// needs those of V2: transform(V2, Weights(M2)). Bounds of H hold for H2 too; frozen entries
    /// belong to the V of the fit. Throws InputError when V2 has not m rows, or
    /// for what factorize would refuse of V2.
    ///
    /// With a solver, stopping rules or an observer the search is a run in which W stays, from
    /// equal entries, which these end and see as in factorize; the default is what factorize has.
    template <class Derived, class... Ps>
    [[nodiscard]] Coefficients<S> transform(const Eigen::EigenBase<Derived>& v2,
                                            const Ps&... policies) const {
        constexpr bool entries_given = detail::count_of < axis::Entries, Ps... >> 0;
        static_assert(
            entries_given || std::default_initializable<EntriesPolicy>,
            "nmf: a fit with weights needs the weights of V2: transform(V2, Weights(M2))");
        if constexpr (accept_transform<typename Derived::Scalar, Ps...>()) {
            const auto counted = entries_for(policies...);
            if constexpr (detail::accept_entries<std::decay_t<decltype(counted)>, Derived>()) {
                check_rows(v2.rows(), v2.cols());
                detail::check_policies(loss, penalties, entries, policies...);
                using View = decltype(counted.view(v2.derived()));
                if constexpr (detail::accept_signs<View, ChosenSolver<Ps...>>()) {
                    return transform_view(counted.view(v2.derived()), policies...);
                }
            }
        }
        return {};
    }

    /// The same for a view of V2.
    template <DataView View, class... Ps>
    [[nodiscard]] Coefficients<S> transform(const View& v2, const Ps&... policies) const {
        constexpr bool all = detail::count_of<axis::Entries, Ps...> == 0;
        static_assert(all,
                      "nmf: which entries count belongs to the view, as in nmf::make_view(V, "
                      "nmf::MissingNan{})");
        if constexpr (all && detail::accept_view_for<View, LossPolicy>()) {
            if constexpr (accept_transform<typename View::Scalar, Ps...>() &&
                          detail::accept_signs<View, ChosenSolver<Ps...>>()) {
                check_rows(v2.rows(), v2.cols());
                detail::check_policies(loss, penalties, policies...);
                return transform_view(v2, policies...);
            }
        }
        return {};
    }

private:
    /// Those given, or those of the fit.
    template <class... Ps>
    [[nodiscard]] auto entries_for(const Ps&... policies) const {
        if constexpr (detail::count_of < axis::Entries, Ps... >> 0) {
            return detail::pick_entries(policies...);
        } else {
            return entries;
        }
    }

    template <class... Ps>
    using ChosenSolver = detail::Chosen<axis::Solver, detail::DefaultSolver<LossPolicy>, Ps...>;

    template <class V2Scalar, class... Ps>
    [[nodiscard]] static consteval bool accept_transform() {
        constexpr bool same = std::same_as<V2Scalar, S>;
        constexpr bool known =
            (true && ... &&
             (HasAxis<Ps, axis::Entries> || std::same_as<detail::AxisOf<Ps>, axis::Solver> ||
              std::same_as<detail::AxisOf<Ps>, axis::Stopping> ||
              std::same_as<detail::AxisOf<Ps>, axis::Observer>));
        static_assert(same, "nmf: transform needs the scalar type of the fit; pass V.cast<...>()");
        static_assert(!same || known,
                      "nmf: transform takes V, which of its entries count, as in transform(V, "
                      "Weights(M)), a solver, stopping rules and an observer; loss and penalties "
                      "are those of the fit");
        if constexpr (same && known && detail::accept_counts<Ps...>()) {
            using Solver = ChosenSolver<Ps...>;
            constexpr bool fits = SolverFor<Solver, LossPolicy>;
            static_assert(fits, "nmf: transform takes a solver for the loss of the fit");
            if constexpr (fits) return detail::accept_limits<Solver, LossPolicy, ConstraintSet>();
        }
        return false;
    }

private:
    void check_rows(Index rows, Index cols) const {
        if (rows == W.rows()) return;
        detail::throw_input_error({"transform: V is ", detail::shape(rows, cols), "; the fit has ",
                                   detail::decimal(W.rows()), " rows"});
    }

    template <class View, class... Ps>
    [[nodiscard]] Coefficients<S> transform_view(const View& view, const Ps&... policies) const {
        if (view.cols() == 0) return Coefficients<S>(Matrix<S>(W.cols(), 0));
        const detail::Stopwatch watch;
        const auto rule = detail::pick_rule(policies...);
        constexpr bool asked = (0 + ... + (HasAxis<Ps, axis::Entries> ? 0 : 1)) > 0;
        const detail::RunScope scope(
            detail::threads_for(view, W.cols(), threads_wanted, detail::least_squares<LossPolicy>),
            asked ? detail::hard_deadline(rule, watch) : detail::Interruption::never,
            asked ? detail::stop_request(rule) : detail::StopRequest{});
        const Summary sums = detail::checked_summary(view, loss);
        const auto search_within = [&](const auto& limits) {
            detail::Transform<View, LossPolicy, PenaltySet, std::decay_t<decltype(limits)>> search(
                view, sums, loss, penalties, limits);
            const Factor<S> fixed(W.transpose());
            if constexpr (asked) {
                const auto& solver =
                    detail::pick<axis::Solver>(detail::DefaultSolver<LossPolicy>{}, policies...);
                const auto& observer =
                    detail::pick<axis::Observer>(detail::NoObserver{}, policies...);
                return search(fixed, solver, rule, observer, watch);
            } else {
                return search(fixed);
            }
        };
        const auto limits = detail::limits_of_coefficients<S>(constraints, W, view.cols());
        if constexpr (!ConstraintSet::none) {
            const bool free = !constraints.any_sign(Side::w) && limits.h.none();
            if (!free) return search_within(limits);
        }
        return search_within(detail::no_limits);
    }
};

}  // namespace nmf
