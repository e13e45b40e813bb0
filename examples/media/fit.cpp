// SPDX-License-Identifier: MIT
#include "fit.hpp"

#include <cstdio>

#include <nmf/nmf.hpp>

namespace media {
namespace {

template <class... Policies>
Fit factorize(const Eigen::MatrixXd& V, const Method& method, const Policies&... policies) {
    const auto fit = nmf::factorize(
        V, method.rank, nmf::Seed{method.seed},
        nmf::KktTolerance{} || nmf::MaxIterations{method.max_iterations}, policies...);
    char course[160];
    std::snprintf(course, sizeof course,
                  "%s after %td iterations and %.2f s, objective %.6g, relative error %.4f",
                  std::string(to_string(fit.status)).c_str(), fit.iterations, fit.seconds,
                  fit.objective, fit.relative_error);
    return {fit.W, fit.H, fit.objective, course};
}

}  // namespace

Fit fit_least_squares(const Eigen::MatrixXd& V, const Method& method) {
    return factorize(V, method, nmf::Hals{});
}

Fit fit_divergence(const Eigen::MatrixXd& V, const Method& method) {
    return factorize(V, method, nmf::BetaDivergence{method.beta}, nmf::MultiplicativeUpdate{});
}

}  // namespace media
