// SPDX-License-Identifier: MIT
//
// The snippets about held-out entries and about a V that is never in memory as a whole.
#include <algorithm>
#include <cmath>
#include <vector>

#include <nmf/nmf.hpp>

namespace {

/// Rank 3 with noise.
Eigen::MatrixXd generated() {
    const nmf::CounterRandom random(1);
    const Eigen::MatrixXd W = random.stream(1).uniform_matrix<double>(60, 3);
    const Eigen::MatrixXd H = random.stream(2).uniform_matrix<double>(3, 50);
    return W * H + 0.05 * random.stream(3).uniform_matrix<double>(60, 50);
}

}  // namespace

int main() {
    const Eigen::MatrixXd V = generated();

    std::vector<double> errors;
    for (const int rank : {1, 2, 3, 4, 5, 6}) {
        // A tenth of the entries is hidden from the fit.
        const auto fit = nmf::factorize(V, rank, nmf::HeldOut{0.1});
        errors.push_back(fit.validation.error);  // how well W H predicts the hidden entries
    }

    // A run ends when the error on the hidden entries no longer falls.
    const auto early = nmf::factorize(V, 12, nmf::HeldOut{0.1}, nmf::ValidationError{});

    // Columns first .. first + count - 1 are written to an m x count matrix, to.
    const auto read = [&](nmf::Index first, nmf::Index count, auto to) {
        to = V.middleCols(first, count);
    };
    const auto streamed = nmf::factorize(nmf::streamed(60, 50, read), 3);

    const bool rank_found = errors[2] < 0.5 * errors[1] && errors[5] > 0.8 * errors[2];
    const bool ended = early.history.back().validation_error.has_value();
    return rank_found && ended && std::isfinite(streamed.objective) ? 0 : 1;
}
