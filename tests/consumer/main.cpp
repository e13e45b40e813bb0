// SPDX-License-Identifier: MIT
// The program that every consumer builds.
#include <cstdio>

#include <Eigen/Dense>
#include <nmf/nmf.hpp>

int main() {
    const Eigen::MatrixXd V{{1, 0, 0, 1}, {0, 1, 1, 0}, {1, 1, 0, 1}};
    const auto fit = nmf::factorize(V, 2);
    std::printf("relative error %.3f\n", fit.relative_error);
    const bool shapes =
        fit.W.rows() == 3 && fit.W.cols() == 2 && fit.H.rows() == 2 && fit.H.cols() == 4;
    return shapes && fit.relative_error < 0.5 ? 0 : 1;
}
