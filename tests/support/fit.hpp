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
#include <nmf/stopping/kkt_tolerance.hpp>
#include <nmf/stopping/max_iterations.hpp>

#include "support/any_init.hpp"
#include "support/any_solver.hpp"

template <class S>
using Sparse = Eigen::SparseMatrix<S>;

template <class S>
using Fit = nmf::Factorization<S, nmf::Penalties<nmf::ElasticNet>>;

/// Any stopping rule or callable.
struct AnyRule {
    using Axis = nmf::axis::Stopping;

    template <class P>
    requires(!std::same_as<P, AnyRule> && nmf::detail::StoppingOperand<P>) AnyRule(const P& operand)
        : check_([rule = nmf::detail::as_rule(operand)](const nmf::Progress& progress) {
              return rule.check(progress);
          }) {}

    [[nodiscard]] std::optional<nmf::Status> check(const nmf::Progress& progress) const {
        return check_(progress);
    }

private:
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
