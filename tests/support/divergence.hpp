// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Runs of every loss on every choice of entries, with policies chosen at run time and instantiated
/// once, and the objective from its definition.

#include <functional>
#include <optional>
#include <variant>
#include <vector>

#include <nmf/core/progress.hpp>
#include <nmf/data/entries.hpp>
#include <nmf/init/custom.hpp>
#include <nmf/penalty/count_scaled_l2.hpp>
#include <nmf/penalty/elastic_net.hpp>
#include <nmf/solvers/kl_coordinate_descent.hpp>
#include <nmf/solvers/multiplicative_update.hpp>

#include "support/fit.hpp"

using AnyEntries =
    std::variant<nmf::AllEntries, nmf::Weights<nmf::Matrix<double>>, nmf::Weights<Sparse<double>>,
                 nmf::MissingNan, nmf::MissingUnstored>;

/// How a run is made. Without a start it is U(2) and U(3), rescaled.
struct How {
    AnyEntries entries = nmf::AllEntries{};
    nmf::MultiplicativeUpdate mu{};         ///< For fit_beta.
    nmf::KlCoordinateDescent cd{};          ///< For fit_cd.
    AnySolver least_squares = nmf::Hals{};  ///< For fit_weighted.
    nmf::ElasticNet penalty{};
    nmf::CountScaledL2 counted{};  ///< For fit_weighted.
    std::optional<nmf::CustomInit<double>> start{};
    AnyRule stopping = nmf::Only{nmf::MaxIterations{30}};
    nmf::UpdateOrder order = nmf::UpdateOrder::hw;
    int threads = 1;
    std::function<void(const nmf::Progress&)> observer{};
};

/// What tests look at of a run, whatever its policies.
template <class S>
struct Outcome {
    nmf::Matrix<S> W;
    nmf::Matrix<S> H;
    nmf::Status status = nmf::Status::max_iterations;
    nmf::Index iterations = 0;
    double objective = 0;
    double relative_error = 0;
    double kkt_residual = 0;
    nmf::Index steps_taken_back = 0;
    std::vector<nmf::HistoryEntry> history;
    std::vector<nmf::Index> unobserved_rows;
    std::vector<nmf::Index> unobserved_columns;
    std::function<nmf::Matrix<S>()> transform_v;  ///< transform(V); V has to be there still.
};

/// Beta-divergence by multiplicative updates. With MissingUnstored V has to be sparse, which with
/// MissingNan it must not be. In single precision a dense V may have dense weights.
Outcome<double> fit_beta(double beta, const nmf::Matrix<double>& v, nmf::Index rank,
                         const How& how = {});
Outcome<double> fit_beta(double beta, const Sparse<double>& v, nmf::Index rank,
                         const How& how = {});
Outcome<float> fit_beta(double beta, const nmf::Matrix<float>& v, nmf::Index rank,
                        const How& how = {});
Outcome<float> fit_beta(double beta, const Sparse<float>& v, nmf::Index rank, const How& how = {});

/// Kullback-Leibler by coordinate descent, the same. Of weights it takes dense ones only.
Outcome<double> fit_cd(const nmf::Matrix<double>& v, nmf::Index rank, const How& how = {});
Outcome<double> fit_cd(const Sparse<double>& v, nmf::Index rank, const How& how = {});
Outcome<float> fit_cd(const nmf::Matrix<float>& v, nmf::Index rank, const How& how = {});

/// Least squares by Hals, Anls, Als or multiplicative updates.
Outcome<double> fit_weighted(const nmf::Matrix<double>& v, nmf::Index rank, const How& how);
Outcome<double> fit_weighted(const Sparse<double>& v, nmf::Index rank, const How& how);
Outcome<float> fit_weighted(const nmf::Matrix<float>& v, nmf::Index rank, const How& how);

/// d_b(v | y) from its definition.
long double divergence(double beta, long double v, long double y);

/// The sum of weights .* d_b(V | W H) and the penalty. What stands under weight 0 is not looked at.
double naive_objective(double beta, const nmf::Matrix<double>& v,
                       const nmf::Matrix<double>& weights, const nmf::Matrix<double>& w,
                       const nmf::Matrix<double>& h, const nmf::ElasticNet& penalty = {});
double naive_objective(double beta, const nmf::Matrix<double>& v, const nmf::Matrix<double>& w,
                       const nmf::Matrix<double>& h, const nmf::ElasticNet& penalty = {});
