// SPDX-License-Identifier: MIT
//
// Factorizes a matrix of 3 x 4 entries into W (3 x 2) times H (2 x 4).
#include <iostream>

#include <nmf/nmf.hpp>

int main() {
    Eigen::MatrixXd V(3, 4);
    V << 1, 0, 0, 1,  //
        0, 1, 1, 0,   //
        1, 1, 0, 1;

    const auto fit = nmf::factorize(V, 2);

    const auto print = [](const char* name, const Eigen::MatrixXd& matrix) {
        const Eigen::IOFormat format(3, 0, "  ", "\n", "    ");
        std::cout << name << " =\n" << matrix.format(format) << "\n\n";
    };
    print("V", V);
    print("W", fit.W);
    print("H", fit.H);
    print("W H", fit.W * fit.H);
    std::cout << to_string(fit.status) << " after " << fit.iterations
              << " iterations, relative error " << fit.relative_error << '\n';
}
