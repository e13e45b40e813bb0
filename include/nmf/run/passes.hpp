// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Which passes serve a loss, a solver and a choice of entries.

#include <concepts>
#include <type_traits>

#include <nmf/half_step/entries.hpp>
#include <nmf/half_step/ratios.hpp>
#include <nmf/half_step/weighted_gram.hpp>
#include <nmf/loss/column_mass.hpp>
#include <nmf/loss/frobenius.hpp>
#include <nmf/solvers/concept.hpp>
#include <nmf/solvers/hals.hpp>
#include <nmf/solvers/kl_coordinate_descent.hpp>
#include <nmf/solvers/multiplicative_update.hpp>

namespace nmf::detail {

/// Makes the passes of the multiplicative family for any view, or those by columns of entries.
template <template <class...> class PassOf, class Loss, class SolverPolicy, class PenaltySet>
struct DivergencePasses {
    const Loss& loss;
    const SolverPolicy& solver;
    const PenaltySet& penalties;
    double typical;  ///< The mean entry of V.
    double entries;  ///< How many there are.
    Index rank;

    template <class View>
    using Pass = PassOf<View, Loss, SolverPolicy, PenaltySet>;
    template <class View>
    [[nodiscard]] Pass<View> make() const {
        return Pass<View>(loss, solver, penalties, typical, rank);
    }
    /// See KktGauge.
    template <class View>
    [[nodiscard]] ColumnMass mass(const View& view) const {
        return column_mass(view, loss, typical);
    }
    /// What the costs of the entries are differences of, in all.
    [[nodiscard]] double objective_scale() const {
        return entries * typical * step_scale(loss, typical);
    }
};

/// Makes the passes of weighted least squares.
template <class SolverPolicy, class PenaltySet>
struct ColumnEquationsPasses {
    const SolverPolicy& solver;
    const PenaltySet& penalties;
    double squared_norm;

    template <class View>
    using Pass = ColumnEquationsPass<View, SolverPolicy, PenaltySet>;
    template <class View>
    [[nodiscard]] Pass<View> make() const {
        return Pass<View>(solver, penalties);
    }
    template <class View>
    [[nodiscard]] ColumnMass mass(const View&) const {
        return {};
    }
    [[nodiscard]] double objective_scale() const { return squared_norm; }
};

template <class Loss>
inline constexpr bool least_squares =
    std::same_as<typename Loss::template HalfStep<double>, NormalEquations<double>>;

/// The solver of a loss that is given none: what looks at single entries where the loss has that.
template <class Loss>
using DefaultSolver =
    std::conditional_t<least_squares<Loss>, Hals,
                       std::conditional_t<UpdatesColumns<KlCoordinateDescent, Loss, double>,
                                          KlCoordinateDescent, MultiplicativeUpdate>>;

}  // namespace nmf::detail
