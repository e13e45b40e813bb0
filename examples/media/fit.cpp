// SPDX-License-Identifier: MIT
#include "fit.hpp"

#include <cstdio>

#include <nmf/any.hpp>

namespace media {
namespace {

Fit factorize(const Eigen::MatrixXd& V, const Method& method, const nmf::AnyLoss& loss,
              const nmf::AnySolver& solver) {
    const nmf::Options options{.rank = method.rank,
                               .loss = loss,
                               .solver = solver,
                               .max_iterations = method.max_iterations,
                               .seed = method.seed};
    const nmf::Factorization<double> fit = nmf::factorize(V, options);
    char course[160];
    std::snprintf(course, sizeof course,
                  "%s after %td iterations and %.2f s, objective %.6g, relative error %.4f",
                  std::string(to_string(fit.status)).c_str(), fit.iterations, fit.seconds,
                  fit.objective, fit.relative_error);
    return {fit.W, fit.H, fit.objective, course};
}

}  // namespace

Fit fit_least_squares(const Eigen::MatrixXd& V, const Method& method) {
    return factorize(V, method, "frobenius", "hals");
}

Fit fit_divergence(const Eigen::MatrixXd& V, const Method& method) {
    return factorize(V, method, nmf::BetaDivergence{method.beta}, "mu");
}

}  // namespace media
