// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What factorize returns: a result that can find the coefficients of further data.

#include <type_traits>
#include <utility>
#include <variant>

#include <nmf/arguments/checked_summary.hpp>
#include <nmf/arguments/policies.hpp>
#include <nmf/arguments/refusals.hpp>
#include <nmf/arguments/refused_one_sided.hpp>
#include <nmf/arguments/refused_policies.hpp>
#include <nmf/core/errors.hpp>
#include <nmf/core/options.hpp>
#include <nmf/core/progress.hpp>
#include <nmf/data/entries.hpp>
#include <nmf/machine/parallel.hpp>
#include <nmf/penalty/concept.hpp>
#include <nmf/run/factorization.hpp>
#include <nmf/run/limits_of.hpp>
#include <nmf/run/threads_for.hpp>
#include <nmf/run/transform.hpp>

namespace nmf {

/// A Factorization that also keeps its loss, penalties, entries policy and constraints. It does not
/// keep weights.
template <RealScalar S, class LossPolicy = Frobenius, class EntriesPolicy = AllEntries,
          class PenaltySet = Penalties<>, class ConstraintSet = Constraints<>>
class Fit : public Factorization<S> {
public:
    using Scalar = S;

    Fit() requires std::default_initializable<LossPolicy>
    = default;
    explicit Fit(LossPolicy of_loss, const EntriesPolicy& entries = {}, PenaltySet penalties = {},
                 ConstraintSet constraints = {}, Threads wanted = {})
        : loss_(std::move(of_loss)),
          entries_(kept(entries)),
          penalties_(std::move(penalties)),
          constraints_(std::move(constraints)),
          threads_(wanted) {}

    /// The coefficients H2 >= 0 (k x n2) of further columns, V2 ~ W H2, for the same W, loss and
    /// penalties. V2 is a matrix or a view. The result is a matrix that also has the status of the
    /// search; see run/coefficients.hpp. Entries count as in the fit. A fit with weights needs
    /// those of V2: transform(V2, Weights(M2)).
    ///
    /// - Least squares and beta-divergences of power in [1, 2] are convex in H2. Then H2 is a
    ///   minimiser, whatever the rank of W.
    /// - At a converged fit whose H is unique, transform(V) gives H to the tolerance.
    /// - Other losses stop at a KKT residual of 1e-9 (1e-5 in single precision), or after 2000
    /// passes.
    /// - Bounds of H hold for H2 too. Frozen entries belong to the V of the fit.
    ///
    /// With a solver, stopping rules or an observer, the search is a run with W fixed, from equal
    /// entries. The rules and the observer work as in factorize, and so do the defaults.
    ///
    /// Throws InputError if V2 does not have m rows, and for whatever factorize would refuse.
    template <class V, class... Ps>
    [[nodiscard]] Coefficients<S> transform(const V& v2, const Ps&... policies) const {
        return coefficients<Side::h>(v2, policies...);
    }

    /// The same for further rows: W2 >= 0 (m2 x k) with V2 ~ W2 H, for the same H.
    template <class V, class... Ps>
    [[nodiscard]] Coefficients<S> transform_rows(const V& v2, const Ps&... policies) const {
        Coefficients<S> found = coefficients<Side::w>(v2, policies...);
        static_cast<Matrix<S>&>(found) = Matrix<S>(found.transpose());
        return found;
    }

private:
    static constexpr bool keeps_entries = std::default_initializable<EntriesPolicy>;
    using KeptEntries = std::conditional_t<keeps_entries, EntriesPolicy, std::monostate>;

    static KeptEntries kept(const EntriesPolicy& entries) {
        if constexpr (keeps_entries) {
            return entries;
        } else {
            return {};
        }
    }

    /// The coefficients of one factor, in columns.
    template <Side side, class Derived, class... Ps>
    [[nodiscard]] Coefficients<S> coefficients(const Eigen::EigenBase<Derived>& v2,
                                               const Ps&... policies) const {
        constexpr bool entries_given = detail::count_of < axis::Entries, Ps... >> 0;
        static_assert(
            entries_given || keeps_entries,
            "nmf: a fit with weights needs the weights of V2: transform(V2, Weights(M2))");
        if constexpr (accept_transform<void, typename Derived::Scalar, Ps...>() &&
                      (entries_given || keeps_entries)) {
            const auto counted = entries_for(policies...);
            if constexpr (detail::accept_entries<std::decay_t<decltype(counted)>, Derived>()) {
                check_shape<side>(v2.rows(), v2.cols());
                detail::check_policies(loss_, penalties_, counted, policies...);
                using View = decltype(counted.view(v2.derived()));
                if constexpr (detail::accept_signs<View, ChosenSolver<View, Ps...>>()) {
                    return coefficients_of<side>(counted.view(v2.derived()), policies...);
                }
            }
        }
        return {};
    }

    template <Side side, DataView View, class... Ps>
    [[nodiscard]] Coefficients<S> coefficients(const View& v2, const Ps&... policies) const {
        constexpr bool all = detail::count_of<axis::Entries, Ps...> == 0;
        static_assert(all,
                      "nmf: which entries count belongs to the view, as in nmf::make_view(V, "
                      "nmf::MissingNan{})");
        if constexpr (all && detail::accept_no_held_out<detail::holds_out<View>>() &&
                      detail::accept_view_for<View, LossPolicy>() &&
                      detail::accept_further<View, side>()) {
            using Solver = ChosenSolver<View, Ps...>;
            if constexpr (accept_transform<View, typename View::Scalar, Ps...>() &&
                          detail::accept_rows<View, LossPolicy, Solver>() &&
                          detail::accept_signs<View, Solver>()) {
                check_shape<side>(v2.rows(), v2.cols());
                detail::check_policies(loss_, penalties_, policies...);
                return coefficients_of<side>(v2, policies...);
            }
        }
        return {};
    }

    /// Those given, or those of the fit.
    template <class... Ps>
    [[nodiscard]] auto entries_for(const Ps&... policies) const {
        if constexpr (detail::count_of < axis::Entries, Ps... >> 0) {
            return detail::pick_entries(policies...);
        } else {
            return entries_;
        }
    }

    /// For a view of V2, or void.
    template <class View, class... Ps>
    using ChosenSolver =
        detail::Chosen<axis::Solver, detail::DefaultSolver<LossPolicy, View>, Ps...>;

    template <class View, class V2Scalar, class... Ps>
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
        if constexpr (same && known && detail::accept_no_held_out<false, Ps...>() &&
                      detail::accept_counts<Ps...>()) {
            using Solver = ChosenSolver<View, Ps...>;
            constexpr bool fits = SolverFor<Solver, LossPolicy>;
            static_assert(fits, "nmf: transform takes a solver for the loss of the fit");
            if constexpr (fits) return detail::accept_limits<Solver, LossPolicy, ConstraintSet>();
        }
        return false;
    }

    template <Side side>
    void check_shape(Index rows, Index cols) const {
        constexpr bool columns = side == Side::h;
        const Index wanted = columns ? this->W.rows() : this->H.cols();
        if ((columns ? rows : cols) == wanted) return;
        detail::throw_input_error({columns ? "transform: V is " : "transform_rows: V is ",
                                   detail::shape(rows, cols), "; the fit has ",
                                   detail::decimal(wanted), columns ? " rows" : " columns"});
    }

    template <Side side, class View, class... Ps>
    [[nodiscard]] Coefficients<S> coefficients_of(const View& view, const Ps&... policies) const {
        constexpr bool columns = side == Side::h;
        const Index further = columns ? view.cols() : view.rows();
        const Index rank = this->W.cols();
        if (further == 0) return Coefficients<S>(Matrix<S>(rank, 0));
        const detail::Stopwatch watch;
        const auto rule = detail::pick_rule(policies...);
        const detail::RunScope scope(
            detail::threads_for(view, rank, threads_, detail::least_squares<LossPolicy>),
            asked<Ps...> ? detail::hard_deadline(rule, watch) : detail::Interruption::never,
            asked<Ps...> ? detail::stop_request(rule) : detail::StopRequest{});
        const Summary sums = detail::checked_summary(view, loss_);
        const auto limits =
            detail::limits_of_coefficients<S>(constraints_, side, this->W, this->H, further);
        const auto within = [&](const auto& chosen) {
            if constexpr (columns) {
                return search(side, view, sums, chosen, rule, watch, policies...);
            } else {
                return search(side, view.transposed(), sums, chosen, rule, watch, policies...);
            }
        };
        if constexpr (!ConstraintSet::none) {
            const bool free = !constraints_.any_sign(other(side)) && limits.of(side).none();
            if (!free) return within(limits);
        }
        return within(detail::no_limits);
    }

    /// Whether the caller has given policies for a run.
    template <class... Ps>
    static constexpr bool asked = (0 + ... + (HasAxis<Ps, axis::Entries> ? 0 : 1)) > 0;

    /// The coefficients of the columns of the view.
    template <class View, class LimitsOf, class Rule, class... Ps>
    [[nodiscard]] Coefficients<S> search(Side side, const View& view, const Summary& sums,
                                         const LimitsOf& limits, const Rule& rule,
                                         const detail::Stopwatch& watch,
                                         const Ps&... policies) const {
        detail::Transform<View, LossPolicy, PenaltySet, LimitsOf> search(view, side, sums, loss_,
                                                                         penalties_, limits);
        const Factor<S> fixed =
            side == Side::h ? Factor<S>(this->W.transpose()) : Factor<S>(this->H);
        if constexpr (asked<Ps...>) {
            const auto& by =
                detail::pick<axis::Solver>(detail::DefaultSolver<LossPolicy, View>{}, policies...);
            const auto& observer = detail::pick<axis::Observer>(detail::NoObserver{}, policies...);
            return search(fixed, by, rule, observer, watch);
        } else {
            return search(fixed);
        }
    }

    LossPolicy loss_{};
    [[no_unique_address]] KeptEntries entries_{};
    [[no_unique_address]] PenaltySet penalties_{};
    [[no_unique_address]] ConstraintSet constraints_{};
    Threads threads_{};  ///< As asked for; transform uses the same.
};

}  // namespace nmf
