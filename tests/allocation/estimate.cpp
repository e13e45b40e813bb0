// SPDX-License-Identifier: MIT
// The memory that a run is said to take against what it takes.

#include <type_traits>

#include <nmf/nmf.hpp>

#include "allocation/allocations.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

namespace {

/// What is not counted: large pieces are rounded up to whole pages, and threads have scratch. The
/// bands of a sparse V are six more large pieces, which are rounded up by half of a slack each.
template <class V>
constexpr double slack_of(const V& /*v*/) {
    const double pieces = std::is_base_of_v<Eigen::SparseMatrixBase<V>, V> ? 5 : 2;
    return pieces * static_cast<double>(page_slack) + 1e6;
}

template <class V, class... Ps>
void check_estimate(const char* name, const V& v, nmf::Index rank, const Ps&... policies) {
    INFO(name);
    const double estimate = nmf::memory_estimate(v, rank, policies...).total();
    const Use use = use_of([&] {
        CHECK(
            nmf::factorize(v, rank, nmf::Only{nmf::MaxIterations{4}}, nmf::Threads{1}, policies...)
                .iterations == 4);
    });
    const auto most = static_cast<double>(use.most);
    CHECK(most >= 0.95 * estimate);
    CHECK(most <= 1.05 * estimate + slack_of(v));
}

}  // namespace

TEST_CASE("The estimate of memory is what a run takes") {
    if (!counted()) return;
    const nmf::Matrix<double> dense = scattered(4000, 9000, 0.02);
    const nmf::Matrix<float> single = dense.cast<float>();
    const Eigen::SparseMatrix<double> stored = dense.sparseView();
    check_estimate("hals", dense, 40);
    check_estimate("hals, float", single, 40);
    check_estimate("als", dense, 40, nmf::Als{});
    check_estimate("mu", dense, 40, nmf::MultiplicativeUpdate{});
    check_estimate("kl", dense, 40, nmf::KullbackLeibler{});
    check_estimate("kl, mu", dense, 40, nmf::KullbackLeibler{}, nmf::MultiplicativeUpdate{});
    check_estimate("sparse", stored, 40);
    check_estimate("sparse, w first", stored, 100, nmf::UpdateOrder::wh);
    check_estimate("sparse, stored only", stored, 40, nmf::MissingUnstored{});
    check_estimate("sparse, weights", nmf::make_view(stored, nmf::Weights(stored)), 20);
}

TEST_CASE("The estimate for a view leaves out what the view has already") {
    const Eigen::SparseMatrix<double> stored = scattered(300, 200, 0.1).sparseView();
    const auto view = nmf::make_view(stored);
    const auto of_matrix = nmf::memory_estimate(stored, 5);
    const auto of_view = nmf::memory_estimate(view, 5);
    CHECK(of_view.view == 0);
    CHECK(of_view.factors == of_matrix.factors);
    const auto entries = static_cast<double>(stored.nonZeros());
    CHECK(of_matrix.view == entries * 12);
    CHECK(nmf::memory_estimate(stored, 5, nmf::Weights(stored)).view == entries * 48);
    CHECK(nmf::memory_estimate(stored, 5, nmf::Weights(stored), nmf::HeldOut{}).view ==
          entries * 48);
    const nmf::Matrix<double> dense = stored;
    CHECK(nmf::memory_estimate(dense, 5, nmf::Weights(dense)).view == 0);
    CHECK(nmf::memory_estimate(dense, 5, nmf::HeldOut{}).view == 0);
    CHECK(nmf::memory_estimate(stored, 5, nmf::HeldOut{}).view == entries * 24);
}
