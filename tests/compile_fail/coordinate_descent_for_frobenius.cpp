// error: check_solver_for.*nmf::KlCoordinateDescent.*nmf::Frobenius
// SPDX-License-Identifier: MIT
#include <nmf/nmf.hpp>

int main() {
    const nmf::Matrix<double> v = nmf::Matrix<double>::Ones(3, 4);
    const nmf::KlCoordinateDescent cd;
#ifdef NMF_ACCEPTED
    return nmf::factorize(v, 2, nmf::KullbackLeibler{}, cd).iterations > 0;
#else
    return nmf::factorize(v, 2, nmf::Frobenius{}, cd).iterations > 0;  // here
#endif
}
