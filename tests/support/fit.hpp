// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// `factorize` with policies chosen at run time. It is instantiated once for each kind of data, in
/// sources of its own, so that a test which calls it compiles fast.

#include <functional>

#include <Eigen/SparseCore>

#include <nmf/any/rule.hpp>
#include <nmf/penalty/elastic_net.hpp>
#include <nmf/run/fit.hpp>

#include "support/any_init.hpp"
#include "support/any_solver.hpp"

template <class S>
using Sparse = Eigen::SparseMatrix<S>;

template <class S>
using Fit = nmf::Fit<S, nmf::Frobenius, nmf::AllEntries, nmf::Penalties<nmf::ElasticNet>>;

using nmf::AnyRule;

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
