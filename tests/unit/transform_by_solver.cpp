// SPDX-License-Identifier: MIT
// transform by a solver, stopping rules and an observer of one's own choice.

#include <limits>
#include <stop_token>

#include <nmf/nmf.hpp>

#include "support/catch.hpp"
#include "support/fit_with.hpp"
#include "support/measure.hpp"
#include "support/problems.hpp"

TEST_CASE("transform by a solver of one's own choice ends where the best one does") {
    const nmf::Matrix<double> v = uniform(1, 40, 4) * uniform(2, 4, 30) + 0.1 * uniform(3, 40, 30);
    const nmf::Matrix<double> w = uniform(4, 40, 4);
    const nmf::KktTolerance exact{1e-9};
    const nmf::MaxIterations many{20000};
    const auto check = [&](const auto& loss, const auto&... solvers) {
        const auto fit = fit_with<double>(w, loss);
        const auto best = fit.transform(v);
        const auto by = [&](const auto& solver) {
            const auto found = fit.transform(v, solver, exact, many);
            INFO(solver.name);
            CHECK(found.status == nmf::Status::converged);
            CHECK(found.kkt_residual <= 1e-9);
            CHECK_THAT(found.objective, WithinRel(best.objective, 1e-9));
            CHECK(measure::acceptable(found));
        };
        (by(solvers), ...);
    };
    check(nmf::Frobenius{}, nmf::Hals{}, nmf::Anls{});
    check(nmf::KullbackLeibler{}, nmf::KlCoordinateDescent{});
}

TEST_CASE("transform by a solver heeds rules, observers and what is missing") {
    nmf::Matrix<double> v = uniform(1, 40, 4) * uniform(2, 4, 30) + 0.1 * uniform(3, 40, 30);
    const nmf::Matrix<double> w = uniform(4, 40, 4);
    const auto fit = fit_with<double>(w, nmf::Frobenius{});
    nmf::Index seen = 0;
    const auto few = fit.transform(v, nmf::MultiplicativeUpdate{}, nmf::Only{nmf::MaxIterations{7}},
                                   [&](const nmf::Progress&) { ++seen; });
    CHECK(few.status == nmf::Status::max_iterations);
    CHECK(few.iterations == 7);
    CHECK(seen == 8);
    const auto cancelled = fit.transform(
        v,
        [](const nmf::Progress& progress) {
            return progress.iteration < 3 ? nmf::Signal::proceed : nmf::Signal::cancel;
        },
        nmf::Only{nmf::MaxIterations{50}});
    CHECK(cancelled.status == nmf::Status::cancelled);
    CHECK(cancelled.iterations == 3);
    v(3, 4) = std::numeric_limits<double>::quiet_NaN();
    const auto best = fit.transform(v, nmf::MissingNan{});
    const auto found = fit.transform(v, nmf::MissingNan{}, nmf::Hals{}, nmf::KktTolerance{1e-10},
                                     nmf::MaxIterations{5000});
    CHECK_THAT(found.objective, WithinRel(best.objective, 1e-9));
}

TEST_CASE("transform by a solver that a token stops returns what there is") {
    const nmf::Matrix<double> v = uniform(1, 40, 4) * uniform(2, 4, 30);
    const auto fit = fit_with<double>(uniform(4, 40, 4), nmf::Frobenius{});
    std::stop_source source;
    const auto found = fit.transform(v, nmf::Hals{}, nmf::Cancel{source.get_token()},
                                     [&](const nmf::Progress& progress) {
                                         if (progress.iteration == 3) source.request_stop();
                                     });
    CHECK(found.status == nmf::Status::cancelled);
    CHECK(measure::acceptable(found));
    CHECK_THAT(found.objective, WithinRel(0.5 * (v - fit.W * found).squaredNorm(), 1e-9));
}
