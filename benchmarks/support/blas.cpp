// SPDX-License-Identifier: MIT
#include "support/blas.hpp"

#include <dlfcn.h>

namespace bench {
namespace {

template <class S>
using Product = void (*)(int order, int left, int right, int m, int n, int k, S alpha, const S* a,
                         int lda, const S* b, int ldb, S beta, S* c, int ldc);

class OpenBlas {
public:
    static const OpenBlas& get() {
        static const OpenBlas library;
        return library;
    }

    Product<double> of_double = nullptr;
    Product<float> of_float = nullptr;
    const char* core = "none";

private:
    OpenBlas() {
        void* const library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
        if (library == nullptr) return;
        of_double = reinterpret_cast<Product<double>>(dlsym(library, "cblas_dgemm"));
        of_float = reinterpret_cast<Product<float>>(dlsym(library, "cblas_sgemm"));
        using SetThreads = void (*)(int);
        if (auto* const set =
                reinterpret_cast<SetThreads>(dlsym(library, "openblas_set_num_threads"))) {
            set(1);
        }
        using CoreName = char* (*)();
        if (auto* const name =
                reinterpret_cast<CoreName>(dlsym(library, "openblas_get_corename"))) {
            core = name();
        }
    }
};

template <class S, class M>
bool multiply(Product<S> product, const M& a, const M& b, bool turned, M& c) {
    constexpr int column_major = 102;
    constexpr int as_is = 111;
    constexpr int transposed = 112;
    if (product == nullptr) return false;
    const auto size = [](Eigen::Index n) { return static_cast<int>(n); };
    product(column_major, as_is, turned ? transposed : as_is, size(a.rows()),
            size(turned ? b.rows() : b.cols()), size(a.cols()), S(1), a.data(), size(a.rows()),
            b.data(), size(b.rows()), S(0), c.data(), size(c.rows()));
    return true;
}

}  // namespace

bool openblas_product(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b, bool turned,
                      Eigen::MatrixXd& c) {
    return multiply(OpenBlas::get().of_double, a, b, turned, c);
}

bool openblas_product(const Eigen::MatrixXf& a, const Eigen::MatrixXf& b, bool turned,
                      Eigen::MatrixXf& c) {
    return multiply(OpenBlas::get().of_float, a, b, turned, c);
}

const char* openblas_core() { return OpenBlas::get().core; }

}  // namespace bench
