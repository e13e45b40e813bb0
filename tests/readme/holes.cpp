// SPDX-License-Identifier: MIT
//
// The snippets about data: weights and missing entries, and a view for many runs.
#include <cmath>
#include <limits>

#include <nmf/nmf.hpp>

int main() {
    Eigen::MatrixXd V = nmf::CounterRandom(1).uniform_matrix<double>(30, 20);
    Eigen::MatrixXd M = Eigen::MatrixXd::Ones(30, 20);
    for (Eigen::Index j = 0; j < 20; ++j) {
        V(j, j) = std::numeric_limits<double>::quiet_NaN();
        M(j, j) = 0;
    }
    const Eigen::SparseMatrix<double> R = M.sparseView();

    // Entries that are NaN are missing.
    const auto by_nan = nmf::factorize(V, 3, nmf::MissingNan{});
    // The same with weights: any real numbers >= 0, dense or sparse.
    const auto by_weights = nmf::factorize(V, 3, nmf::Weights(M));
    // Ratings: what R does not store is missing. The ridge grows with the number of ratings.
    const auto ratings = nmf::factorize(R, 3, nmf::MissingUnstored{}, nmf::CountScaledL2{0.1, 0.1});

    // Checked and laid out once, for many runs.
    const auto view = nmf::make_view(V, nmf::MissingNan{});
    const auto first = nmf::factorize(view, 3);
    const auto second = nmf::factorize(view, 4, nmf::Seed{7});

    const bool same = by_nan.W == by_weights.W && by_nan.H == by_weights.H && first.W == by_nan.W;
    return same && second.W.cols() == 4 && std::isfinite(ratings.objective) ? 0 : 1;
}
