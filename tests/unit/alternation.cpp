// SPDX-License-Identifier: MIT
//
// What a run is made of: its state, and views that serve several runs.

#include <array>
#include <limits>
#include <span>
#include <thread>
#include <type_traits>
#include <utility>

#include <nmf/nmf.hpp>

#include "support/catch.hpp"
#include "support/problems.hpp"

using nmf::Factor;
using nmf::Index;
using nmf::Matrix;

namespace {

template <class Loss, class Solver>
using ProblemOf = nmf::detail::Problem<Loss, Solver, nmf::Penalties<>>;

template <class View, class Loss, class Solver>
struct Run {
    Loss loss{};
    Solver solver{};
    nmf::Penalties<> penalties{};
    ProblemOf<Loss, Solver> problem;
    nmf::detail::Alternation<View, ProblemOf<Loss, Solver>> alternation;

    Run(const View& view, const nmf::Summary& sums, Index rank)
        : problem(nmf::detail::problem_of(view, sums, rank, loss, solver, penalties)),
          alternation(view, problem, nmf::Side::h) {}

    void start(const View& view, const nmf::Summary& sums) {
        Factor<double> w(problem.rank, view.rows());
        Factor<double> h(problem.rank, view.cols());
        nmf::RandomInit{}.start(view, sums, nmf::CounterRandom(3), w, h);
        alternation.start(std::move(w), std::move(h), true);
    }

    void iterate(int times) {
        for (int iteration = 0; iteration < times; ++iteration) {
            REQUIRE(alternation.iterate());
        }
    }
};

/// A run that is left after some iterations and gone on with from its state is the same to the end.
template <class Loss, class Solver, class View>
void check_state(const View& view) {
    const nmf::Summary sums = view.summary();
    Run<View, Loss, Solver> whole(view, sums, 4);
    whole.start(view, sums);
    whole.iterate(7);
    const auto state = whole.alternation.state();
    whole.iterate(12);
    whole.alternation.settle();

    Run<View, Loss, Solver> second(view, sums, 4);
    second.alternation.resume(state);
    second.iterate(12);
    second.alternation.settle();
    CHECK(second.alternation.best().objective == whole.alternation.best().objective);
    CHECK(second.alternation.best().kkt_residual == whole.alternation.best().kkt_residual);
    const auto [l, r] = whole.alternation.finish(true);
    const auto [other_l, other_r] = second.alternation.finish(true);
    CHECK(l.matrix() == other_l.matrix());
    CHECK(r.matrix() == other_r.matrix());
}

template <class V>
concept Viewable = requires(V&& v) {
    nmf::make_view(std::forward<V>(v));
};
template <class V>
concept ViewableWithEntries = requires(V&& v) {
    nmf::make_view(std::forward<V>(v), nmf::MissingNan{});
};

using Dense = Eigen::MatrixXd;
using Stored = Eigen::SparseMatrix<double>;

}  // namespace

// A view refers to its matrix: one of a temporary would refer to nothing.
static_assert(Viewable<Dense&> && Viewable<const Dense&> && Viewable<Stored&>);
static_assert(!Viewable<Dense> && !Viewable<const Dense> && !Viewable<Stored>);
static_assert(Viewable<Eigen::Map<Dense>> && Viewable<Eigen::Transpose<Dense>>);
static_assert(ViewableWithEntries<Dense&> && !ViewableWithEntries<Dense>);

TEST_CASE("The state of a run is all that it needs to go on") {
    const Matrix<double> v = scattered(40, 30, 0.3);
    const auto dense = nmf::make_view(v);
    check_state<nmf::Frobenius, nmf::Hals>(dense);
    check_state<nmf::Frobenius, nmf::MultiplicativeUpdate>(dense);
    check_state<nmf::KullbackLeibler, nmf::KlCoordinateDescent>(dense);
    check_state<nmf::KullbackLeibler, nmf::MultiplicativeUpdate>(dense);
    const auto stored = sparse(v);
    check_state<nmf::Frobenius, nmf::Anls>(nmf::make_view(stored));
    check_state<nmf::Frobenius, nmf::Hals>(nmf::make_view(stored, nmf::MissingUnstored{}));
}

TEST_CASE("Measuring what is an estimate changes no bit of a run") {
    const Matrix<double> v = scattered(40, 30, 0.3);
    const auto stored = sparse(v);
    const auto view = nmf::make_view(stored, nmf::MissingUnstored{});
    using View = std::decay_t<decltype(view)>;
    const nmf::Summary sums = view.summary();
    const auto check = [&]<class Loss, class Solver>(Loss, Solver) {
        Run<View, Loss, Solver> plain(view, sums, 4);
        Run<View, Loss, Solver> looked_at(view, sums, 4);
        plain.start(view, sums);
        looked_at.start(view, sums);
        bool estimated = false;
        for (int iteration = 0; iteration < 10; ++iteration) {
            plain.iterate(1);
            looked_at.iterate(1);
            estimated = looked_at.alternation.settle() || estimated;
        }
        CHECK(estimated);
        CHECK(plain.alternation.best().objective == looked_at.alternation.best().objective);
        CHECK(plain.alternation.finish(true).first.matrix() ==
              looked_at.alternation.finish(true).first.matrix());
    };
    check(nmf::Frobenius{}, nmf::Hals{});
    check(nmf::KullbackLeibler{}, nmf::KlCoordinateDescent{});
}

TEST_CASE("A view gives what its matrix gives, in any number of runs at a time") {
    const Matrix<double> v = scattered(60, 50, 0.4);
    const auto stored = sparse(v);
    const nmf::MaxIterations few{15};
    const auto check = [&](const auto& view, const auto& expected, const auto&... policies) {
        std::array<Matrix<double>, 3> found;
        std::array<std::thread, 3> threads;
        for (std::size_t t = 0; t < threads.size(); ++t) {
            threads[t] =
                std::thread([&, t] { found[t] = nmf::factorize(view, 4, few, policies...).W; });
        }
        for (std::thread& thread : threads) thread.join();
        for (const Matrix<double>& w : found) CHECK(w == expected);
    };
    check(nmf::make_view(v), nmf::factorize(v, 4, few).W);
    check(nmf::make_view(stored), nmf::factorize(stored, 4, few).W);
    check(nmf::make_view(stored), nmf::factorize(stored, 4, few, nmf::KullbackLeibler{}).W,
          nmf::KullbackLeibler{});
    check(nmf::make_view(stored, nmf::MissingUnstored{}),
          nmf::factorize(stored, 4, few, nmf::MissingUnstored{}).W);
    check(nmf::make_view(v), nmf::factorize(v, 4, few, nmf::Compressed{}).W, nmf::Compressed{});
    const auto model = nmf::NMF(4, few);
    const auto view = nmf::make_view(v);
    CHECK(model.fit(view).H == model.fit(v).H);
    CHECK(model.fit(v).transform(view) == model.fit(v).transform(v));
}

TEST_CASE("A view of holes serves transform, where a fit with weights needs no more") {
    Matrix<double> v = uniform(1, 30, 3) * uniform(2, 3, 20);
    v(4, 5) = std::numeric_limits<double>::quiet_NaN();
    const auto view = nmf::make_view(v, nmf::MissingNan{});
    const auto fit = nmf::factorize(view, 3, nmf::MaxIterations{30});
    CHECK(fit.W == nmf::factorize(v, 3, nmf::MaxIterations{30}, nmf::MissingNan{}).W);
    CHECK(fit.transform(view) == fit.transform(v, nmf::MissingNan{}));
}

TEST_CASE("The KKT residual of a result with holes is that of its factors") {
    Matrix<double> v = uniform(1, 25, 20);
    v(3, 4) = std::numeric_limits<double>::quiet_NaN();
    v(11, 9) = std::numeric_limits<double>::quiet_NaN();
    for (Index iterations = 1; iterations <= 60; ++iterations) {
        const nmf::Only few{nmf::MaxIterations{iterations}};
        const auto fit = nmf::factorize(v, 5, nmf::MissingNan{}, few);
        // A run that begins there measures its start.
        const auto again =
            nmf::factorize(v, 5, nmf::MissingNan{}, nmf::CustomInit<double>(fit.W, fit.H, false),
                           nmf::Only{nmf::MaxIterations{0}});
        INFO(iterations << " iterations");
        CHECK_THAT(again.kkt_residual, Catch::Matchers::WithinRel(fit.kkt_residual, 1e-6));
        CHECK_THAT(again.objective, Catch::Matchers::WithinRel(fit.objective, 1e-10));
    }
}

namespace {

/// One of two like parts of a V.
struct Half {
    void reduce(std::span<double> sums) const {
        for (double& sum : sums) sum *= 2;
    }
};

}  // namespace

TEST_CASE("Sums over the columns of a part of V are completed by it") {
    const Factor<double> x(uniform(1, 3, 50));
    Matrix<double> gram;
    nmf::detail::GramKernel<double>()(x, Half{}, gram);
    CHECK((gram - 2 * x.matrix() * x.matrix().transpose()).norm() <= 1e-12 * gram.norm());
    nmf::Vector<double> sums;
    nmf::detail::RowSumsKernel<double>()(x, Half{}, sums);
    CHECK((sums - 2 * x.matrix().rowwise().sum()).norm() <= 1e-12 * sums.norm());
    nmf::detail::row_norms(x, Half{}, sums);
    CHECK((sums - 2 * x.matrix().rowwise().squaredNorm()).norm() <= 1e-12 * sums.norm());
    CHECK(nmf::detail::inner_product(x, x, Half{}) ==
          2 * nmf::detail::inner_product(x, x, nmf::detail::WholeData{}));
}

TEST_CASE("Gram matrices of many components take few parts, by any number of threads") {
    const Factor<double> x(uniform(1, 150, 9000));
    Matrix<double> one;
    nmf::detail::GramKernel<double>()(x, nmf::detail::WholeData{}, one);
    CHECK((one - x.matrix() * x.matrix().transpose()).norm() <= 1e-12 * one.norm());
    const nmf::detail::RunScope three(3);
    Matrix<double> several;
    nmf::detail::GramKernel<double>()(x, nmf::detail::WholeData{}, several);
    CHECK(several == one);
    CHECK(nmf::detail::gram_parts(1504, 1500) == 4);
}
