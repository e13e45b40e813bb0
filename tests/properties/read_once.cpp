// SPDX-License-Identifier: MIT
//
// A wide dense V that no cache holds is read once in an iteration, for both products.

#include <limits>

#include <nmf/data/back_product.hpp>
#include <nmf/factorize.hpp>

#include "support/catch.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;

namespace {

constexpr Index rank = 6;

/// Large enough, and of more than one block a chunk.
template <class S>
const Matrix<S>& wide() {
    static const Matrix<S> v =
        (uniform(1, 500, rank) * uniform(2, rank, 18000) + uniform(3, 500, 18000))
            .template cast<S>();
    return v;
}

template <class S>
void check_product() {
    const nmf::detail::RunScope two(2);
    const auto view = nmf::make_view(wide<S>());
    REQUIRE(nmf::detail::read_once(view, rank));
    nmf::Factor<S> h(rank, view.cols());
    h.matrix() = uniform(4, rank, view.cols()).template cast<S>();
    nmf::detail::BackProduct<S> back;
    back.prepare(rank, view.rows());
    for (int round = 0; round < 2; ++round) {
        back.begin();
        view.for_each_block(
            [&](Index first, Index cols, Index chunk, int) {
                back.add(view, chunk, first, cols, h.data() + first * h.stride());
            },
            nmf::detail::most_back_chunks);
    }
    nmf::Factor<S> at_once(rank, view.rows());
    view.transposed().product(h, at_once);
    nmf::Factor<S> by_blocks(rank, view.rows());
    back.copy(0, 100, by_blocks.data());
    back.copy(100, view.rows() - 100, by_blocks.data() + 100 * by_blocks.stride());
    // Sums of positive terms, in another order.
    const S bound = static_cast<S>(view.cols()) * std::numeric_limits<S>::epsilon();
    const Matrix<S> gap = (by_blocks.matrix() - at_once.matrix()).cwiseAbs();
    CHECK((gap.array() <= bound * at_once.matrix().array()).all());
    CHECK(by_blocks.padded_matrix().bottomRows(by_blocks.stride() - rank).isZero(0));
}

}  // namespace

TEST_CASE("What is summed up block by block is the product with V'") {
    check_product<double>();
    check_product<float>();
}

TEST_CASE("A V that is read once gives the run of one that is read twice") {
    const Matrix<double>& v = wide<double>();
    const nmf::Only few{nmf::MaxIterations{12}};
    const auto once = nmf::factorize(v, rank, few, nmf::Threads{1});
    // An expression lies nowhere.
    const auto twice = nmf::factorize(1.0 * v, rank, few, nmf::Threads{2});
    CHECK(once.steps_taken_back == twice.steps_taken_back);
    REQUIRE(once.history.size() == twice.history.size());
    for (std::size_t line = 0; line < once.history.size(); ++line) {
        CHECK_THAT(once.history[line].objective, WithinRel(twice.history[line].objective, 1e-10));
        CHECK_THAT(once.history[line].kkt_residual,
                   WithinRel(twice.history[line].kkt_residual, 1e-6));
    }
    const auto plain = [&](const auto& of, int threads) {
        return nmf::factorize(of, rank, few, nmf::Threads{threads}, nmf::MultiplicativeUpdate{});
    };
    CHECK_THAT(plain(v, 1).objective, WithinRel(plain(1.0 * v, 2).objective, 1e-10));
}

TEST_CASE("A V that is read once gives the same bits for any number of threads") {
    const nmf::Only few{nmf::MaxIterations{5}};
    const auto one = nmf::factorize(wide<float>(), rank, few, nmf::Threads{1});
    for (const int threads : {2, 3, 4}) {
        const auto more = nmf::factorize(wide<float>(), rank, few, nmf::Threads{threads});
        CHECK(more.W == one.W);
        CHECK(more.H == one.H);
        CHECK(more.objective == one.objective);
    }
}
