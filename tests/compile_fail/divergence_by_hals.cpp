// error: check_solver_for.*nmf::Hals.*nmf::KullbackLeibler
// SPDX-License-Identifier: MIT
#include <nmf/nmf.hpp>

int main() {
    const nmf::Matrix<double> v = nmf::Matrix<double>::Ones(3, 4);
#ifdef NMF_ACCEPTED
    return nmf::factorize(v, 2, nmf::Frobenius{}, nmf::Hals{}).iterations > 0;
#else
    return nmf::factorize(v, 2, nmf::KullbackLeibler{}, nmf::Hals{}).iterations > 0;  // here
#endif
}
