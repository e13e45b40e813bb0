// SPDX-License-Identifier: MIT
//
// Stopping rules of your own: from a callable, and a policy that looks back at the history.
#include <cstddef>
#include <cstdio>
#include <optional>

#include <nmf/nmf.hpp>
#include <nmf/testing/stopping_laws.hpp>

/// Stops when the objective is expected to fall by less than `value` times itself from now on. With
/// two successive falls d1 and d2 over `window` iterations each, let r = d2 / d1. The fall to come
/// is then d2 (r + r^2 + ...) = d2 r / (1 - r).
struct RemainingFall {
    using Axis = nmf::axis::Stopping;

    double value = 1e-3;
    std::size_t window = 10;

    /// Nothing to go on, or the status to stop with.
    [[nodiscard]] std::optional<nmf::Status> check(const nmf::Progress& progress) const {
        const auto& history = progress.history;
        if (history.size() <= 2 * window) return std::nullopt;
        const auto objective = [&](std::size_t ago) {
            return history[history.size() - 1 - ago].objective;
        };
        const double earlier = objective(2 * window) - objective(window);
        const double later = objective(window) - objective(0);
        if (later <= 0) return nmf::Status::converged;
        if (later >= earlier) return std::nullopt;
        const double remaining = later * later / (earlier - later);
        if (remaining > value * progress.objective) return std::nullopt;
        return nmf::Status::converged;
    }
};

// A missing member shows up here, by name.
static_assert(nmf::StoppingRule<RemainingFall>);

int main() {
    // What a concept cannot say: the answer depends on the progress alone.
    const auto broken = nmf::testing::stopping_laws(RemainingFall{});
    for (const auto& law : broken) std::printf("broken law: %s\n", law.c_str());

    const Eigen::MatrixXd V = nmf::CounterRandom(1).uniform_matrix<double>(120, 80);

    std::printf("%-42s %10s  %14s  %s\n", "rule", "iterations", "relative error", "status");
    const auto report = [&](const char* name, const auto& rule) {
        const auto fit = nmf::factorize(V, 10, rule);
        std::printf("%-42s %10td  %14.6f  %s\n", name, fit.iterations, fit.relative_error,
                    to_string(fit.status).data());
    };
    // Rules are combined with || and &&, or given side by side. A run has a test and a limit. The
    // default fills in for the kind that is not given. The test is KktTolerance{1e-4} ||
    // DiminishingReturns{1e-4}, and the limit is MaxIterations{500}.
    const nmf::StopWhen good_enough{
        [](const nmf::Progress& progress) { return progress.relative_error < 0.44; }};
    report("relative error < 0.44", good_enough || nmf::MaxIterations{1000});
    report("less than 0.1 % to fall", RemainingFall{} || nmf::MaxIterations{1000});
    report("less than 0.001 % to fall", RemainingFall{1e-5} || nmf::MaxIterations{1000});
    report("the default tests", nmf::MaxIterations{1000});
    report("KKT residual <= 1e-6", nmf::KktTolerance{1e-6} || nmf::MaxIterations{1000});
    // Nothing else ends the run.
    report("30 iterations", nmf::Only{nmf::MaxIterations{30}});
    return broken.empty() ? 0 : 1;
}
