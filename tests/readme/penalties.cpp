// SPDX-License-Identifier: MIT
//
// The snippets about penalties and constraints.
#include <cmath>

#include <nmf/nmf.hpp>

int main() {
    const Eigen::MatrixXd V = nmf::CounterRandom(1).uniform_matrix<double>(30, 20);
    const Eigen::MatrixXd known = nmf::CounterRandom(2).uniform_matrix<double>(30, 2);

    // Sparse factors: the L1 norm of both is penalised.
    const auto sparse = nmf::factorize(V, 5, nmf::L1{.w = 0.01, .h = 0.01});
    // A penalty on H alone needs components of norm 1 in W.
    const auto unit = nmf::factorize(V, 5, nmf::L1{.h = 0.1}, nmf::UnitComponents{nmf::Side::w});
    // The first two components are known, and three are found.
    const auto frozen = nmf::factorize(V, 5, nmf::Frozen{.w = known});
    // No coefficient is above 1.
    const auto bounded = nmf::factorize(V, 5, nmf::UpperBound{.h = 1});
    // Semi-NMF: the entries of W may have any sign.
    const auto semi = nmf::factorize(V, 5, nmf::Free{nmf::Side::w});

    const bool right = std::abs(unit.W.col(0).norm() - 1) < 1e-6 && frozen.W.leftCols(2) == known &&
                       bounded.H.maxCoeff() <= 1;
    return right && std::isfinite(sparse.objective) && std::isfinite(semi.objective) ? 0 : 1;
}
