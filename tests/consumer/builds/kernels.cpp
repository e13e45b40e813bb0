// SPDX-License-Identifier: MIT
// The kernels that have a replacement in standard C++: logarithms of ratios, what is kept within a
// range, and products, whose sums are turned in packets. To rounding, at every length and rank.

#include <limits>

#include "check.hpp"

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

void logarithms() {
    for (int n = 1; n <= 20; ++n) {
        Eigen::ArrayXd v(n);
        Eigen::ArrayXd y(n);
        for (int e = 0; e < n; ++e) {
            v[e] = std::exp(600.0 * (check::uniform(1, 1, e, 0) - 0.5));
            y[e] = e % 2 == 0 ? v[e] * (1.0 + 1e-3 * check::uniform(2, 1, e, 0))
                              : std::exp(600.0 * (check::uniform(2, 1, e, 0) - 0.5));
        }
        Eigen::ArrayXd out(n);
        nmf::detail::log_ratios(v, y, out);
        for (int e = 0; e < n; ++e) {
            const double expected =
                e % 2 == 0 ? std::log1p((v[e] - y[e]) / y[e]) : std::log(v[e]) - std::log(y[e]);
            // Of the difference of two logarithms.
            check::near("log", out[e], expected, e % 2 == 0 ? 8 * eps : 1e-12);
        }
        v[n - 1] = 0;
        nmf::detail::log_ratios(v, y, out);
        check::near("log of 0 is NaN", std::isnan(out[n - 1]) ? 1 : 0, 1, 0);
        check::near("beside it is none", out.head(n - 1).isNaN().any() ? 1 : 0, 0, 0);
    }
}

template <class S>
void products() {
    const auto v = check::numbers<S>(3, 70, 21);
    const Eigen::SparseMatrix<S> stored = v.sparseView();
    for (int rank = 1; rank <= 20; ++rank) {
        const auto a = check::numbers<S>(4, rank, 70);
        const auto check_view = [&](const char* what, const auto& view) {
            nmf::Factor<S> c(rank, 21);
            view.product(nmf::Factor<S>(a), c);
            for (int i = 0; i < rank; ++i) {
                for (int j = 0; j < 21; ++j) {
                    double sum = 0;
                    for (int l = 0; l < 70; ++l) {
                        sum += static_cast<double>(a(i, l)) * static_cast<double>(v(l, j));
                    }
                    check::near(what, static_cast<double>(c.matrix()(i, j)), sum,
                                70 * static_cast<double>(std::numeric_limits<S>::epsilon()));
                }
            }
        };
        check_view("dense", nmf::make_view(v));
        const auto turned = v.transpose().eval();
        check_view("transposed", nmf::make_view(turned).transposed());
        check_view("sparse", nmf::make_view(stored));
    }
}

/// All lengths of dot_entries, whose sums go by store_sums.
template <class S>
void dots() {
    using P = nmf::detail::Simd<S>;
    constexpr nmf::Index width = P::width;
    const nmf::Factor<S> a(check::numbers<S>(5, static_cast<int>(width), 30));
    const nmf::Factor<S> x(check::numbers<S>(6, static_cast<int>(width), 1));
    for (int n = 1; n <= 30; ++n) {
        std::vector<int> index;
        for (int e = 0; e < n; ++e) index.push_back((7 * e) % 30);
        std::vector<S> y(static_cast<std::size_t>(n + width));
        nmf::detail::dot_entries<1>(a.data(), a.stride(), index.data(), n, x.data(), y.data(),
                                    true);
        for (int e = 0; e < n; ++e) {
            double sum = 0;
            for (nmf::Index i = 0; i < width; ++i) {
                sum += static_cast<double>(a.matrix()(i, index[static_cast<std::size_t>(e)])) *
                       static_cast<double>(x.matrix()(i, 0));
            }
            check::near("dot", static_cast<double>(y[static_cast<std::size_t>(e)]), sum,
                        static_cast<double>(width + 1) *
                            static_cast<double>(std::numeric_limits<S>::epsilon()));
        }
    }
}

template <class S>
void ranges() {
    using P = nmf::detail::Simd<S>;
    alignas(64) S numbers[static_cast<std::size_t>(P::width)];
    alignas(64) S kept[static_cast<std::size_t>(P::width)];
    for (const S outside :
         {S(0), S(5), -std::numeric_limits<S>::infinity(), std::numeric_limits<S>::quiet_NaN()}) {
        for (nmf::Index at = 0; at < P::width; ++at) {
            for (S& number : numbers) number = S(2);
            numbers[at] = outside;
            P::store(kept, P::keep_within(S(1), S(4), P::load(numbers), P::set(S(3))));
            for (nmf::Index e = 0; e < P::width; ++e) {
                const bool right = e == at ? std::isnan(kept[e]) : kept[e] == S(3);
                check::near("keep_within", right ? 1 : 0, 1, 0);
            }
        }
    }
}

template <class S>
void kernels() {
    products<S>();
    dots<S>();
    ranges<S>();
}

}  // namespace

int main() {
    logarithms();
    kernels<double>();
    kernels<float>();
    return check::verdict("kernels");
}
