// error: check_penalty_for.*nmf::CountScaledL2.*nmf::KullbackLeibler
// SPDX-License-Identifier: MIT
#include <nmf/nmf.hpp>

int main() {
    const nmf::Matrix<double> v = nmf::Matrix<double>::Ones(3, 4);
    const nmf::CountScaledL2 ridge{0.1, 0.1};
#ifdef NMF_ACCEPTED
    return nmf::factorize(v, 2, nmf::Frobenius{}, ridge).iterations > 0;
#else
    return nmf::factorize(v, 2, nmf::KullbackLeibler{}, ridge).iterations > 0;  // here
#endif
}
