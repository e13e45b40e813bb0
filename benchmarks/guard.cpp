// SPDX-License-Identifier: MIT
//
// guard NAME: a small run that is the same each time, for guard.py to count the instructions of.
// `guard` alone lists the names.

#include <cstdio>
#include <cstring>

#include <nmf/nmf.hpp>

#include "support/data.hpp"

// What is counted: all that is called from here.
#define NMF_COUNTED extern "C" [[gnu::noinline]]

namespace {

const nmf::Only ten{nmf::MaxIterations{10}};
const nmf::Threads one{1};

double result = 0;

template <class V, class... Policies>
void run(const V& v, const Policies&... policies) {
    result = nmf::factorize(v, 12, ten, one, policies...).objective;
}

const nmf::Matrix<double>& dense() {
    static const nmf::Matrix<double> v = bench::dense_data<double>(300, 200);
    return v;
}

const Eigen::SparseMatrix<double>& sparse() {
    static const Eigen::SparseMatrix<double> v = bench::sparse_data<double>(600, 400, 20);
    return v;
}

}  // namespace

NMF_COUNTED void counted_hals_dense() { run(dense()); }
NMF_COUNTED void counted_hals_sparse() { run(sparse()); }
NMF_COUNTED void counted_hals_masked() { run(sparse(), nmf::MissingUnstored{}); }
NMF_COUNTED void counted_kl_dense() {
    run(dense(), nmf::KullbackLeibler{}, nmf::MultiplicativeUpdate{});
}
NMF_COUNTED void counted_kl_sparse() {
    run(sparse(), nmf::KullbackLeibler{}, nmf::MultiplicativeUpdate{});
}
NMF_COUNTED void counted_cd_dense() { run(dense(), nmf::KullbackLeibler{}); }
NMF_COUNTED void counted_cd_sparse() { run(sparse(), nmf::KullbackLeibler{}); }

int main(int count, char** arguments) {
    struct Case {
        const char* name;
        void (*run)();
    };
    const Case cases[]{{"hals_dense", counted_hals_dense},   {"hals_sparse", counted_hals_sparse},
                       {"hals_masked", counted_hals_masked}, {"kl_dense", counted_kl_dense},
                       {"kl_sparse", counted_kl_sparse},     {"cd_dense", counted_cd_dense},
                       {"cd_sparse", counted_cd_sparse}};
    dense();
    sparse();
    for (const Case& each : cases) {
        if (count < 2) {
            std::printf("%s\n", each.name);
        } else if (std::strcmp(arguments[1], each.name) == 0) {
            each.run();
            std::printf("%.12g\n", result);
            return 0;
        }
    }
    return count < 2 ? 0 : 1;
}
