// SPDX-License-Identifier: MIT
//
// The snippet about policies that are chosen when the program runs.
#include <string>

#include <nmf/any.hpp>
#include <nmf/core/random.hpp>

int main() {
    const Eigen::MatrixXd V = nmf::CounterRandom(1).uniform_matrix<double>(30, 20);
    const std::string loss = "kl";

    nmf::Options options{.rank = 5, .loss = loss, .init = "nndsvda"};
    options.l2 = {.w = 0.1, .h = 0.1};
    options.seed = 7;
    const nmf::Factorization<double> fit = nmf::factorize(V, options);

    return fit.loss == "kl" && fit.solver == "cd" && fit.status == nmf::Status::converged ? 0 : 1;
}
