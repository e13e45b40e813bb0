// SPDX-License-Identifier: MIT
//
// A loss of your own: the squared Hellinger distance.
#include <cmath>
#include <cstdio>
#include <string_view>

#include <nmf/nmf.hpp>
#include <nmf/testing/loss_laws.hpp>

/// (sqrt(v) - sqrt(y))^2 = v + y - 2 sqrt(v y). On the scale of square roots, the noise of all
/// counts is about the same.
struct Hellinger {
    using Axis = nmf::axis::Loss;
    static constexpr std::string_view name = "squared hellinger";

    template <nmf::RealScalar S>
    using HalfStep = nmf::MultiplicativeStep<S>;

    [[nodiscard]] double entry(double v, double y) const {
        const double gap = std::sqrt(v) - std::sqrt(y);
        return gap * gap;
    }

    /// The derivative by y is q - p: 1 - sqrt(v / y).
    template <class V, class Y, class P, class Q>
    void split(const V& v, const Y& y, P& p, Q& q) const {
        p = (v / y).sqrt();
        q.setOnes();
    }

    /// X <- X .* (N / D)^2 minimises the majorant that Jensen's inequality gives for -sqrt(v y).
    /// With an L2 penalty, the plain ratio is a safe choice.
    [[nodiscard]] double exponent(bool with_l2) const { return with_l2 ? 1.0 : 2.0; }

    // The rest is optional. Here q is 1 and a zero of V costs y, so only the stored entries of a
    // sparse V are visited. Extrapolation pays.
    [[nodiscard]] bool unit_denominator() const { return true; }
    [[nodiscard]] bool convex_in_each_factor() const { return true; }
    template <class V, class Y, class P>
    void split(const V& v, const Y& y, P& p) const {
        p = (v / y).sqrt();
    }
};

// A missing member shows up here, by name.
static_assert(nmf::SeparableLoss<Hellinger>);

int main() {
    // What a concept cannot say: no cost is negative, and a perfect model costs nothing.
    const auto broken = nmf::testing::loss_laws(Hellinger{});
    for (const auto& law : broken) std::printf("broken law: %s\n", law.c_str());

    // 200 x 150 of rank 8, rounded down to counts.
    const nmf::CounterRandom random(1);
    const Eigen::MatrixXd V = (3.0 * random.stream(0).uniform_matrix<double>(200, 8) *
                               random.stream(1).uniform_matrix<double>(8, 150))
                                  .array()
                                  .floor();

    std::printf("%-8s %10s  %10s  %14s  %s\n", "V", "iterations", "distance", "relative error",
                "status");
    const auto report = [](const char* name, const auto& matrix) {
        const auto fit = nmf::factorize(matrix, 8, Hellinger{}, nmf::KktTolerance{1e-3});
        std::printf("%-8s %10td  %10.4f  %14.6f  %s\n", name, fit.iterations, fit.objective,
                    fit.relative_error, to_string(fit.status).data());
    };
    report("dense", V);
    report("sparse", Eigen::SparseMatrix<double>(V.sparseView()));
    return broken.empty() ? 0 : 1;
}
