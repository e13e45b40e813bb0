// SPDX-License-Identifier: MIT
//
// An initialisation of your own: the centres of spherical k-means.
#include <cstdint>
#include <cstdio>
#include <string_view>

#include <nmf/nmf.hpp>
#include <nmf/testing/init_laws.hpp>

/// Groups the columns of V by their direction, starting from k random ones. W gets the centres of
/// the groups. H has 1.2 for the group of a column and 0.2 elsewhere, so that no entry is stuck at
/// 0.
///
/// V is seen through a view, so dense and sparse matrices need no code of their own.
/// view.product(A, C) sets C = A V, and view.transposed() is V'.
struct KMeans {
    using Axis = nmf::axis::Init;
    static constexpr std::string_view name = "k-means";

    int rounds = 5;

    /// Fills Wt (k x m) and H (k x n).
    template <nmf::DataView View, class S = typename View::Scalar>
    void start(const View& view, const nmf::Summary&, nmf::CounterRandom random, nmf::Factor<S>& wt,
               nmf::Factor<S>& h) const {
        auto groups = h.matrix();
        groups.setZero();
        for (nmf::Index a = 0; a < groups.rows(); ++a) {
            groups(a, random.below(static_cast<std::uint64_t>(a), groups.cols())) = S(1);
        }
        nmf::Factor<S> similarity(h.rows(), h.cols());
        for (int round = 0; round < rounds; ++round) {
            view.transposed().product(h, wt);  // sums of the columns in a group
            for (auto centre : wt.matrix().rowwise()) centre.normalize();
            view.product(wt, similarity);
            groups.setZero();
            for (nmf::Index j = 0; j < groups.cols(); ++j) {
                nmf::Index nearest = 0;
                similarity.matrix().col(j).maxCoeff(&nearest);
                groups(nearest, j) = S(1);
            }
        }
        groups.array() += S(0.2);
    }
};

// A missing member shows up here, by name.
static_assert(nmf::Init<KMeans>);

int main() {
    // What a concept cannot say: finite, non-negative, the same for the same seed.
    const auto broken = nmf::testing::init_laws<double>(KMeans{});
    for (const auto& law : broken) std::printf("broken law: %s\n", law.c_str());

    // 100 x 300: each column is one of 5 patterns, more or less.
    const nmf::CounterRandom random(1);
    Eigen::MatrixXd V = 0.5 * random.stream(0).uniform_matrix<double>(100, 300);
    const Eigen::MatrixXd patterns = random.stream(1).uniform_matrix<double>(100, 5);
    for (nmf::Index j = 0; j < V.cols(); ++j) V.col(j) += patterns.col(j % 5);

    std::printf("%-8s %12s %12s  %s\n", "init", "error before", "error after", "iterations");
    const auto report = [&](const auto& init) {
        const auto fit = nmf::factorize(V, 5, init);
        std::printf("%-8s %12.6f %12.6f  %td\n", init.name.data(),
                    fit.history.front().relative_error, fit.relative_error, fit.iterations);
    };
    report(KMeans{});
    report(nmf::RandomInit{});
    return broken.empty() ? 0 : 1;
}
