// SPDX-License-Identifier: MIT
//
// The snippet about mixed precision.
#include <cmath>

#include <Eigen/SparseCore>

#include <nmf/nmf.hpp>

int main() {
    const nmf::Matrix<double> values = nmf::CounterRandom(1).uniform_matrix<double>(60, 50);
    const Eigen::SparseMatrix<double> V = (values.array() < 0.3).select(values, 0.0).sparseView();
    const auto fit = nmf::factorize_mixed(V, 20, nmf::Seed{7});
    const double exact = 0.5 * (nmf::Matrix<double>(V) - fit.W * fit.H).squaredNorm();
    return std::abs(fit.objective - exact) <= 1e-12 * exact ? 0 : 1;
}
