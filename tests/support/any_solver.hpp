// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// All solvers behind one policy, chosen at run time, so that tests of many solvers need few
/// instantiations of `factorize`.

#include <string>
#include <variant>
#include <vector>

#include <nmf/solvers/als.hpp>
#include <nmf/solvers/anls.hpp>
#include <nmf/solvers/hals.hpp>
#include <nmf/solvers/multiplicative_update.hpp>

struct AnySolver {
    using Axis = nmf::axis::Solver;
    static constexpr std::string_view name = "any";

    AnySolver(const nmf::Hals& from) : extrapolation(from.extrapolation), solver(from) {}
    AnySolver(const nmf::Anls& from) : extrapolation(from.extrapolation), solver(from) {}
    AnySolver(const nmf::Als& from) : solver(from) {}
    AnySolver(const nmf::MultiplicativeUpdate& from)
        : positive_extrapolation(from.extrapolation), leaves_zeros(false), solver(from) {}

    nmf::Extrapolation extrapolation{.enabled = false};
    nmf::PositiveExtrapolation positive_extrapolation{.enabled = false};
    bool leaves_zeros = true;

    template <nmf::RealScalar S>
    struct Workspace {
        nmf::Hals::Workspace<S> hals;
        nmf::MultiplicativeUpdate::Workspace<S> mu;
        nmf::Als::Workspace<S> als;
        nmf::Anls::Workspace<S> anls;
    };

    template <nmf::RealScalar S>
    void update(const nmf::NormalEquations<S>& eq, nmf::Factor<S>& x, Workspace<S>& work) const;

    void check() const {
        std::visit([](const auto& of) { nmf::detail::check_parameters(of); }, solver);
    }

    std::variant<nmf::Hals, nmf::MultiplicativeUpdate, nmf::Als, nmf::Anls> solver;
};

static_assert(nmf::Solver<AnySolver>);

struct NamedSolver {
    std::string name;
    AnySolver solver;
    bool exact = true;  ///< Limit points are stationary, and it gets there in hundreds of steps.
};

/// The solvers, each as it comes and with its options the other way.
std::vector<NamedSolver> all_solvers();

/// The solvers as they come.
std::vector<NamedSolver> default_solvers();

nmf::Hals plain_hals(nmf::Index sweeps);
nmf::Anls plain_anls();
