// SPDX-License-Identifier: MIT
//
// A loss whose half-steps are of a new kind: Huber's loss, for data with outliers. huber.hpp has
// the loss, the former of its subproblems, and a solver for them.
#include <cstdio>

#include <nmf/nmf.hpp>

#include "huber.hpp"

// A missing member shows up here, by name.
static_assert(nmf::SolverFor<HuberDescent, Huber>);

int main() {
    // 60 x 50 of rank 3, with one entry in fifty far off.
    const nmf::CounterRandom random(1);
    const Eigen::MatrixXd clean = random.stream(0).uniform_matrix<double>(60, 3) *
                                  random.stream(1).uniform_matrix<double>(3, 50);
    const Eigen::MatrixXd chance = random.stream(2).uniform_matrix<double>(60, 50);
    const Eigen::MatrixXd V = (chance.array() < 0.02).select(clean.array() + 20.0, clean.array());

    std::printf("%-10s %10s  %24s  %s\n", "loss", "iterations", "error without outliers", "status");
    const auto report = [&](const char* name, const auto& fit) {
        const double error = (clean - fit.W * fit.H).norm() / clean.norm();
        std::printf("%-10s %10td  %24.6f  %s\n", name, fit.iterations, error,
                    to_string(fit.status).data());
        return error;
    };
    const double plain = report("frobenius", nmf::factorize(V, 3));
    const double robust =
        report("huber", nmf::factorize(V, 3, Huber{.delta = 0.05}, HuberDescent{}));
    return robust < plain ? 0 : 1;
}
