// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The definition of cli::factorize, for the two sources that instantiate it.

#include <chrono>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <variant>

#include <nmf/nmf.hpp>

#include "factorizer.hpp"

namespace cli {

/// The start that the options name, as one policy: the choice is made when the program runs, so
/// that the solvers are compiled once, not once for each start.
template <class S>
class ChosenInit {
public:
    using Axis = nmf::axis::Init;
    static constexpr std::string_view name = "chosen";

    ChosenInit(const Options& options, const CustomStart<S>& start)
        : rescale(options.init_w.empty()), choice_(choose(options, start)) {}

    template <nmf::DataView View>
    void start(const View& view, const nmf::Summary& sums, nmf::CounterRandom random,
               nmf::Factor<S>& w, nmf::Factor<S>& h) const {
        std::visit([&](const auto& init) { init.start(view, sums, random, w, h); }, choice_);
    }

    bool rescale;

private:
    using Choice =
        std::variant<nmf::RandomInit, nmf::Nndsvd, nmf::RandomColumns, nmf::CustomInit<S>>;

    static Choice choose(const Options& options, const CustomStart<S>& start) {
        if (!options.init_w.empty()) return nmf::CustomInit<S>(start.W, start.H, false);
        switch (options.init) {
            case Init::random: break;
            case Init::nndsvd: return nmf::Nndsvd{};
            case Init::nndsvda: return nmf::Nndsvd{nmf::Nndsvd::Fill::average};
            case Init::nndsvdar: return nmf::Nndsvd{nmf::Nndsvd::Fill::random};
            case Init::columns: return nmf::RandomColumns{};
        }
        return nmf::RandomInit{};
    }

    Choice choice_;
};

template <class V, class SolverPolicy, class S = typename V::Scalar>
Outcome<S> factorize_by(const SolverPolicy& solver, const V& v, const Options& options,
                        const CustomStart<S>& start, const Observer& observer) {
    using Clock = std::chrono::steady_clock;
    const ChosenInit<S> init(options, start);
    // A tolerance of 0 asks for all iterations, even past an exact solution.
    const nmf::KktTolerance tolerance{options.tolerance > 0 ? options.tolerance : -1.0};
    const auto ending = tolerance || nmf::MaxIterations{options.max_iterations} ||
                        nmf::TimeLimit{options.time_limit};
    const nmf::ElasticNet penalty{nmf::L1{options.l1_w, options.l1_h},
                                  nmf::L2{options.l2_w, options.l2_h}};
    const auto order =
        options.update_order == Order::hw ? nmf::UpdateOrder::hw : nmf::UpdateOrder::wh;
    const auto begin = Clock::now();
    auto fit = nmf::factorize(v, options.rank, solver, init, ending, penalty, order,
                              nmf::Seed{options.seed}, nmf::Threads{options.threads}, observer);
    Outcome<S> outcome;
    outcome.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    outcome.W = std::move(fit.W);
    outcome.H = std::move(fit.H);
    outcome.status = fit.status;
    outcome.objective = fit.objective;
    outcome.relative_error = fit.relative_error;
    outcome.kkt_residual = fit.kkt_residual;
    outcome.threads = fit.threads;
    outcome.history = std::move(fit.history);
    return outcome;
}

template <class V, class S>
Outcome<S> factorize(const V& v, const Options& options, const CustomStart<S>& start,
                     const Observer& observer) {
    const auto by = [&](const auto& solver) {
        return factorize_by(solver, v, options, start, observer);
    };
    const nmf::Extrapolation extrapolation{.enabled = !options.no_extrapolation};
    switch (options.solver) {
        case Solver::hals: break;
        case Solver::mu: return by(nmf::MultiplicativeUpdate{options.inner_iterations.value_or(1)});
        case Solver::als: return by(nmf::Als{});
        case Solver::anls: return by(nmf::Anls{extrapolation});
    }
    nmf::Hals hals;
    hals.inner_iterations = options.inner_iterations.value_or(hals.inner_iterations);
    hals.extrapolation = extrapolation;
    return by(hals);
}

}  // namespace cli
