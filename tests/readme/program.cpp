#include <iostream>
#include <nmf/nmf.hpp>

int main() {
    const Eigen::MatrixXd V = Eigen::MatrixXd::Random(100, 80).cwiseAbs();
    const auto fit = nmf::factorize(V, 10);  // fit.W is 100 x 10, fit.H is 10 x 80
    std::cout << fit << '\n';                // shape, status, iterations, error, KKT residual
    const Eigen::MatrixXd H2 = fit.transform(V.leftCols(5));  // more columns, same W
}
