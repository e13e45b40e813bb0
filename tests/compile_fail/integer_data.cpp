// error: float or double
// SPDX-License-Identifier: MIT
#include <nmf/nmf.hpp>

int main() {
    const Eigen::MatrixXi v = Eigen::MatrixXi::Ones(3, 4);
#ifdef NMF_ACCEPTED
    return nmf::factorize(v.cast<double>(), 2).iterations > 0;
#else
    return nmf::factorize(v, 2).iterations > 0;  // here
#endif
}
