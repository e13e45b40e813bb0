// SPDX-License-Identifier: MIT
// The losses of the multiplicative family and the views they run on keep their laws, and those with
// a fault are found out.

#include <nmf/data/entries.hpp>
#include <nmf/loss/beta_divergence.hpp>
#include <nmf/testing/data_pass_laws.hpp>
#include <nmf/testing/loss_laws.hpp>
#include <nmf/testing/separable_loss_laws.hpp>

#include "laws/report.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;
using nmf::testing::data_pass_laws;
using nmf::testing::loss_laws;
using nmf::testing::separable_loss_laws;

TEST_CASE("Every divergence keeps the laws of a loss and of its family") {
    for (const double beta : {-3.0, -1.0, 0.0, 0.3, 0.5, 1.0, 1.5, 1.7, 2.0, 2.5, 3.0, 10.0}) {
        INFO("beta " << beta);
        CHECK(loss_laws(nmf::BetaDivergence{beta}) == none);
        CHECK(separable_loss_laws(nmf::BetaDivergence{beta}) == none);
    }
    CHECK(loss_laws(nmf::KullbackLeibler{}) == none);
    CHECK(separable_loss_laws(nmf::KullbackLeibler{}) == none);
    CHECK(loss_laws(nmf::ItakuraSaito{}) == none);
    CHECK(separable_loss_laws(nmf::ItakuraSaito{}) == none);
}

namespace {

/// A beta-divergence with faults.
struct FaultyDivergence {
    using Axis = nmf::axis::Loss;
    static constexpr std::string_view name = "faulty";
    template <nmf::RealScalar S>
    using HalfStep = nmf::MultiplicativeStep<S>;

    enum class Fault { negative, slope, unit, degree, costs, exponent } fault;
    nmf::BetaDivergence good{};

    [[nodiscard]] double entry(double v, double y) const { return good.entry(v, y); }
    [[nodiscard]] bool unit_denominator() const { return fault == Fault::unit || good.beta == 1; }
    [[nodiscard]] double degree() const { return good.beta + (fault == Fault::degree ? 1.0 : 0.0); }
    [[nodiscard]] double exponent(bool with_l2) const {
        return (fault == Fault::exponent ? 3.0 : 1.0) * good.exponent(with_l2);
    }
    template <class V, class Y, class P, class Q>
    void split(const V& v, const Y& y, P& p, Q& q) const {
        good.split(v, y, p, q);
        using S = typename V::Scalar;
        if (fault == Fault::negative) p -= S(2);
        if (fault == Fault::slope) q *= S(1.001);
    }
    template <class V, class Y, class Out>
    double costs(const V& v, const Y& y, Out& out) const {
        const double subtracted = good.costs(v, y, out);
        if (fault == Fault::costs) out += 1e-6;
        return subtracted;
    }
};

}  // namespace

TEST_CASE("The laws of a loss of the multiplicative family find faults") {
    using Fault = FaultyDivergence::Fault;
    const auto broken = [](Fault fault, double beta) {
        return separable_loss_laws(FaultyDivergence{fault, nmf::BetaDivergence{beta}});
    };
    CHECK(breaks(broken(Fault::negative, 1), 1));
    CHECK(breaks(broken(Fault::slope, 1.5), 2));
    CHECK(breaks(broken(Fault::unit, 1.5), 3));
    CHECK(breaks(broken(Fault::degree, 1), 4));
    CHECK(breaks(broken(Fault::costs, 1.5), 5));
    CHECK(breaks(broken(Fault::exponent, -1), 6));
    CHECK(breaks(broken(Fault::exponent, 3), 6));
}

namespace {

constexpr Index rows = 150;
constexpr Index cols = 70;

/// Exact in float; a zero row and a zero column.
Matrix<double> sample() {
    Matrix<double> v = scattered(rows, cols, 0.4);
    v.row(20).setZero();
    v.col(30).setZero();
    return v.cast<float>().cast<double>();
}

template <class S>
void check_views() {
    const Matrix<double> v = sample();
    const Matrix<double> ones = Matrix<double>::Ones(rows, cols);
    const Matrix<double> weights = quarters(rows, cols);
    const Matrix<S> dense = v.cast<S>();
    const Sparse<S> stored = sparse(dense);
    const Matrix<double> where_stored = (v.array() > 0).cast<double>();
    for (const int threads : {1, 2}) {
        const nmf::detail::RunScope scope(threads);
        const auto view_of = [&](const auto& entries, const auto& matrix) {
            return entries.view(matrix);
        };
        CHECK(data_pass_laws(view_of(nmf::AllEntries{}, dense), v, ones) == none);
        CHECK(data_pass_laws(view_of(nmf::AllEntries{}, stored), v, ones) == none);
        CHECK(data_pass_laws(view_of(nmf::Weights(weights), dense), v, weights) == none);
        CHECK(data_pass_laws(view_of(nmf::MissingUnstored{}, stored), v, where_stored) == none);
    }
}

}  // namespace

TEST_CASE("Views keep the laws of passes in double and in single precision") {
    check_views<double>();
    check_views<float>();
}

TEST_CASE("Views with lists of weights and with NaN keep the laws of passes") {
    const Matrix<double> v = sample();
    const Matrix<double> weights = quarters(rows, cols);
    const Sparse<double> listed = sparse(weights);
    CHECK(data_pass_laws(nmf::Weights(listed).view(v), v, weights) == none);
    const Sparse<double> stored = sparse(v);
    CHECK(data_pass_laws(nmf::Weights(listed).view(stored), v, weights) == none);
    const Matrix<double> mask = (weights.array() > 0).cast<double>();
    const Matrix<double> nan = (mask.array() > 0).select(v, std::nan(""));
    CHECK(data_pass_laws(nmf::MissingNan{}.view(nan), v, mask) == none);
}

namespace {

using GoodView = decltype(nmf::make_view(std::declval<const Matrix<double>&>()));

/// A view of a dense matrix with faults.
struct FaultyView {
    using Scalar = double;
    static constexpr bool weighted = GoodView::weighted;
    enum class Fault { order, left_out, twice, body, look, top, bottom, every, visited } fault;
    GoodView good;

    [[nodiscard]] Index rows() const { return good.rows(); }
    [[nodiscard]] Index cols() const { return good.cols(); }
    [[nodiscard]] double stored() const { return good.stored(); }
    [[nodiscard]] static constexpr bool has_unstored_zeros() { return false; }
    [[nodiscard]] nmf::Summary summary() const { return good.summary(); }
    void product(const nmf::Factor<double>& a, nmf::Factor<double>& c) const { good.product(a, c); }
    static constexpr Index block_size = GoodView::block_size;
    template <class F>
    void for_each_block(const F& f) const {
        good.for_each_block(f);
    }
    [[nodiscard]] auto products(Index rank) const { return good.products(rank); }
    [[nodiscard]] double squared_residual(const nmf::Factor<double>& a,
                                          const nmf::Factor<double>& x, double square,
                                          nmf::detail::Scratch<double>& scratch) const {
        return good.squared_residual(a, x, square, scratch);
    }
    [[nodiscard]] FaultyView transposed() const { return {fault, good.transposed()}; }
    template <class F>
    void visit(Index j, const F& f) const {
        good.visit(j, [&](Index i, double v, double m) {
            if (fault == Fault::order) i = rows() - 1 - i;
            if (fault == Fault::left_out && i == 3) return;
            f(i, v, m);
        });
    }
    template <class F>
    void for_each_group(Index most, const F& f) const {
        good.for_each_group(most, f);
        if (fault == Fault::twice) f(0, 1, 0, 0);
    }
    template <class Terms, class Load, class Look, class Body>
    void pass(const nmf::detail::PassFactors<double>& factors, const Terms& terms,
              nmf::detail::Scratch<double>& scratch, const Load& load, const Look& look,
              const Body& body) const {
        const auto& top = fault == Fault::top ? factors.bottom : factors.top;
        const auto& bottom = fault == Fault::bottom ? factors.top : factors.bottom;
        good.pass(
            {factors.fixed, top, bottom}, terms, scratch, load,
            [&](const double* v, const double* y, const double* weights, Index n, int thread) {
                look(v, y, weights, fault == Fault::look ? n - 1 : n, thread);
            },
            [&](const auto& block, Index chunk, int thread) {
                body(block, chunk, thread);
                if (fault == Fault::body) body(block, chunk, thread);
            });
    }
    template <class Cost>
    [[nodiscard]] nmf::CostSums costs(const nmf::Factor<double>& a, const nmf::Factor<double>& x,
                                      const Cost& cost, nmf::detail::Scratch<double>& scratch,
                                      bool every) const {
        nmf::CostSums sums = good.costs(a, x, cost, scratch, every);
        if (fault == (every ? Fault::every : Fault::visited)) sums.cost *= 1.001;
        return sums;
    }
};

}  // namespace

TEST_CASE("The laws of passes find faults") {
    using Fault = FaultyView::Fault;
    const Matrix<double> v = sample();
    const auto broken = [&](Fault fault) {
        return data_pass_laws(FaultyView{fault, nmf::make_view(v)}, v,
                              Matrix<double>(Matrix<double>::Ones(rows, cols)));
    };
    CHECK(breaks(broken(Fault::order), 1));
    CHECK(breaks(broken(Fault::left_out), 2));
    CHECK(breaks(broken(Fault::twice), 3));
    CHECK(breaks(broken(Fault::body), 4));
    CHECK(breaks(broken(Fault::top), 5));
    CHECK(breaks(broken(Fault::bottom), 6));
    CHECK(breaks(broken(Fault::every), 7));
    CHECK(breaks(broken(Fault::visited), 8));
    CHECK(breaks(broken(Fault::look), 9));
}
