// error: nmf: this argument is no policy
// SPDX-License-Identifier: MIT
#include <nmf/nmf.hpp>

int main() {
    const nmf::Matrix<double> v = nmf::Matrix<double>::Ones(3, 4);
#ifdef NMF_ACCEPTED
    return nmf::factorize(v, 2, nmf::KktTolerance{1e-6}).iterations > 0;
#else
    return nmf::factorize(v, 2, 1e-6).iterations > 0;  // here
#endif
}
