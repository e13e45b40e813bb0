// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// `factorize` with policies chosen at run time. It is instantiated once for each kind of data, in
/// sources of its own, so that a test which calls it compiles fast.

#include <concepts>
#include <functional>
#include <optional>

#include <Eigen/SparseCore>

#include <nmf/penalty/elastic_net.hpp>
#include <nmf/run/factorization.hpp>
#include <nmf/stopping/default_rule.hpp>

#include "support/any_init.hpp"
#include "support/any_solver.hpp"

template <class S>
using Sparse = Eigen::SparseMatrix<S>;

template <class S>
using Fit = nmf::Factorization<S, nmf::Penalties<nmf::ElasticNet>>;

/// Any stopping rule, with the default of the kind that it lacks.
struct AnyRule {
    using Axis = nmf::axis::Stopping;
    static constexpr bool limit = true;
    static constexpr bool test = true;

    template <class P>
    requires(!std::same_as<P, AnyRule> && nmf::HasCheck<P>) AnyRule(const P& given)
        : only(nmf::detail::is_only(given)),
          deadline_(nmf::detail::deadline_of(given)),
          check_parameters_([given] { nmf::detail::check_parameters(given); }),
          check_([rule = nmf::detail::completed(given)](const nmf::Progress& progress) {
              return rule.check(progress);
          }) {}

    bool only;

    [[nodiscard]] double deadline() const { return deadline_; }
    void check() const { check_parameters_(); }

    [[nodiscard]] std::optional<nmf::Status> check(const nmf::Progress& progress) const {
        return check_(progress);
    }

private:
    double deadline_;
    std::function<void()> check_parameters_;
    std::function<std::optional<nmf::Status>(const nmf::Progress&)> check_;
};

struct Options {
    AnySolver solver = nmf::Hals{};
    AnyInit init = nmf::RandomInit{};
    AnyRule stopping = nmf::KktTolerance{} || nmf::MaxIterations{};
    nmf::ElasticNet penalty{};
    nmf::UpdateOrder order = nmf::UpdateOrder::hw;
    nmf::Seed seed{};
    nmf::Threads threads{1};
    nmf::DeadComponents dead = nmf::DeadComponents::keep;
    std::function<nmf::Signal(const nmf::Progress&)> observer{};
};

Fit<double> fit(const nmf::Matrix<double>& v, nmf::Index rank, const Options& options = {});
Fit<float> fit(const nmf::Matrix<float>& v, nmf::Index rank, const Options& options = {});
Fit<double> fit(const Sparse<double>& v, nmf::Index rank, const Options& options = {});
Fit<float> fit(const Sparse<float>& v, nmf::Index rank, const Options& options = {});
