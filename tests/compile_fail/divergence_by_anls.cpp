// error: this solver cannot work on the half-steps of this loss
// SPDX-License-Identifier: MIT
#include <nmf/nmf.hpp>

int main() {
    const nmf::Matrix<double> v = nmf::Matrix<double>::Ones(3, 4);
#ifdef NMF_ACCEPTED
    return nmf::factorize(v, 2, nmf::Frobenius{}, nmf::Anls{}).iterations > 0;
#else
    return nmf::factorize(v, 2, nmf::KullbackLeibler{}, nmf::Anls{}).iterations > 0;  // here
#endif
}
