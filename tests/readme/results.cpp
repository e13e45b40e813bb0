// SPDX-License-Identifier: MIT
//
// The snippets about results.
#include <iostream>
#include <vector>

#include <nmf/nmf.hpp>

int main() {
    const Eigen::MatrixXd V = nmf::CounterRandom(1).uniform_matrix<double>(30, 20);
    const Eigen::MatrixXd V2 = nmf::CounterRandom(2).uniform_matrix<double>(30, 4);
    const Eigen::MatrixXd V3 = nmf::CounterRandom(3).uniform_matrix<double>(6, 20);

    const auto fit = nmf::factorize(V, 5);
    std::cout << fit << '\n';  // one line
    if (fit.status != nmf::Status::converged) std::cerr << message(fit.status) << '\n';
    for (const nmf::Warning warning : fit.warnings) std::cerr << message(warning) << '\n';

    const auto H2 = fit.transform(V2);       // more columns: V2 ~ W H2
    const auto W3 = fit.transform_rows(V3);  // more rows:    V3 ~ W3 H
    std::cout << H2.status << ", relative error " << H2.relative_error << '\n';

    // The result itself is plain data of one type, whatever the policies.
    std::vector<nmf::Factorization<double>> runs;
    runs.push_back(fit);
    runs.push_back(nmf::factorize(V, 5, nmf::KullbackLeibler{}, nmf::Seed{7}));

    return runs.size() == 2 && H2.cols() == 4 && W3.rows() == 6 ? 0 : 1;
}
