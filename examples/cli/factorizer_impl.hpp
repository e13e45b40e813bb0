// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The definition of cli::factorize, for the two sources that instantiate it.

#include <chrono>
#include <concepts>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include <nmf/nmf.hpp>

#include "entries.hpp"
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

/// A rule that the options may leave out.
template <nmf::StoppingRule Rule>
struct IfWanted {
    using Axis = nmf::axis::Stopping;

    std::optional<Rule> rule;

    [[nodiscard]] std::optional<nmf::Status> check(const nmf::Progress& progress) const {
        return rule ? rule->check(progress) : std::nullopt;
    }
};

/// With penalties of that loss alone.
template <class V, class LossPolicy, class SolverPolicy, class Entries, class... Penalties>
auto factorize_by(const LossPolicy& loss, const SolverPolicy& solver, const Entries& entries,
                  const V& v, const Options& options, const CustomStart<typename V::Scalar>& start,
                  const Course& course, const Penalties&... penalties) {
    using S = typename V::Scalar;
    using Clock = std::chrono::steady_clock;
    const ChosenInit<S> init(options, start);
    // A tolerance of 0 asks for all iterations, even past an exact solution.
    IfWanted<nmf::KktTolerance> tolerance;
    if (options.tolerance > 0) tolerance.rule = nmf::KktTolerance{options.tolerance};
    IfWanted<nmf::RelativeDecrease> decrease;
    if (options.relative_decrease) {
        decrease.rule = nmf::RelativeDecrease{*options.relative_decrease, options.decrease_window};
    }
    const auto ending = tolerance || decrease || nmf::MaxIterations{options.max_iterations} ||
                        nmf::TimeLimit{options.time_limit} || nmf::Cancel{course.stop};
    const nmf::ElasticNet penalty{nmf::L1{options.l1_w, options.l1_h},
                                  nmf::L2{options.l2_w, options.l2_h}};
    const auto order =
        options.update_order == Order::hw ? nmf::UpdateOrder::hw : nmf::UpdateOrder::wh;
    const auto begin = Clock::now();
    auto fit =
        nmf::factorize(v, options.rank, loss, solver, entries, init, ending, penalty, penalties...,
                       order, nmf::Seed{options.seed}, nmf::Threads{options.threads},
                       nmf::AllowNoMinimiser{options.allow_no_minimiser}, course.observer);
    Outcome<S> outcome;
    outcome.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    outcome.W = std::move(fit.W);
    outcome.H = std::move(fit.H);
    outcome.status = fit.status;
    outcome.objective = fit.objective;
    outcome.relative_error = fit.relative_error;
    outcome.kkt_residual = fit.kkt_residual;
    outcome.compression_error = fit.compression_error;
    outcome.threads = fit.threads;
    for (const nmf::Warning warning : fit.warnings) {
        outcome.warnings.emplace_back(message(warning));
    }
    outcome.history = std::move(fit.history);
    outcome.unobserved_rows = std::move(fit.unobserved_rows);
    outcome.unobserved_columns = std::move(fit.unobserved_columns);
    return outcome;
}

/// A solver for least squares, chosen at run time: each one of its own would be compiled for every
/// kind of data and weights.
struct ChosenSolver {
    using Axis = nmf::axis::Solver;
    static constexpr std::string_view name = "chosen";

    explicit ChosenSolver(const Options& options) : kind(options.solver) {
        hals.inner_iterations = options.inner_iterations.value_or(hals.inner_iterations);
        mu.inner_iterations = options.inner_iterations.value_or(mu.inner_iterations);
        const bool wanted = !options.no_extrapolation;
        positive_extrapolation.enabled = wanted && kind == Solver::mu;
        leaves_zeros = kind != Solver::mu;
        if (kind == Solver::anls) extrapolation = anls.extrapolation;
        extrapolation.enabled = wanted && (kind == Solver::hals || kind == Solver::anls);
    }

    template <nmf::RealScalar S>
    struct Workspace {
        nmf::Hals::Workspace<S> hals;
        nmf::MultiplicativeUpdate::Workspace<S> mu;
        nmf::Als::Workspace<S> als;
        nmf::Anls::Workspace<S> anls;
    };

    template <nmf::RealScalar S>
    void update(const nmf::NormalEquations<S>& equations, nmf::Factor<S>& x,
                Workspace<S>& work) const {
        switch (kind) {
            case Solver::mu: return mu.update(equations, x, work.mu);
            case Solver::als: return nmf::Als{}.update(equations, x, work.als);
            case Solver::anls: return anls.update(equations, x, work.anls);
            default: return hals.update(equations, x, work.hals);
        }
    }

    nmf::Extrapolation extrapolation{};
    nmf::PositiveExtrapolation positive_extrapolation{};
    bool leaves_zeros = true;
    Solver kind;
    nmf::Hals hals{};
    nmf::MultiplicativeUpdate mu{};
    nmf::Anls anls{};
};

/// Calls by(loss, solver, penalties of that loss alone...) with the policies that the options name.
template <class By>
auto with_method(const Options& options, const By& by) {
    if (options.loss == Loss::frobenius) {
        return by(nmf::Frobenius{}, ChosenSolver(options),
                  nmf::CountScaledL2{options.count_scaled_l2_w, options.count_scaled_l2_h});
    }
    if (options.solver == Solver::cd) return by(nmf::KullbackLeibler{}, nmf::KlCoordinateDescent{});
    nmf::MultiplicativeUpdate mu;
    mu.extrapolation.enabled = !options.no_extrapolation;
    return by(nmf::BetaDivergence{options.beta}, mu);
}

template <class V, class S>
Outcome<S> factorize(const V& v, const Options& options, const CustomStart<S>& start,
                     const ChosenEntries<S>& chosen, const Course& course) {
    if constexpr (std::same_as<V, io::Dense<S>>) {
        if (options.compress) {
            return factorize_by(nmf::Frobenius{}, ChosenSolver(options), nmf::Compressed{}, v,
                                options, start, course);
        }
    }
    const auto with = [&](const auto& entries) {
        return with_method(
            options, [&](const auto& loss, const auto& solver, const auto&... penalties) {
                return factorize_by(loss, solver, entries, v, options, start, course, penalties...);
            });
    };
    if (chosen.weights) {
        if (const auto* listed = std::get_if<io::Sparse<S>>(&*chosen.weights)) {
            return with(ListedEntries<S>::of(*listed));
        }
        return with(VisitedEntries<S>{&std::get<io::Dense<S>>(*chosen.weights)});
    }
    if (chosen.missing == Missing::nan) return with(VisitedEntries<S>{nullptr});
    if constexpr (std::is_same_v<V, io::Sparse<S>>) {
        if (chosen.missing == Missing::unstored) return with(ListedEntries<S>::stored(v));
    }
    return with(nmf::AllEntries{});
}

}  // namespace cli
